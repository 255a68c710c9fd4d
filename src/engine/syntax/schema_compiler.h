// Compiles a JSON Schema to rules. One per schema; bounded in depth, in size, and in how often a schema may
// be visited. Keywords that only describe are passed over; those that restrict and cannot be held to are
// refused.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/syntax/grammar_rules.h"
#include "engine/syntax/string_grammar.h"
#include "wire/json.h"

namespace trilogue::engine::syntax {

struct SchemaProperty {
  std::string_view name;
  wire::Value schema;
  bool required = false;
};

struct SchemaObject {
  std::vector<SchemaProperty> properties;
  bool more = false;                       // others may stand beside them
  std::optional<wire::Value> more_schema;  // by this schema; absent: any value
};

class SchemaCompiler final {
 public:
  // `document` must outlive this.
  SchemaCompiler(const wire::Document& document, GrammarRules& rules);

  // A rule, or a terminal, for JSON by the whole schema.
  base::Result<std::string> compile();
  // For JSON by a part of it.
  base::Result<std::string> compile(wire::Value schema);
  // For a string by a part of it, written without quotes; empty when nothing is said about its form.
  base::Result<std::optional<std::string>> compile_raw_text(wire::Value schema);
  // The whole schema as an object. Failure when it is none.
  base::Result<SchemaObject> object();

 private:
  struct Part {
    wire::Value schema;
    bool choices_done = false;  // its anyOf or oneOf has been chosen from
  };
  using Parts = std::vector<Part>;

  std::string refuse(std::string why);
  std::string visit(wire::Value schema);
  std::string visit_parts(const Parts& parts);
  std::string visit_reference(std::string_view reference);
  std::string visit_choices(const Parts& parts, std::size_t at, wire::Value choices);
  std::string visit_type(const Parts& parts, std::string_view type);
  std::string visit_object(const Parts& parts);
  std::string visit_array(const Parts& parts);
  std::string visit_string(const Parts& parts);
  std::string visit_number(const Parts& parts, bool whole);
  std::string string_body(const Parts& parts, Spelling spelling);
  std::string literals(const Parts& parts, wire::Value list);
  std::string more_members(const SchemaObject& object, bool first);

  bool flatten(wire::Value schema, Parts& parts);
  SchemaObject object_of(const Parts& parts);
  void check_keywords(wire::Value schema);
  std::optional<wire::Value> target(std::string_view reference) const;

  const wire::Document& document_;
  GrammarRules& rules_;
  std::map<std::string, std::string, std::less<>> references_;  // to their rules, being made or ready
  std::vector<std::string> leading_;  // references that nothing has been written since
  int depth_ = 0;
  int visits_ = 0;
  int alternatives_ = 1;  // that may begin where the schema being visited does
  std::int64_t repeats_ = 0;
  std::string error_;
};

}  // namespace trilogue::engine::syntax
