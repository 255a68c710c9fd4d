// One line per thing worth knowing, key=value, to standard error. Lines are whole: one write each, from any
// thread, which waits for no reader of a pipe. Prompts and keys are never passed here.
#pragma once

#include <atomic>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/enum_table.h"

namespace trilogue::base {

enum class LogLevel { error, warning, info, debug };

inline constexpr EnumTable<LogLevel, 4> kLogLevelNames{{{LogLevel::error, "error"},
                                                        {LogLevel::warning, "warning"},
                                                        {LogLevel::info, "info"},
                                                        {LogLevel::debug, "debug"}}};
static_assert(is_complete(kLogLevelNames));

struct LogField {
  std::string_view key;
  std::string value;
};

using LogSink = std::function<void(std::string_view line)>;

// Lines to a descriptor, of at most 4 KiB. Where it takes none (a full pipe, a terminal that was stopped)
// they are lost, and a line tells their number when it takes them again.
LogSink lines_to(int descriptor);

class Log final {
 public:
  explicit Log(LogLevel threshold);  // to standard error
  Log(LogLevel threshold, LogSink sink)
      : threshold_(std::make_shared<std::atomic<LogLevel>>(threshold)), sink_(std::move(sink)) {}

  // Of this log and all its copies.
  void set_threshold(LogLevel threshold) { threshold_->store(threshold, std::memory_order_relaxed); }

  // Whether a line of that level is written at all.
  bool has(LogLevel level) const { return level <= threshold_->load(std::memory_order_relaxed); }

  // `time=… level=… msg="…" key=value …`; values with spaces, quotes or control characters are quoted.
  void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {}) const;

 private:
  std::shared_ptr<std::atomic<LogLevel>> threshold_;
  LogSink sink_;
};

}  // namespace trilogue::base
