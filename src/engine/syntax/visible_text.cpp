#include "engine/syntax/visible_text.h"

#include <utility>

#include "engine/syntax/scanner_markers.h"
#include "engine/syntax/spelling.h"

namespace trilogue::engine::syntax {

using canon::BlockKind;

void ReasoningText::begin(BlockWriter& writer) {
  trim_newline_ = true;
  newline_held_ = false;
  if (writer.open() == BlockKind::reasoning) writer.write(BlockKind::reasoning, "\n");
}

void ReasoningText::add(std::string_view spelled, BlockWriter& writer) {
  if (spelled.empty()) return;
  if (std::exchange(trim_newline_, false) && spelled.front() == '\n') spelled.remove_prefix(1);
  if (spelled.empty()) return;
  std::string visible = (newline_held_ ? "\n" : "") + plain(spelled);
  newline_held_ = visible.ends_with('\n');
  if (newline_held_) visible.pop_back();
  writer.write(BlockKind::reasoning, visible);
}

void ReasoningText::end_cut(BlockWriter& writer) {
  if (newline_held_) writer.write(BlockKind::reasoning, "\n");
}

AnswerText::AnswerText(const std::vector<std::string>& stop, bool keeps_space)
    : stops_(stop_markers(stop)), keeps_space_(keeps_space) {}

bool AnswerText::add(std::string_view spelled, BlockWriter& writer) {
  std::string visible;
  for (const char byte : plain(spelled)) {
    const int stop = stops_.step(byte, visible);
    if (stop == MarkerMatcher::kNothing) continue;
    show(visible, writer);
    show_space(writer);
    stopped_by_ = stop;
    return true;
  }
  show(visible, writer);
  return false;
}

void AnswerText::end(BlockWriter& writer) {
  std::string visible;
  stops_.end(visible);
  show(visible, writer);
}

void AnswerText::show(std::string_view text, BlockWriter& writer) {
  if (text.empty()) return;
  space_ += text;
  if (without_outer_space(space_).empty() && !(begun_ && keeps_space_)) return;
  begun_ = true;
  std::string visible = std::exchange(space_, {});
  if (!keeps_space_) {
    std::size_t end = visible.size();
    while (end > 0 && is_space(visible[end - 1])) --end;
    space_ = visible.substr(end);
    visible.resize(end);
  }
  writer.write(BlockKind::text, visible);
}

void AnswerText::show_space(BlockWriter& writer) {
  if (begun_) writer.write(BlockKind::text, std::exchange(space_, {}));
}

void AnswerText::begin_if_seen(std::string_view spelled) {
  begun_ = begun_ || !without_outer_space(spelled).empty();
}

bool AnswerText::holds_nothing() const {
  return without_outer_space(stops_.held_back()).empty();
}

void AnswerText::hold_begins_text() {
  begun_ = begun_ || !holds_nothing();
}

}  // namespace trilogue::engine::syntax
