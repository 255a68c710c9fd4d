// What of a model's words a reader sees: the newlines that belong to markers gone, stop strings found and
// kept out, whitespace that turns out to belong to nobody dropped. Owned by one scanner, which says what is
// reasoning and what is answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/syntax/block_writer.h"
#include "engine/syntax/marker_matcher.h"

namespace trilogue::engine::syntax {

// Reasoning: one newline behind its opening marker and one before its closing one belong to the markers.
class ReasoningText final {
 public:
  // A further piece of reasoning joins the block that is open, on a line of its own.
  void begin(BlockWriter& writer);
  void add(std::string_view spelled, BlockWriter& writer);
  // The newline held back belongs to the marker that follows.
  void end_at_marker() { newline_held_ = false; }
  // The limit fell inside: no marker follows.
  void end_cut(BlockWriter& writer);

 private:
  bool newline_held_ = false;
  bool trim_newline_ = true;
};

// The answer. Whitespace waits for text after it: before a call, and before all text, it belongs to nobody.
class AnswerText final {
 public:
  // `keeps_space`: there are no calls that whitespace could stand before.
  AnswerText(const std::vector<std::string>& stop, bool keeps_space);

  // Adds what a reader may see. True when it completed a stop string: nothing may be added any more.
  bool add(std::string_view spelled, BlockWriter& writer);
  // Text follows no more: what could have become a stop string is text.
  void end(BlockWriter& writer);

  // A call begins: the whitespace before it goes.
  void drop_space() { space_.clear(); }
  // The answer ends: the whitespace after text is part of it.
  void show_space(BlockWriter& writer);

  // From here on there is text, though none may have been shown.
  void begin_if_seen(std::string_view spelled);
  bool has_begun() const { return begun_; }
  // Nothing is held back but whitespace.
  bool holds_nothing() const;
  void hold_begins_text();

  int stopped_by() const { return stopped_by_; }  // index of the stop string, or MarkerMatcher::kNothing

 private:
  void show(std::string_view text, BlockWriter& writer);

  MarkerMatcher stops_;
  bool keeps_space_;
  bool begun_ = false;
  std::string space_;
  int stopped_by_ = MarkerMatcher::kNothing;
};

}  // namespace trilogue::engine::syntax
