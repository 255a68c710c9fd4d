// The target of a request line, taken apart: "//v1/messages/?beta=true" is the path "/v1/messages". Keeps no
// view beyond the caller's; percent signs stay as they are, since no route holds one.
#pragma once

#include <string_view>
#include <tl/expected.hpp>

#include "http/request_head.h"

namespace trilogue::http {

struct Target {
  std::string_view authority;  // of an absolute target, else empty
  std::string_view path;       // begins with one '/', ends with none unless it is the root; "*" for OPTIONS
  std::string_view query;      // without '?'
};

tl::expected<Target, Refusal> split_target(std::string_view target);

}  // namespace trilogue::http
