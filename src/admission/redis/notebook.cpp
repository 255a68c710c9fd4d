#include "admission/redis/notebook.h"

#include <algorithm>
#include <chrono>

namespace trilogue::admission::redis {

namespace {

constexpr std::chrono::seconds kMinute{60};
constexpr std::chrono::milliseconds kPage{250};  // what is written so close together is one amount

}  // namespace

void Notebook::add(const Counted& counted, std::int64_t tokens, base::SteadyTime now) {
  if (tokens <= 0 || !(counted.key.tokens_per_minute || counted.account.tokens_per_minute)) return;
  if (page_.empty()) page_began_ = now;
  Line& line = page_[counted.key_id];
  line = {counted, line.tokens + tokens, now};
  if (now - page_began_ >= kPage) turn_page();
}

void Notebook::turn_page() {
  for (auto& [key, line] : page_) lines_.push_back(std::move(line));
  page_.clear();
}

// What the minute does not count any more need not be told. A letter that may be on its way stays whole.
void Notebook::forget_the_past(base::SteadyTime now) {
  const auto is_past = [now](const Line& line) { return line.at + kMinute < now; };
  const auto rest = lines_.begin() + static_cast<std::ptrdiff_t>(sent_);
  lines_.erase(rest, std::find_if_not(rest, lines_.end(), is_past));
}

std::optional<Letter> Notebook::open_letter(base::SteadyTime now) {
  forget_the_past(now);
  if (open_) return std::nullopt;
  turn_page();
  if (lines_.empty()) return std::nullopt;
  if (sent_ == 0) sent_ = std::min(lines_.size(), kMostNotes);
  open_ = true;
  Letter letter{number_, {}};
  letter.notes.reserve(sent_);
  for (std::size_t i = 0; i < sent_; ++i) {
    const Line& line = lines_[i];
    const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - line.at).count();
    letter.notes.push_back({line.counted, line.tokens, age});
  }
  return letter;
}

void Notebook::close_letter(bool arrived) {
  open_ = false;
  if (!arrived) return;
  lines_.erase(lines_.begin(), lines_.begin() + static_cast<std::ptrdiff_t>(sent_));
  sent_ = 0;
  ++number_;
}

}  // namespace trilogue::admission::redis
