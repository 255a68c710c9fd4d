// A request in the model's own words: the tokens to compute, how its output will read, and what it may write.
// Made on the engine's preparing thread, used by the decode thread.
//
// How the grammars are meant to be switched on (the decode loop's side of the seam):
// - answer_grammar: llama_sampler_init_grammar(vocab, text, "root"). When opens_in_reasoning, do so after the
// token
//   that took Scanner::phase() out of Phase::reasoning; else before the first token. Its root begins with
//   optional newlines, so bytes of that last token that follow the end marker need no replay.
// - call_grammar: nothing until Scanner::phase() becomes Phase::call. Then
//   llama_sampler_init_grammar_lazy_patterns(vocab, text, "root", &call_trigger_pattern, 1, nullptr, 0) and
//   llama_sampler_accept() of the last tokens whose bytes hold call_trigger (few; a special token counts with
//   its text): the pattern cuts off what stands before the trigger inside the first of them, replays the
//   rest, and the grammar is active from then on. Do not create it lazily at the start: it would match a
//   regular expression over the whole output at each token.
// - Both end in a state where only end-of-generation tokens are allowed. Both cost most of a sampling step:
// pick a
//   token first, ask the grammar about that one alone, and mask the whole vocabulary only when it is refused.
// - A grammar of llama.cpp lets control tokens stand for their spelling: mask control tokens that do not end
// the
//   generation and are not among syntax.atoms.
// - llama.cpp throws, or aborts on an end token, when it is made to accept what its grammar forbids: apply
// first.
// - Piece.special is true for a control token, and for a user-defined one whose text is among syntax.atoms.
#pragma once

#include <llama.h>

#include <string>
#include <vector>

#include "engine/syntax/output_syntax.h"

namespace trilogue::engine::llama {

struct Prompt {
  std::vector<llama_token> tokens;
  syntax::OutputSyntax syntax;
  bool opens_in_reasoning = false;         // the prompt ends inside the reasoning
  bool read_calls = false;                 // calls were offered: what Scanner's option of that name wants
  std::vector<llama_token> reasoning_end;  // tokens that close the reasoning when its budget is spent

  // GBNF. The answer grammar (JSON modes, required or named tool choice) holds from the first byte after the
  // reasoning, or from the start when there is none. The call grammar (automatic choice) holds from the
  // moment call_trigger appears, wherever that is, and covers call_trigger itself.
  std::string answer_grammar;
  std::string call_grammar;
  std::string call_trigger;
  std::string
      call_trigger_pattern;  // call_trigger and what follows it, as a regular expression with one group
};

}  // namespace trilogue::engine::llama
