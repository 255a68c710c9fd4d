// What was written and the store has not been told yet, in the order in which it was written. It is told in
// letters, one at a time: a letter that may have been lost on the way is sent again under the same number, so
// that nothing is counted twice. For one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "admission/redis/rules.h"
#include "base/clock.h"

namespace trilogue::admission::redis {

struct Letter {
  std::int64_t number = 0;
  std::vector<Note> notes;
};

class Notebook final {
 public:
  static constexpr std::size_t kMostNotes = 100;  // of one letter: the store does nothing else meanwhile

  // Nothing is kept of no tokens, or of what no limit counts.
  void add(const Counted& counted, std::int64_t tokens, base::SteadyTime now);

  // The next letter, nothing when there is none to write or the last one is not answered yet.
  std::optional<Letter> open_letter(base::SteadyTime now);
  // The answer came; `arrived`: that of the store.
  void close_letter(bool arrived);

 private:
  struct Line {
    Counted counted;
    std::int64_t tokens = 0;
    base::SteadyTime at{};
  };

  void turn_page();
  void forget_the_past(base::SteadyTime now);

  std::unordered_map<std::string, Line> page_;  // by key; lines that still grow
  base::SteadyTime page_began_{};
  std::deque<Line> lines_;  // of full pages, oldest first
  std::int64_t number_ = 1;
  std::size_t sent_ = 0;  // lines of the letter with that number, once it was written
  bool open_ = false;     // its answer is awaited
};

}  // namespace trilogue::admission::redis
