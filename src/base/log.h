// One line per thing worth knowing, key=value, to standard error. Lines are whole: one write each, from any
// thread. Prompts and keys are never passed here.
#pragma once

#include <functional>
#include <initializer_list>
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

class Log final {
 public:
  using Sink = std::function<void(std::string_view line)>;

  explicit Log(LogLevel threshold);  // to standard error
  Log(LogLevel threshold, Sink sink) : threshold_(threshold), sink_(std::move(sink)) {}

  // Whether a line of that level is written at all.
  bool has(LogLevel level) const { return level <= threshold_; }

  // `time=… level=… msg="…" key=value …`; values with spaces, quotes or control characters are quoted.
  void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {}) const;

 private:
  LogLevel threshold_;
  Sink sink_;
};

}  // namespace trilogue::base
