// The admin token: made at the first start, kept in a file of the data directory that only its owner reads.
#pragma once

#include <string>

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"

namespace trilogue::app {

struct OperatorToken {
  base::Secret token;
  bool is_new = false;  // nobody can have seen it yet
};

// `folder` "": one for this process alone. Failure: unavailable, in words for the person at the terminal.
base::Result<OperatorToken> open_operator_token(const std::string& folder, base::Random& random);

}  // namespace trilogue::app
