#include "base/log.h"

#include <unistd.h>

#include <chrono>
#include <ctime>

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

void write_to_stderr(std::string_view line) {
  // A full pipe or a closed terminal must not stop the server: the line is then lost.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

Log::Log(LogLevel threshold) : Log(threshold, write_to_stderr) {}

void Log::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) const {
  if (!has(level)) return;
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
  sink_(line);
}

}  // namespace trilogue::base
