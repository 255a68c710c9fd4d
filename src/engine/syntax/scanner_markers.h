// What the scanner looks for, by the zone it is in. Pure functions of a syntax in the inner spelling.
#pragma once

#include <string>
#include <vector>

#include "engine/syntax/call_heads.h"
#include "engine/syntax/marker_matcher.h"
#include "engine/syntax/output_syntax.h"

namespace trilogue::engine::syntax {

// Meanings of markers; the heads of calls count up from theirs.
inline constexpr int kNoise = 0;
inline constexpr int kReasoningBegin = 1;
inline constexpr int kReasoningEnd = 2;
inline constexpr int kHead = 100;

// Within reasoning, and after a call.
std::vector<Marker> common_markers(const OutputSyntax& syntax, const Heads& heads);

// Within an answer: also the ends of calls that never began, as a model leaves them behind a failed one.
std::vector<Marker> answer_markers(const OutputSyntax& syntax, const Heads& heads);

// Each means its index. Looked for in what a reader sees, so that a marker that is taken out cannot complete
// one unseen.
std::vector<Marker> stop_markers(const std::vector<std::string>& stop);

}  // namespace trilogue::engine::syntax
