#include "base/log.h"

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <climits>
#include <cstdint>
#include <ctime>
#include <mutex>

namespace trilogue::base {
namespace {

bool needs_quotes(std::string_view value) {
  if (value.empty()) return true;
  for (const unsigned char c : value) {
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f) return true;
  }
  return false;
}

void append_value(std::string& line, std::string_view value) {
  if (!needs_quotes(value)) {
    line += value;
    return;
  }
  line += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (c == '\n') {
      line += "\\n";
    } else {
      line += byte < ' ' || byte == 0x7f ? '?' : c;
    }
  }
  line += '"';
}

std::string now_text() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[24];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

std::string line_of(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  std::string line = "time=" + now_text() + " level=";
  line += to_text(kLogLevelNames, level);
  line += " msg=";
  append_value(line, message);
  for (const auto& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    append_value(line, field.value);
  }
  line += '\n';
  return line;
}

class LineWriter final {
 public:
  explicit LineWriter(int descriptor) : descriptor_(descriptor) {}

  void write(std::string_view line) {
    const std::lock_guard lock(mutex_);
    if (lost_ > 0 && put(line_of(LogLevel::warning, "log lines were lost: nobody read them",
                                 {{"lines", std::to_string(lost_)}})))
      lost_ = 0;
    if (lost_ > 0 || !put(line)) ++lost_;
  }

 private:
  // A pipe that takes anything takes PIPE_BUF bytes at once; a terminal that nobody empties may still wait.
  // The descriptor stays one that blocks: it may be somebody else's too.
  bool put(std::string_view line) {
    pollfd ready{descriptor_, POLLOUT, 0};
    if (poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0) return false;
    std::string whole = torn_ ? "\n" : "";
    whole += line.substr(0, PIPE_BUF - 1 - whole.size());
    if (whole.back() != '\n') whole += '\n';
    const ssize_t written = ::write(descriptor_, whole.data(), whole.size());
    const bool all = written == static_cast<ssize_t>(whole.size());
    torn_ = written > 0 ? !all : torn_;
    return all;
  }

  const int descriptor_;
  std::mutex mutex_;
  std::uint64_t lost_ = 0;  // lines
  bool torn_ = false;       // the last one stands there in part, as on a full disk
};

}  // namespace

LogSink lines_to(int descriptor) {
  return [writer = std::make_shared<LineWriter>(descriptor)](std::string_view line) { writer->write(line); };
}

Log::Log(LogLevel threshold) : Log(threshold, lines_to(STDERR_FILENO)) {}

void Log::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) const {
  if (has(level)) sink_(line_of(level, message, fields));
}

}  // namespace trilogue::base
