#include "engine/scripted/story_line.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "wire/json.h"

namespace trilogue::engine::scripted {

namespace {

std::string_view cut_until(std::string_view& rest, std::string_view stops) {
  const std::string_view word = rest.substr(0, rest.find_first_of(stops));
  rest.remove_prefix(word.size());
  return word;
}

// Takes a JSON string literal off the front of `rest`, which begins with its quote.
base::Result<std::string> cut_literal(std::string_view& rest) {
  std::size_t end = 1;
  while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
  if (end >= rest.size()) return base::invalid({}, "a quoted text does not end");
  const auto document = wire::Document::parse("[" + std::string(rest.substr(0, end + 1)) + "]");
  if (!document) return base::fail(document.error());
  rest.remove_prefix(end + 1);
  return std::string((*document->root().elements().begin()).text().value_or(""));
}

base::Result<Word> cut_word(std::string_view& rest) {
  Word word;
  word.value = cut_until(rest, " =\"");
  if (rest.starts_with('=')) {
    word.key = std::exchange(word.value, {});
    rest.remove_prefix(1);
    word.value = cut_until(rest, " \"");
  }
  if (!rest.starts_with('"')) return word;
  auto text = cut_literal(rest);
  if (!text) return base::fail(text.error());
  word.value = std::move(*text);
  word.quoted = true;
  if (rest.starts_with(':')) {
    rest.remove_prefix(1);
    word.after = cut_until(rest, " ");
  }
  return word;
}

}  // namespace

base::Result<StoryLine> StoryLine::parse(std::string_view line) {
  StoryLine out;
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(" \r\t"), line.size()));
    if (line.empty() || (out.empty() && line.front() == '#')) return out;
    auto word = cut_word(line);
    if (!word) return base::fail(word.error());
    out.words_.push_back(std::move(*word));
  }
}

std::optional<std::string> StoryLine::take_word() {
  if (empty() || words_.front().quoted || !words_.front().key.empty()) return std::nullopt;
  std::string value = std::move(words_.front().value);
  words_.erase(words_.begin());
  return value;
}

std::optional<std::string> StoryLine::take_quoted() {
  if (empty() || !words_.front().quoted || !words_.front().key.empty()) return std::nullopt;
  std::string value = std::move(words_.front().value);
  words_.erase(words_.begin());
  return value;
}

std::optional<Word> StoryLine::take(std::string_view key) {
  for (auto word = words_.begin(); word != words_.end(); ++word) {
    if (word->key != key) continue;
    Word out = std::move(*word);
    words_.erase(word);
    return out;
  }
  return std::nullopt;
}

std::optional<int> StoryLine::take_int(std::string_view key) {
  for (auto word = words_.begin(); word != words_.end(); ++word) {
    if (word->key != key) continue;
    const auto number = number_of(word->value);
    if (!number || *number != std::trunc(*number) || std::abs(*number) > 1e9) return std::nullopt;
    words_.erase(word);
    return static_cast<int>(*number);
  }
  return std::nullopt;
}

std::optional<std::string> StoryLine::left_over() const {
  if (words_.empty()) return std::nullopt;
  const Word& word = words_.front();
  return word.key.empty() ? word.value : word.key + "=" + word.value;
}

std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

}  // namespace trilogue::engine::scripted
