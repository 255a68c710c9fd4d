// The scanner's inner spelling of what a model writes: a token that only counts as a whole (an atom) stands
// between two bytes that no UTF-8 text holds, so that the same letters made of ordinary tokens never equal
// it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trilogue::engine::syntax {

inline constexpr char kAtomOpens = '\xFF';
inline constexpr char kAtomCloses = '\xFE';

std::string spell_atom(std::string_view atom);
// Every atom inside a marker, the longest where several fit.
std::string spell_marker(std::string_view marker, const std::vector<std::string>& atoms);
// Back to what a reader may see.
std::string plain(std::string_view spelled);

inline bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}
std::string_view without_outer_space(std::string_view text);

// The first tag of a marker and all before it (`<tool_call>` of `<tool_call>\n<function=`); "" when it has
// none, as
// `{"name": "`. A tag is in angle or square brackets, or an atom.
std::string_view first_tag(std::string_view spelled);

// Without the atoms and what is inside them.
std::string without_atoms(std::string_view spelled);

}  // namespace trilogue::engine::syntax
