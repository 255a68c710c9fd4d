#include "serve/routes.h"

#include <optional>

#include "serve/admin_accounts.h"
#include "serve/admin_keys.h"
#include "serve/admin_status.h"
#include "serve/admin_usage.h"
#include "serve/chat_completion.h"
#include "serve/console.h"
#include "serve/health.h"
#include "serve/list_models.h"
#include "serve/messages.h"
#include "serve/metrics.h"
#include "serve/operator.h"
#include "serve/query.h"
#include "serve/responses.h"
#include "serve/show_account.h"
#include "serve/stored_responses.h"
#include "serve/token_count.h"
#include "wire/utf8.h"

namespace trilogue::serve {
namespace {

constexpr Route kRoutes[] = {
    {"POST", "/v1/chat/completions", Api::chat, Right::generate, chat_completion},
    {"POST", "/v1/messages", Api::messages, Right::generate, create_message},
    {"POST", "/v1/messages/count_tokens", Api::messages, Right::count, count_message_tokens},
    {"POST", "/v1/responses", Api::responses, Right::generate, create_response},
    {"POST", "/v1/responses/input_tokens", Api::responses, Right::count, count_input_tokens},
    {"POST", "/v1/responses/{id}/cancel", Api::responses, Right::key, cancel_response},
    {"GET", "/v1/responses/{id}/input_items", Api::responses, Right::key, list_input_items},
    {"GET", "/v1/responses/{id}", Api::responses, Right::key, show_response},
    {"DELETE", "/v1/responses/{id}", Api::responses, Right::key, delete_response},
    {"POST", "/v1/token/count", Api::other, Right::count, token_count},
    {"GET", "/v1/models", Api::other, Right::key, list_models},
    {"GET", "/v1/models/{name}", Api::other, Right::key, show_model},
    {"POST", "/admin/v1/session", Api::other, Right::none, sign_in},
    {"GET", "/admin/v1/session", Api::other, Right::none, show_session},
    {"DELETE", "/admin/v1/session", Api::other, Right::operate, sign_out},
    {"POST", "/admin/v1/link", Api::other, Right::operate, make_link},
    {"GET", "/admin/v1/keys", Api::other, Right::operate, list_keys},
    {"POST", "/admin/v1/keys", Api::other, Right::operate, create_key},
    {"POST", "/admin/v1/keys/{id}/revoke", Api::other, Right::operate, revoke_key},
    {"POST", "/admin/v1/keys/{id}/rotate", Api::other, Right::operate, rotate_key},
    {"GET", "/admin/v1/keys/{id}", Api::other, Right::operate, show_key},
    {"POST", "/admin/v1/keys/{id}", Api::other, Right::operate, change_key},
    {"GET", "/admin/v1/accounts", Api::other, Right::operate, list_accounts},
    {"POST", "/admin/v1/accounts", Api::other, Right::operate, create_account},
    {"GET", "/admin/v1/accounts/{id}", Api::other, Right::operate, show_held_account},
    {"POST", "/admin/v1/accounts/{id}", Api::other, Right::operate, change_account},
    {"GET", "/admin/v1/usage", Api::other, Right::operate, show_usage},
    {"GET", "/admin/v1/requests", Api::other, Right::operate, list_requests},
    {"GET", "/admin/v1/requests/{id}", Api::other, Right::operate, show_request},
    {"GET", "/admin/v1/status", Api::other, Right::operate, show_status},
    {"GET", "/v1/accounts", Api::other, Right::key, show_account},
    {"GET", "/metrics", Api::other, Right::watch, show_metrics},
    {"GET", "/console", Api::other, Right::none, show_console},
    {"GET", "/console/{name}", Api::other, Right::none, show_console},
    {"GET", "/health", Api::other, Right::none, health},
    {"GET", "/ready", Api::other, Right::none, ready},
    {"HEAD", "/", Api::other, Right::none, greet},  // clients look whether anybody is there
    {"GET", "/", Api::other, Right::key, greet},
};

// A call of OpenAI's that is not here, and that reads as a response with the id `compact`.
constexpr std::string_view kNotOffered = "/v1/responses/compact";

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

std::span<const Route> routes() {
  return kRoutes;
}

Match find_route(std::string_view method, std::string_view path) {
  Match match;
  if (path == kNotOffered) return match;
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
