// The limits that come with a tier, as the platform's documents publish them. A limit that stands on a key or
// an account itself takes the place of its tier's.
#pragma once

#include <cstdint>
#include <optional>

#include "base/enum_table.h"
#include "store/keys.h"

namespace trilogue::admission {

enum class Tier { local, v0, v1, v2, v3, v4, v5 };
inline constexpr base::EnumTable<Tier, 7> kTierNames{{{Tier::local, "local"},
                                                      {Tier::v0, "v0"},
                                                      {Tier::v1, "v1"},
                                                      {Tier::v2, "v2"},
                                                      {Tier::v3, "v3"},
                                                      {Tier::v4, "v4"},
                                                      {Tier::v5, "v5"}}};
static_assert(base::is_complete(kTierNames));

// Nothing: no limit.
struct Limits {
  std::optional<std::int64_t> concurrency;
  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> tokens_per_minute;
  friend bool operator==(const Limits&, const Limits&) = default;

  bool any() const { return concurrency || requests_per_minute || tokens_per_minute; }
};

constexpr Limits limits_of(Tier tier) {
  constexpr std::int64_t kMillion = 1'000'000;
  switch (tier) {
    case Tier::local:
      return {};
    case Tier::v0:
      return {5, 10, 5 * kMillion};
    case Tier::v1:
      return {100, 1'000, 20 * kMillion};
    case Tier::v2:
      return {200, 5'000, 30 * kMillion};
    case Tier::v3:
      return {400, 10'000, 40 * kMillion};
    case Tier::v4:
      return {1'000, 20'000, 50 * kMillion};
    case Tier::v5:
      return {10'000, 200'000, 100 * kMillion};
  }
  return {};
}

inline Limits limits_of(Tier tier, const store::Allowance& own) {
  Limits limits = limits_of(tier);
  if (own.concurrency) limits.concurrency = own.concurrency;
  if (own.requests_per_minute) limits.requests_per_minute = own.requests_per_minute;
  if (own.tokens_per_minute) limits.tokens_per_minute = own.tokens_per_minute;
  return limits;
}

}  // namespace trilogue::admission
