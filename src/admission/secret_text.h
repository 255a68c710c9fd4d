// The text of a key: made here, shown once, and known afterwards by its digest alone.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "base/secret.h"

namespace trilogue::admission {

// `sk-tri-` and 43 url-safe characters: 258 random bits.
base::Secret new_key_secret(base::Random& random);

// SHA-256, 32 bytes. What is kept and compared; the secret has too many bits to be found from it.
std::string digest_of(std::string_view secret);

// The beginning of a secret, to recognise it by in lists; tells nothing that helps to guess the rest.
std::string hint_of(std::string_view secret);

// `prefix` and the first 16 hex digits of the digest: the id of a key that stands in the configuration.
std::string id_from_digest(std::string_view prefix, std::string_view digest);

}  // namespace trilogue::admission
