#include "admission/secret_text.h"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace trilogue::admission {

namespace {

constexpr std::string_view kPrefix = "sk-tri-";
constexpr std::size_t kRandomCharacters = 43;
constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kShown = 4;  // of the random characters

}  // namespace

base::Secret new_key_secret(base::Random& random) {
  return base::Secret(std::string(kPrefix) + random.text(base::kUrlSafe, kRandomCharacters));
}

std::string digest_of(std::string_view secret) {
  // Looking the algorithm up costs more than a digest does.
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> sha256(
      EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free);
  // So does making a context.
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                                     EVP_MD_CTX_free);
  std::string digest(kDigestBytes, '\0');
  auto* const bytes = reinterpret_cast<unsigned char*>(digest.data());
  const bool done = EVP_DigestInit_ex2(context.get(), sha256.get(), nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), secret.data(), secret.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), bytes, nullptr) == 1;
  if (!done) throw std::runtime_error("SHA-256 is not available");
  return digest;
}

std::string hint_of(std::string_view secret) {
  // Of a key that somebody made up himself, no more than an eighth.
  const std::size_t shown = secret.starts_with(kPrefix) ? kPrefix.size() + kShown : secret.size() / 8;
  return std::string(secret.substr(0, shown)) + "…";
}

std::string id_from_digest(std::string_view prefix, std::string_view digest) {
  constexpr std::size_t kBytes = 8;
  std::string id(prefix);
  for (const char c : digest.substr(0, kBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    id += base::kLowerHex[byte >> 4];
    id += base::kLowerHex[byte & 15];
  }
  return id;
}

}  // namespace trilogue::admission
