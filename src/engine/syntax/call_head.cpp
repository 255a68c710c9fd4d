#include "engine/syntax/call_head.h"

#include "engine/syntax/spelling.h"

namespace trilogue::engine::syntax {
namespace {

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// `<function=` is a tag too, though an unfinished one.
bool is_tag_like(std::string_view begin) {
  return begin[0] == '<' || !first_tag(begin).empty();
}

// Of a marker that begins with a tag, its last one: what stands before that may differ.
std::string_view last_tag(std::string_view marker) {
  if (first_tag(marker).empty()) return marker;
  const std::size_t atom = marker.rfind(kAtomOpens);
  return marker.substr(atom != std::string_view::npos ? atom : marker.find_last_of("<["));
}

}  // namespace

CallHead::CallHead(std::string seen, std::string_view begin, std::string_view name_end)
    : raw_(std::move(seen)),
      visible_from_(raw_.size()),
      tagged_(!raw_.empty()),
      begin_(without_outer_space(begin)),
      name_end_(last_tag(without_outer_space(name_end))) {
  if (begin_.empty()) stage_ = Stage::name;
}

CallHead::Progress CallHead::step(char byte) {
  raw_ += byte;
  switch (stage_) {
    case Stage::begin: {
      const Progress progress = expect(begin_, byte);
      if (progress != Progress::named) return progress;
      if (is_tag_like(begin_)) visible_from_ = raw_.size();
      stage_ = Stage::name;
      matched_ = 0;
      return Progress::reading;
    }
    case Stage::name:
      return step_name(byte);
    case Stage::after_name:
      return first_tag(name_end_).empty() ? expect(name_end_, byte) : search_end(byte);
  }
  return Progress::failed;
}

// Whitespace may stand anywhere in the literal, or be missing.
CallHead::Progress CallHead::expect(std::string_view literal, char byte) {
  if (is_space(byte)) return Progress::reading;
  if (byte != literal[matched_]) return Progress::failed;
  ++matched_;
  while (matched_ < literal.size() && is_space(literal[matched_])) ++matched_;
  return matched_ == literal.size() ? Progress::named : Progress::reading;
}

CallHead::Progress CallHead::step_name(char byte) {
  if (is_name_byte(byte)) {
    name_ += byte;
    return name_.size() > kMaxName ? Progress::failed : Progress::reading;
  }
  if (name_.empty()) return is_space(byte) ? Progress::reading : Progress::failed;
  stage_ = Stage::after_name;
  raw_.pop_back();
  return step(byte);
}

std::string CallHead::remains() const {
  return without_atoms(std::string_view(raw_).substr(visible_from_));
}

// Some models write more about the call before the tag, as ` <|constrain|>json<|message|>`.
CallHead::Progress CallHead::search_end(char byte) {
  gap_ += byte;
  if (std::string_view(gap_).ends_with(name_end_)) return Progress::named;
  return gap_.size() > kMaxGap ? Progress::failed : Progress::reading;
}

}  // namespace trilogue::engine::syntax
