// Reads what a model writes, token by token, and tells it as canonical events: reasoning, text and tool calls
// apart, markers gone, characters whole, stop strings held back. O(1) a token, whatever the length. One
// scanner belongs to one choice of one request and is used by the decode thread only; it never touches the
// model.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "canon/event.h"
#include "canon/request.h"
#include "engine/syntax/output_syntax.h"

namespace trilogue::engine::syntax {

enum class Phase { reasoning, answer, call };

struct ScannerOptions {
  bool opens_in_reasoning = false;  // the prompt already wrote reasoning_begin
  bool read_calls = true;           // false: a call's markers are plain text (tool_choice none, no tools)
  std::vector<std::string> stop;    // not looked for in reasoning
  // Names and schemas, to type tagged values; shared by the choices of a request. May be null.
  std::shared_ptr<const std::vector<canon::Tool>> tools;
  std::function<std::string()> make_call_id;
};

// One token as the model made it. special: a control token, or any token whose text is among the syntax's
// atoms. An atom is a marker only when it comes as special; a special piece that belongs to no marker is
// dropped. Everything else is text, and markers that hold no atom are found in the text.
struct Piece {
  std::string_view bytes;
  bool special = false;
};

class Scanner final {
 public:
  Scanner(OutputSyntax syntax, ScannerOptions options);
  ~Scanner();

  // Appends what this token made certain. `output_tokens`: of this choice so far, this one included.
  void feed(Piece piece, int output_tokens, std::vector<canon::Happening>& out);

  // The model is done (or was cut by the limit): what was held back comes out, open blocks close.
  void finish(bool cut, std::vector<canon::Happening>& out);

  Phase phase() const;           // after the last token fed
  int reasoning_tokens() const;  // tokens counted as reasoning, markers included
  bool has_calls() const;        // at least one call was opened
  // The stop string that was found; feed nothing more after it.
  const std::optional<std::string>& stopped_by() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace trilogue::engine::syntax
