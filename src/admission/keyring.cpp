#include "admission/keyring.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <stdexcept>

namespace trilogue::admission {

Keyring::Keyring(const std::vector<base::Secret>& keys) {
  digests_.reserve(keys.size());
  for (const auto& key : keys) digests_.push_back(digest(key.expose()));
}

Keyring::Digest Keyring::digest(std::string_view key) {
  Digest out{};
  if (EVP_Digest(key.data(), key.size(), out.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available");
  }
  return out;
}

std::string Keyring::identify(std::string_view key) const {
  const Digest wanted = digest(key);
  bool known = false;
  for (const auto& held : digests_) known |= CRYPTO_memcmp(held.data(), wanted.data(), wanted.size()) == 0;
  if (!known) return {};

  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string id = "key_";
  for (std::size_t i = 0; i < 6; ++i) {
    id += kHex[wanted[i] >> 4];
    id += kHex[wanted[i] & 15];
  }
  return id;
}

}  // namespace trilogue::admission
