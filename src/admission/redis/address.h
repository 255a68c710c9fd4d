// Where the store of the shared limits is and how to get in, from the text of the setting. A value; its
// password is in no message.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "http/dial.h"

namespace trilogue::admission::redis {

struct Address {
  http::Place place;
  std::string user{};  // "": the default one
  base::Secret password{};
  int database = 0;
  friend bool operator==(const Address&, const Address&) = default;
};

// `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]`, with TLS `rediss://`, and valkey as another word for
// redis; or `unix://[[USER]:PASSWORD@]/FILE[?db=DATABASE]`. User and password percent-encoded where they hold
// signs of their own. Failure: invalid_request, which repeats nothing of the text.
base::Result<Address> parse_address(std::string_view text);

}  // namespace trilogue::admission::redis
