// Whether a JSON value fits a schema, as far as that can be told cheaply: kinds, listed values, limits,
// members and items; `pattern` and `format` count as fitted. For telling the readings of a written value
// apart, not for judging what callers send. Bounded by the walk.
#pragma once

#include "engine/syntax/schema_walk.h"
#include "wire/json.h"

namespace trilogue::engine::syntax {

// True also for a schema that cannot be walked.
bool fits(SchemaWalk& walk, wire::Value schema, wire::Value value);

}  // namespace trilogue::engine::syntax
