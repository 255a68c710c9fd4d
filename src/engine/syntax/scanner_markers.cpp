#include "engine/syntax/scanner_markers.h"

#include <algorithm>
#include <string_view>

#include "engine/syntax/spelling.h"

namespace trilogue::engine::syntax {
namespace {

std::string_view last_word(std::string_view marker) {
  marker = without_outer_space(marker);
  while (!marker.empty() && std::any_of(marker.begin(), marker.end(), is_space)) marker.remove_prefix(1);
  return marker;
}

void add_marker(std::string_view text, int meaning, std::vector<Marker>& markers) {
  text = without_outer_space(text);
  if (!text.empty()) markers.push_back({std::string(text), meaning, false});
}

}  // namespace

std::vector<Marker> common_markers(const OutputSyntax& syntax, const Heads& heads) {
  std::vector<Marker> markers;
  for (std::size_t i = 0; i < heads.tagged.size(); ++i) {
    markers.push_back({heads.tagged[i].tag, kHead + static_cast<int>(i), false});
  }
  add_marker(syntax.reasoning_end, kReasoningEnd, markers);
  add_marker(syntax.reasoning_begin, kReasoningBegin, markers);
  add_marker(syntax.answer_begin, kNoise, markers);
  for (const std::string& marker : syntax.noise) add_marker(marker, kNoise, markers);
  return markers;
}

std::vector<Marker> answer_markers(const OutputSyntax& syntax, const Heads& heads) {
  std::vector<Marker> markers = common_markers(syntax, heads);
  if (heads.tagged.empty()) return markers;
  if (!first_tag(syntax.call.section_end).empty()) add_marker(syntax.call.section_end, kNoise, markers);
  if (const std::string_view tag = last_word(syntax.call.call_end); !first_tag(tag).empty())
    add_marker(tag, kNoise, markers);
  return markers;
}

std::vector<Marker> stop_markers(const std::vector<std::string>& stop) {
  std::vector<Marker> markers;
  for (std::size_t i = 0; i < stop.size(); ++i) {
    if (!stop[i].empty()) markers.push_back({stop[i], static_cast<int>(i), true});
  }
  return markers;
}

}  // namespace trilogue::engine::syntax
