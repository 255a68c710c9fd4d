#include "engine/syntax/grammar.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/syntax/call_heads.h"
#include "engine/syntax/grammar_rules.h"
#include "engine/syntax/key_grammar.h"
#include "engine/syntax/schema_compiler.h"
#include "engine/syntax/spelling.h"
#include "engine/syntax/text_tree.h"

namespace trilogue::engine::syntax {
namespace {

constexpr std::size_t kMaxSchema = std::size_t{256} * 1024;  // bytes
constexpr int kMostTooLarge = 4;
constexpr std::string_view kNewlines = R"([\n]{0,2})";

std::string optional_text(std::string_view text) {
  return text.empty() ? "" : "(" + quoted(text) + ")?";
}

base::Result<wire::Document> read_schema(std::string_view schema) {
  if (schema.size() > kMaxSchema) return base::invalid("", "The schema is too large.");
  return wire::Document::parse(std::string(schema));
}

// The rules of all tools of one request.
class CallCompiler {
 public:
  // `syntax` in the inner spelling.
  CallCompiler(const OutputSyntax& syntax, GrammarRules& rules) : call_(syntax.call), rules_(rules) {}

  // From the section's beginning to its end.
  base::Result<std::string> compile(const std::vector<canon::Tool>& tools, const CallRules& limits) {
    std::vector<std::string> ways;
    for (std::size_t i = 0; i < tools.size(); ++i) {
      if (!limits.only.empty() && tools[i].name != limits.only) continue;
      if (!limits.wanted()) return base::fail(base::FailureKind::cancelled, "nobody waits for this");
      auto arguments = arguments_of(tools[i]);
      if (!arguments) {
        return base::invalid("tools[" + std::to_string(i) + "].parameters", arguments.error().message);
      }
      ways.push_back(sequence({quoted(tools[i].name + call_.name_end), *arguments}));
    }
    if (ways.empty()) return base::invalid("tool_choice", "There is no tool of this name.");
    if (rules_.overflowed())
      return base::invalid("tools", "The schemas of these tools are too large together.");
    const std::string named = rules_.add(alternatives(ways));
    const std::string first =
        sequence({quoted(call_.section_begin + call_.call_begin), named, quoted(call_.call_end)});
    if (!limits.parallel) return rules_.add(sequence({first, quoted(call_.section_end)}));
    const std::string gap = call_.between.empty() && plain(call_.call_begin).starts_with('<')
                                ? R"("\n"?)"
                                : quoted(call_.between);
    const std::string next =
        rules_.add(sequence({gap, quoted(call_.call_begin), named, quoted(call_.call_end)}));
    return rules_.add(sequence({first, next + "*", quoted(call_.section_end)}));
  }

 private:
  base::Result<std::string> arguments_of(const canon::Tool& tool) {
    if (tool.strict) return by_schema(tool);
    // What a schema that cannot be used has left behind must not count against the other tools.
    GrammarRules::Mark before = rules_.mark();
    const std::string raw_text_before = raw_text_;
    if (too_large_ < kMostTooLarge) {
      auto arguments = by_schema(tool);
      if (arguments && !rules_.overflowed()) return arguments;
      if (rules_.overflowed()) ++too_large_;
    }
    rules_.go_back_to(std::move(before));
    raw_text_ = raw_text_before;
    return call_.style == ArgumentStyle::json ? json_object(rules_) : any_tagged();
  }

  base::Result<std::string> by_schema(const canon::Tool& tool) {
    if (tool.parameters.empty()) {
      return call_.style == ArgumentStyle::json ? rules_.add("\"{}\"") : std::string();
    }
    const auto document = read_schema(tool.parameters);
    if (!document) return tl::unexpected(document.error());
    SchemaCompiler compiler(*document, rules_);
    if (call_.style == ArgumentStyle::tagged_values) return tagged(compiler);
    const auto object = compiler.object();
    if (!object) return tl::unexpected(object.error());
    return compiler.compile();
  }

  const std::string& raw_text() {
    if (raw_text_.empty()) raw_text_ = text_without(without_outer_space(plain(call_.parameter_end)), rules_);
    return raw_text_;
  }

  // Any number of parameters with other names than these.
  std::string others_tagged(const std::vector<std::string_view>& taken, const std::string& value) {
    const std::string name = other_name_grammar(taken, rules_);
    const std::string one =
        rules_.add(sequence({quoted(call_.parameter_begin), name, quoted(call_.parameter_name_end), value,
                             quoted(call_.parameter_end)}));
    return one + "*";
  }
  std::string any_tagged() { return others_tagged({}, raw_text()); }

  base::Result<std::string> tagged(SchemaCompiler& compiler) {
    const auto object = compiler.object();
    if (!object) return tl::unexpected(object.error());
    auto further = further_tagged(compiler, *object);
    if (!further) return further;
    const std::string more = *further;
    std::string rest = more;
    TextTree names(rules_);  // that may come next
    bool may_end = true;
    for (auto property = object->properties.rbegin(); property != object->properties.rend(); ++property) {
      const auto value = property->schema ? compiler.compile_between_tags(*property->schema, raw_text())
                                          : base::Result<std::string>(raw_text());
      if (!value) return value;
      if (property->required) names.clear(), may_end = false;
      const std::string name(property->name);
      names.add(call_.parameter_begin + name + call_.parameter_name_end,
                sequence({*value, quoted(call_.parameter_end), rest}));
      std::vector<std::string> ways{names.rule()};
      if (may_end) ways.push_back(more);
      rest = rules_.add(alternatives(ways));
      if (names.is_too_wide() || rules_.overflowed())
        return base::invalid("", "The schema cannot be used: it has too many optional properties.");
    }
    return rest;
  }

  // What the schema does not name, by its `additionalProperties`.
  base::Result<std::string> further_tagged(SchemaCompiler& compiler, const SchemaObject& object) {
    if (!object.more) return std::string();
    std::vector<std::string_view> taken;
    for (const SchemaProperty& property : object.properties) taken.push_back(property.name);
    if (!object.more_schema) return others_tagged(taken, raw_text());
    const auto value = compiler.compile_between_tags(*object.more_schema, raw_text());
    if (!value) return value;
    return others_tagged(taken, *value);
  }

  const CallSyntax& call_;
  GrammarRules& rules_;
  std::string raw_text_;  // one rule for all values
  int too_large_ = 0;     // schemas: each took its time
};

base::Result<std::string> schema_rule(std::string_view schema, GrammarRules& rules) {
  const auto document = read_schema(schema);
  if (!document) return base::invalid("response_format", document.error().message);
  const auto value = SchemaCompiler(*document, rules).compile();
  if (!value) return base::invalid("response_format", value.error().message);
  return *value;
}

std::string rules_text_of_json(const std::string& value, const OutputSyntax& syntax,
                               const GrammarRules& rules) {
  return rules.text(sequence({std::string(kNewlines), optional_text(syntax.answer_begin), value}));
}

}  // namespace

std::string json_object_grammar(const OutputSyntax& syntax) {
  GrammarRules rules;
  return rules_text_of_json(json_object(rules), spelled(syntax), rules);
}

base::Result<std::string> schema_grammar(std::string_view schema, const OutputSyntax& syntax) {
  GrammarRules rules;
  const auto value = schema_rule(schema, rules);
  if (!value) return value;
  return rules_text_of_json(*value, spelled(syntax), rules);
}

base::Result<std::string> json_or_call_grammar(const canon::AnswerFormat& format,
                                               const std::vector<canon::Tool>& tools, const CallRules& limits,
                                               const OutputSyntax& plain_syntax) {
  const OutputSyntax syntax = spelled(plain_syntax);
  GrammarRules rules;
  const auto* by_schema = std::get_if<canon::JsonBySchema>(&format);
  const base::Result<std::string> value =
      by_schema != nullptr ? schema_rule(by_schema->schema, rules) : json_object(rules);
  if (!value) return value;
  const auto calls = CallCompiler(syntax, rules).compile(tools, limits);
  if (!calls) return calls;
  const std::string json = sequence({optional_text(syntax.answer_begin), *value});
  const std::string call = sequence({optional_text(syntax.call.lead), *calls});
  return rules.text(std::string(kNewlines) + " (" + alternatives({json, call}) + ")");
}

base::Result<std::string> call_grammar(const std::vector<canon::Tool>& tools, const CallRules& limits,
                                       const OutputSyntax& syntax) {
  GrammarRules rules;
  const OutputSyntax inner = spelled(syntax);
  const auto calls = CallCompiler(inner, rules).compile(tools, limits);
  if (!calls) return tl::unexpected(calls.error());
  return rules.text(*calls);
}

base::Result<std::string> required_call_grammar(const std::vector<canon::Tool>& tools,
                                                const CallRules& limits, const OutputSyntax& plain_syntax) {
  const OutputSyntax syntax = spelled(plain_syntax);
  GrammarRules rules;
  const auto calls = CallCompiler(syntax, rules).compile(tools, limits);
  if (!calls) return tl::unexpected(calls.error());
  return rules.text(sequence({std::string(kNewlines), optional_text(syntax.call.lead), *calls}));
}

}  // namespace trilogue::engine::syntax
