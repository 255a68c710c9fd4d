// Any text offered as a schema is compiled or refused, in bounded time; what is compiled is a grammar.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "engine/syntax/gbnf_matcher.h"
#include "engine/syntax/grammar.h"
#include "engine/syntax/value_kind.h"
#include "wire/utf8.h"

namespace syntax = trilogue::engine::syntax;

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

// Throws, and so stops the fuzzer, when the text is no grammar or begins with itself.
void check_grammar(const std::string& grammar) {
  if (grammar.size() > 20'000) return;  // the matcher is no match for a long one
  check(syntax::GbnfMatcher(grammar).may_begin(""));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string schema(reinterpret_cast<const char*>(data), size);
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = syntax::schema_grammar(schema, {});
  syntax::OutputSyntax made;
  made.has_calls = true;
  made.call.style = syntax::ArgumentStyle::tagged_values;
  made.call.call_begin = "<f=";
  made.call.name_end = ">";
  made.call.call_end = "</f>";
  made.call.parameter_begin = "<p=";
  made.call.parameter_name_end = ">";
  made.call.parameter_end = "</p>";
  const auto call = syntax::call_grammar(
      {{.name = "f", .description = "", .parameters = schema, .strict = true}}, {}, made);
  check(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
  if (answer) {
    check_grammar(*answer);
  } else {
    check(answer.error().path == "response_format" && !answer.error().message.empty());
  }
  if (call) check_grammar(*call);
  // Whatever was written between tags, and whatever the schema says of it, it is read as JSON.
  const syntax::ParameterKinds kinds(schema);
  for (const std::string& raw : {schema, std::string("7"), std::string("null")}) {
    check(trilogue::wire::Document::parse(kinds.json_of("p", raw)).has_value() ||
          !trilogue::wire::is_valid_utf8(raw));
  }
  return 0;
}
