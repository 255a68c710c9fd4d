// How a JSON Schema is walked, by whoever looks into one: references followed, allOf taken together, all
// within limits of depth and of how often a schema may be visited, for references may lead back many times.
// One per look at one schema; values are views into its Document.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/json.h"

namespace trilogue::engine::syntax {

// A schema and all that its $ref and its allOf add: what holds together for one value.
struct SchemaPart {
  wire::Value schema;
  bool choices_done = false;  // its anyOf or oneOf has been chosen from
};
using SchemaParts = std::vector<SchemaPart>;

struct SchemaProperty {
  std::string_view name;
  std::optional<wire::Value> schema;  // absent: any value
  bool required = false;
};

// Items of a list: those at its beginning each by their own schema, then `more` by this one.
struct SchemaItems {
  std::vector<wire::Value> first;
  std::optional<wire::Value> more;
};

struct SchemaObject {
  std::vector<SchemaProperty> properties;
  bool more = false;                       // others may stand beside them
  std::optional<wire::Value> more_schema;  // by this schema; absent: any value
};

class SchemaWalk final {
 public:
  explicit SchemaWalk(wire::Value root) : root_(root) {}

  wire::Value root() const { return root_; }

  // Why the schema cannot be used; "" while it can. The first reason counts.
  const std::string& error() const { return error_; }
  bool failed() const { return !error_.empty(); }
  void refuse(std::string why);

  // One more visit, a level deeper for as long as this lives. Refuses what goes too far; ask failed().
  class Level final {
   public:
    explicit Level(SchemaWalk& walk);
    ~Level() { --walk_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    SchemaWalk& walk_;
  };

  // `#/$defs/x` and the like; empty when it leads nowhere.
  std::optional<wire::Value> target(std::string_view reference) const;

  // A reference that is being followed, until something has been written or read.
  class Following final {
   public:
    Following(SchemaWalk& walk, std::string_view reference);
    ~Following() { walk_.followed_.pop_back(); }
    Following(const Following&) = delete;
    Following& operator=(const Following&) = delete;

   private:
    SchemaWalk& walk_;
  };
  // What stands inside brackets may refer to what is around it.
  std::vector<std::string> forget_followed() { return std::exchange(followed_, {}); }
  void restore_followed(std::vector<std::string> followed) { followed_ = std::move(followed); }

  // Adds the schema to the parts, and what it refers to. False, and a reason, when that is not possible.
  bool flatten(wire::Value schema, SchemaParts& parts);

  // The parts as an object: the first that names a property counts. One that is required and not described
  // stands among them too, unless `additionalProperties` is false.
  SchemaObject object_of(const SchemaParts& parts);

 private:
  static constexpr int kMaxDepth = 64;
  static constexpr int kMaxVisits = 20'000;
  static constexpr std::size_t kMaxParts = 200;

  wire::Value root_;
  std::string error_;
  std::vector<std::string> followed_;  // references, since something was written
  int depth_ = 0;
  int visits_ = 0;
};

bool has_any(wire::Value schema, std::initializer_list<std::string_view> keywords);

// The first of the parts that has the keyword.
std::optional<wire::Value> find_in(const SchemaParts& parts, std::string_view keyword);

// `prefixItems` and `items`, or as drafts up to 7 have them: a list of `items`, and `additionalItems`.
SchemaItems items_of(const SchemaParts& parts);

// Of the first part that has alternatives and has not been chosen from. Both is more than we can hold.
struct SchemaChoices {
  std::size_t part = 0;
  wire::Value list;
  bool both = false;  // anyOf and oneOf
};
std::optional<SchemaChoices> choices_in(const SchemaParts& parts);

// The types that a value may have, by `type` or by the keywords that imply one; none when it may be anything.
struct SchemaTypes {
  std::vector<std::string_view> names;
  bool any = false;
};
SchemaTypes types_of(const SchemaParts& parts);

// The type that the keywords imply where none is named; "" for none.
std::string_view implied_type(const SchemaParts& parts);

}  // namespace trilogue::engine::syntax
