// The table of contents of the server: which method and path leads to which use case.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <span>
#include <string>
#include <string_view>

#include "serve/call.h"
#include "serve/services.h"

namespace trilogue::serve {

using UseCase = boost::asio::awaitable<void> (*)(Services&, Call&);

// What a caller must show for a route, and what it costs.
enum class Right {
  none,
  key,       // once any key exists
  count,     // the same, and a request with a key counts against its limits
  generate,  // the same, and every request counts against what may run at once
  watch,     // to be the operator once any key exists
  operate,   // to be the operator, see serve/operator.h
};

struct Route {
  std::string_view method;
  std::string_view path;  // may hold {id}, one step, or end in {name}, which may have slashes
  Api api;
  Right right;
  UseCase run;
};

struct Match {
  const Route* route = nullptr;  // null: no such path, or not with this method
  bool path_known = false;
  Api api = Api::other;  // of the path
  std::string argument;  // decoded text that stood for {id}
};

std::span<const Route> routes();

Match find_route(std::string_view method, std::string_view path);

// What the header Allow says of a path that is known: `GET, HEAD, OPTIONS`.
std::string methods_of(std::string_view path);

}  // namespace trilogue::serve
