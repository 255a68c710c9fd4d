// What a model may write, as GBNF text: answers in JSON, and calls of the tools on offer with arguments that
// fit their schemas. Compiles JSON Schemas itself, in bounded time and depth; what it cannot hold a model to
// it refuses rather than ignore. A marker that is one token of the vocabulary stands in a literal in the
// inner spelling (spelling.h): only that token may write it. Pure functions, no model library.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "canon/request.h"
#include "engine/syntax/output_syntax.h"

namespace trilogue::engine::syntax {

// Each grammar begins at the rule `root`. Failures are invalid_request; their path is that of the schema
// within the request (`response_format`, `tools[2].parameters`).

// Any JSON object.
std::string json_object_grammar(const OutputSyntax& syntax);

// A JSON value by this schema.
base::Result<std::string> schema_grammar(std::string_view schema, const OutputSyntax& syntax);

struct CallRules {
  bool parallel = true;                                // several calls, one after another
  std::string only = {};                               // the one tool that may be called; empty: any
  std::function<bool()> wanted = [] { return true; };  // asked between two tools; false: cancelled
};

// JSON by the format, or calls of these tools instead: for an answer that may be either.
base::Result<std::string> json_or_call_grammar(const canon::AnswerFormat& format,
                                               const std::vector<canon::Tool>& tools, const CallRules& rules,
                                               const OutputSyntax& syntax);

// Calls and nothing else: what an answer must be when a call is required, and what must follow once
// call_trigger() has been written. A tool that is not strict and whose schema cannot be compiled takes any
// JSON object.
base::Result<std::string> call_grammar(const std::vector<canon::Tool>& tools, const CallRules& rules,
                                       const OutputSyntax& syntax);
// The same for an answer, which may begin with newlines and the syntax's lead.
base::Result<std::string> required_call_grammar(const std::vector<canon::Tool>& tools, const CallRules& rules,
                                                const OutputSyntax& syntax);

}  // namespace trilogue::engine::syntax
