// Answers that nobody wrote down: streams of canonical events of every kind that the grammar allows, the same
// for the same seed. For tests.
#pragma once

#include <vector>

#include "canon/event.h"

namespace trilogue::golden {

// One choice: reasoning, text and calls in any mixture, cut short, failing, with characters that are awkward
// to write. The prompt has 100 tokens, 40 of them cached.
std::vector<canon::Event> any_answer(unsigned seed);

}  // namespace trilogue::golden
