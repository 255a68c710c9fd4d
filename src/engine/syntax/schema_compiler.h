// Compiles a JSON Schema to rules. One per schema; bounded in depth, in size, and in how often a schema may
// be visited. Keywords that only describe are passed over; those that restrict and cannot be held to are
// refused. schema_compiler.cpp decides which form a value has, schema_containers.cpp writes objects and
// arrays, schema_scalars.cpp strings and numbers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/syntax/grammar_rules.h"
#include "engine/syntax/schema_walk.h"
#include "engine/syntax/string_grammar.h"
#include "wire/json.h"

namespace trilogue::engine::syntax {

class SchemaCompiler final {
 public:
  // `document` must outlive this.
  SchemaCompiler(const wire::Document& document, GrammarRules& rules);

  // A rule, or a terminal, for JSON by the whole schema.
  base::Result<std::string> compile();
  // For JSON by a part of it.
  base::Result<std::string> compile(wire::Value schema);
  // For a value by a part of it as it stands between tags: strings without quotes, all else as JSON.
  // `any_text`: the rule for a string of which nothing is said.
  base::Result<std::string> compile_between_tags(wire::Value schema, const std::string& any_text);
  // The whole schema as an object. Failure when it is none.
  base::Result<SchemaObject> object();

 private:
  std::string refuse(std::string why);
  base::Result<std::string> done(std::string rule);
  bool flatten(wire::Value schema, SchemaParts& parts);
  void check_keywords(wire::Value schema);

  std::string visit(wire::Value schema);
  std::string visit_parts(const SchemaParts& parts, Spelling spelling);
  std::string visit_reference(std::string_view reference);
  std::string visit_choices(const SchemaParts& parts, const SchemaChoices& choices, Spelling spelling);
  std::string visit_types(const SchemaParts& parts, Spelling spelling);
  std::string visit_type(const SchemaParts& parts, std::string_view type, Spelling spelling);
  std::string literals(const SchemaParts& parts, wire::Value list, Spelling spelling);
  std::string anything(Spelling spelling);
  std::string any_of(const std::vector<std::string>& ways, Spelling spelling);

  std::string visit_object(const SchemaParts& parts);
  std::string more_members(const SchemaObject& object, bool first);
  std::string visit_array(const SchemaParts& parts);
  std::string visit_string(const SchemaParts& parts, Spelling spelling);
  std::string string_body(const SchemaParts& parts, Spelling spelling);
  std::string visit_number(const SchemaParts& parts, bool whole);

  SchemaWalk walk_;
  GrammarRules& rules_;
  std::string any_text_;
  std::map<std::string, std::string, std::less<>> references_;  // to their rules, being made or ready
  int alternatives_ = 1;  // that may begin where the schema being visited does
  std::int64_t repeats_ = 0;
};

}  // namespace trilogue::engine::syntax
