// The keys that may spend. Holds digests only; a key that was given cannot be read back. Built once by app,
// then read by any thread.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"

namespace trilogue::admission {

class Keyring final {
 public:
  Keyring() = default;
  explicit Keyring(const std::vector<base::Secret>& keys);

  bool empty() const { return digests_.empty(); }

  // The key's id (`key_` and the first 12 hex digits of its digest), or "" for one that is not known.
  // Takes the same time for every key of the ring.
  std::string identify(std::string_view key) const;

 private:
  using Digest = std::array<unsigned char, 32>;
  static Digest digest(std::string_view key);
  std::vector<Digest> digests_;
};

}  // namespace trilogue::admission
