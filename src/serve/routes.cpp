#include "serve/routes.h"

#include <optional>

#include "serve/chat_completion.h"
#include "serve/health.h"
#include "serve/list_models.h"
#include "serve/messages.h"
#include "serve/query.h"
#include "serve/responses.h"
#include "serve/stored_responses.h"
#include "serve/token_count.h"
#include "wire/utf8.h"

namespace trilogue::serve {
namespace {

constexpr Route kRoutes[] = {
    {"POST", "/v1/chat/completions", Api::chat, true, chat_completion},
    {"POST", "/v1/messages", Api::messages, true, create_message},
    {"POST", "/v1/messages/count_tokens", Api::messages, true, count_message_tokens},
    {"POST", "/v1/responses", Api::responses, true, create_response},
    {"POST", "/v1/responses/input_tokens", Api::responses, true, count_input_tokens},
    {"POST", "/v1/responses/{id}/cancel", Api::responses, true, cancel_response},
    {"GET", "/v1/responses/{id}/input_items", Api::responses, true, list_input_items},
    {"GET", "/v1/responses/{id}", Api::responses, true, show_response},
    {"DELETE", "/v1/responses/{id}", Api::responses, true, delete_response},
    {"POST", "/v1/token/count", Api::other, true, token_count},
    {"GET", "/v1/models", Api::other, true, list_models},
    {"GET", "/v1/models/{name}", Api::other, true, show_model},
    {"GET", "/health", Api::other, false, health},
    {"GET", "/ready", Api::other, false, ready},
    {"HEAD", "/", Api::other, false, greet},  // clients look whether anybody is there
    {"GET", "/", Api::other, true, greet},
};

constexpr std::string_view kId = "{id}";
constexpr std::string_view kName = "{name}";

// What stands for {id} or {name} in `path`, "" where the route has none; nothing when the path is not the
// route's.
std::optional<std::string_view> argument_of(const Route& route, std::string_view path) {
  const auto at = route.path.find('{');
  if (at == std::string_view::npos)
    return route.path == path ? std::optional(std::string_view()) : std::nullopt;
  const bool is_name = route.path.substr(at).starts_with(kName);
  const std::string_view before = route.path.substr(0, at);
  const std::string_view after = route.path.substr(at + (is_name ? kName : kId).size());
  if (path.size() <= before.size() + after.size()) return std::nullopt;
  if (!path.starts_with(before) || !path.ends_with(after)) return std::nullopt;
  path.remove_prefix(before.size());
  path.remove_suffix(after.size());
  if (!is_name && path.find('/') != std::string_view::npos) return std::nullopt;
  return path;
}

// HEAD is answered as GET; the connection leaves the body out.
bool same_method(std::string_view of_route, std::string_view asked) {
  return of_route == asked || (asked == "HEAD" && of_route == "GET");
}

}  // namespace

Match find_route(std::string_view method, std::string_view path) {
  Match match;
  for (const Route& route : kRoutes) {
    const auto argument = argument_of(route, path);
    if (!argument) continue;
    match.path_known = true;
    match.api = route.api;
    if (!same_method(route.method, method)) continue;
    match.route = &route;
    match.argument = wire::replace_invalid_utf8(percent_decoded(*argument));  // it may be named in the reply
    return match;
  }
  return match;
}

std::string methods_of(std::string_view path) {
  std::string methods;
  const auto add = [&methods](std::string_view method) {
    if (methods.find(method) == std::string::npos) methods.append(method).append(", ");
  };
  for (const Route& route : kRoutes) {
    if (!argument_of(route, path)) continue;
    add(route.method);
    if (route.method == "GET") add("HEAD");
  }
  return methods + "OPTIONS";
}

}  // namespace trilogue::serve
