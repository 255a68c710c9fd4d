// How much a model thinks before it answers. Texts as the documents and the clients write them.
#pragma once

#include "base/enum_table.h"

namespace trilogue::canon {

enum class Effort { none, low, medium, high };

inline constexpr base::EnumTable<Effort, 4> kEffortNames{
    {{Effort::none, "none"}, {Effort::low, "low"}, {Effort::medium, "medium"}, {Effort::high, "high"}}};
static_assert(base::is_complete(kEffortNames));

}  // namespace trilogue::canon
