// A generation written down: one event a line, with the time that passes before it. docs/canon.md shows the
// format. A value; parse it once, share it const. Says nothing about whether the events keep the grammar of
// canon: stories may break it on purpose.
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "canon/event.h"

namespace trilogue::engine::scripted {

struct Step {
  std::chrono::milliseconds wait{0};  // since the step before
  canon::Event event;
  friend bool operator==(const Step&, const Step&) = default;
};

struct Story {
  std::chrono::milliseconds preparing{0};  // that start() and count() take
  std::vector<Step> steps;

  // Token counts and usage are worked out from the deltas. Failure: invalid_request, the message begins with
  // the number of the line.
  static base::Result<Story> parse(std::string_view text);

  // One more than the highest choice that the story tells.
  int choices() const;

  friend bool operator==(const Story&, const Story&) = default;
};

}  // namespace trilogue::engine::scripted
