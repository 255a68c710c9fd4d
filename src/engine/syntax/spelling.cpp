#include "engine/syntax/spelling.h"

namespace trilogue::engine::syntax {
namespace {

char closing(char opening) {
  switch (opening) {
    case kAtomOpens:
      return kAtomCloses;
    case '<':
      return '>';
    case '[':
      return ']';
    default:
      return '\0';
  }
}

// Square brackets are tags only around capitals: [TOOL_CALLS], but no JSON array.
bool opens_tag(std::string_view text, std::size_t at) {
  if (text[at] == '[') return at + 1 < text.size() && text[at + 1] >= 'A' && text[at + 1] <= 'Z';
  return closing(text[at]) != '\0';
}

}  // namespace

std::string spell_atom(std::string_view atom) {
  return kAtomOpens + std::string(atom) + kAtomCloses;
}

std::string spell_marker(std::string_view marker, const std::vector<std::string>& atoms) {
  std::string spelled;
  while (!marker.empty()) {
    std::string_view longest;
    for (const std::string& atom : atoms) {
      if (atom.size() > longest.size() && marker.starts_with(atom)) longest = atom;
    }
    spelled += longest.empty() ? std::string(1, marker[0]) : spell_atom(longest);
    marker.remove_prefix(longest.empty() ? 1 : longest.size());
  }
  return spelled;
}

std::string plain(std::string_view spelled) {
  std::string text;
  text.reserve(spelled.size());
  for (const char c : spelled) {
    if (c != kAtomOpens && c != kAtomCloses) text += c;
  }
  return text;
}

std::string_view without_outer_space(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view first_tag(std::string_view spelled) {
  if (spelled.empty() || !opens_tag(spelled, 0)) return {};
  const std::size_t end = spelled.find(closing(spelled[0]));
  return end == std::string_view::npos ? spelled : spelled.substr(0, end + 1);
}

std::string without_atoms(std::string_view spelled) {
  std::string text;
  bool inside = false;
  for (const char c : spelled) {
    if (c == kAtomOpens || c == kAtomCloses) {
      inside = c == kAtomOpens;
    } else if (!inside) {
      text += c;
    }
  }
  return text;
}

}  // namespace trilogue::engine::syntax
