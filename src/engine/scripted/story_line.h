// One line of a story cut into words: `verb word key=value key="JSON string":number`. For story.cpp only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace trilogue::engine::scripted {

struct Word {
  std::string key;    // "" where there is no `=`
  std::string value;  // unquoted
  std::string after;  // what follows a quoted value behind a colon
  bool quoted = false;
};

class StoryLine final {
 public:
  static base::Result<StoryLine> parse(std::string_view line);

  bool empty() const { return words_.empty(); }
  std::string_view verb() const { return words_.front().value; }

  // Each takes its word out of the line, so that what is left at the end was not understood.
  std::optional<std::string> take_word();    // the next plain word
  std::optional<std::string> take_quoted();  // the next quoted one without a key
  std::optional<Word> take(std::string_view key);
  std::optional<int> take_int(std::string_view key);  // a value that is no int stays in the line

  // The first word that nobody took.
  std::optional<std::string> left_over() const;

 private:
  std::vector<Word> words_;
};

// The whole text as a number; empty when it is none.
std::optional<double> number_of(std::string_view text);

}  // namespace trilogue::engine::scripted
