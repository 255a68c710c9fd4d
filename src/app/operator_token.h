// The admin token: made at the first start, kept in a file of the data directory that only its owner reads.
#pragma once

#include <string>

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"

namespace trilogue::app {

inline constexpr const char* kOperatorTokenFile = "admin.token";  // in the data directory

struct OperatorToken {
  base::Secret token;
  bool is_new = false;  // nobody can have seen it yet
};

// `folder` "": one for this process alone. Failure: unavailable, in words for the person at the terminal.
base::Result<OperatorToken> open_operator_token(const std::string& folder, base::Random& random);

// After a start that failed: a new token was shown to nobody, so the next start makes one again and shows it.
void forget_unseen(const OperatorToken& token, const std::string& folder);

}  // namespace trilogue::app
