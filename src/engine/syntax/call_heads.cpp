#include "engine/syntax/call_heads.h"

#include <algorithm>

#include "engine/syntax/spelling.h"

namespace trilogue::engine::syntax {
namespace {

Head split_head(std::string_view begin, const std::vector<std::string>& other_markers) {
  std::string_view tag = first_tag(begin);
  const auto shares = [tag](const std::string& other) { return other.starts_with(tag); };
  if (!tag.empty() && std::any_of(other_markers.begin(), other_markers.end(), shares)) tag = begin;
  return {std::string(tag), std::string(begin.substr(tag.size()))};
}

void add_head(std::string_view begin, const std::vector<std::string>& other_markers, Heads& heads) {
  Head head = split_head(begin, other_markers);
  const auto same = [&head](const Head& known) { return known.tag == head.tag; };
  if (head.tag.empty() || std::any_of(heads.tagged.begin(), heads.tagged.end(), same)) return;
  heads.tagged.push_back(std::move(head));
}

}  // namespace

Heads heads_of(const OutputSyntax& syntax) {
  const std::vector<std::string> others{syntax.reasoning_begin, syntax.answer_begin};
  Heads heads;
  const std::string first = syntax.call.section_begin + syntax.call.call_begin;
  add_head(first, others, heads);
  add_head(syntax.call.call_begin, others, heads);
  for (const std::string& other : syntax.call.other_begins) add_head(other, others, heads);
  if (first_tag(first).empty()) heads.bare = first;
  if (first_tag(syntax.call.call_begin).empty()) heads.bare_further = syntax.call.call_begin;
  return heads;
}

OutputSyntax spelled(OutputSyntax syntax) {
  const auto spell = [&atoms = syntax.atoms](std::string& marker) { marker = spell_marker(marker, atoms); };
  CallSyntax& call = syntax.call;
  for (std::string* marker :
       {&syntax.reasoning_begin, &syntax.reasoning_end, &syntax.answer_begin, &call.lead, &call.section_begin,
        &call.call_begin, &call.name_end, &call.call_end, &call.between, &call.section_end,
        &call.parameter_begin, &call.parameter_name_end, &call.parameter_end}) {
    spell(*marker);
  }
  for (std::string& marker : call.other_begins) spell(marker);
  for (std::string& marker : syntax.noise) spell(marker);
  return syntax;
}

std::string call_trigger(const OutputSyntax& syntax) {
  if (!syntax.has_calls) return {};
  const Heads heads = heads_of(spelled(syntax));
  if (heads.bare) return plain(*heads.bare);
  return heads.tagged.empty() ? "" : plain(heads.tagged.front().tag);
}

}  // namespace trilogue::engine::syntax
