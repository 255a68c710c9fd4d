// The ways in which a call may begin, drawn from the syntax of a model. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/syntax/output_syntax.h"

namespace trilogue::engine::syntax {

// A way to begin a call: its tag is looked for, the rest read by CallHead. A bare one has no tag (`{"name":
// "`) and counts only where an answer, or the next call, begins.
struct Head {
  std::string tag;
  std::string rest;
};

struct Heads {
  std::vector<Head> tagged;
  std::optional<std::string> bare;          // at the beginning of an answer
  std::optional<std::string> bare_further;  // after an earlier call
};

// Of a syntax whose markers are in the inner spelling.
Heads heads_of(const OutputSyntax& syntax);

// All markers in the inner spelling; the atoms themselves stay plain.
OutputSyntax spelled(OutputSyntax syntax);

// The text at which a call grammar takes over: the beginning of the first call, as far as it is told by a
// tag.
std::string call_trigger(const OutputSyntax& syntax);

}  // namespace trilogue::engine::syntax
