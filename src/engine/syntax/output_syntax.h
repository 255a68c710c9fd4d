// How a model writes its answer: which markers stand around reasoning and around tool calls. Learned from the
// model's own template (engine/llama/template_probe.h), used by the scanner to read and by the grammar to
// constrain. Plain text, no model library.
#pragma once

#include <string>
#include <vector>

namespace trilogue::engine::syntax {

// How the arguments of a call are written between its name and its end.
enum class ArgumentStyle {
  json,           // one JSON object
  tagged_values,  // <parameter=NAME>\nVALUE\n</parameter>\n …, strings raw, the rest as JSON
};

// One call reads: call_begin NAME name_end ARGUMENTS call_end; several stand one after another with
// `between`. section_begin / section_end wrap them all and may be empty. Whitespace is as the template writes
// it; reading is lenient about it.
struct CallSyntax {
  ArgumentStyle style = ArgumentStyle::json;
  std::string lead{};  // may stand before the first call where it follows reasoning (gpt-oss), mostly ""
  std::string section_begin{};
  std::string call_begin{};
  std::string name_end{};
  std::string call_end{};
  std::string between{};
  std::string section_end{};
  std::vector<std::string>
      other_begins{};  // further spellings of call_begin that are read but never asked for
  // tagged_values only: value_begin is written as parameter_begin NAME parameter_name_end VALUE parameter_end
  std::string parameter_begin{};
  std::string parameter_name_end{};
  std::string parameter_end{};
  friend bool operator==(const CallSyntax&, const CallSyntax&) = default;
};

// Newlines around reasoning_begin and reasoning_end are those that the template writes; the markers
// themselves are the texts between.
struct OutputSyntax {
  std::string reasoning_begin{};  // "" when the model does not think
  std::string reasoning_end{};
  std::string answer_begin{};  // written between the end of reasoning and the answer (gpt-oss), mostly ""
  bool has_calls = false;      // the template can write calls
  CallSyntax call;
  // Texts inside these markers that are one token of the vocabulary. Only that token makes them: spelled out
  // by ordinary tokens they are ordinary text. A vocabulary without such tokens leaves this empty.
  std::vector<std::string> atoms{};
  std::vector<std::string> noise{};  // further markers of the template that must never reach a client
  friend bool operator==(const OutputSyntax&, const OutputSyntax&) = default;
};

}  // namespace trilogue::engine::syntax
