#include "http/target.h"

#include <algorithm>

namespace trilogue::http {
namespace {

// A fragment is never sent; the rest of what is not visible ASCII must come percent-encoded.
constexpr bool is_target_char(char c) {
  return c > ' ' && c < 0x7f && c != '#';
}

// The length of "http://" or "https://" at the start, or 0.
std::size_t scheme_length(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (same_word(target.substr(0, scheme.size()), scheme)) return scheme.size();
  }
  return 0;
}

std::string_view tidy(std::string_view path) {
  while (path.starts_with("//")) path.remove_prefix(1);
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

}  // namespace

tl::expected<Target, Refusal> split_target(std::string_view target) {
  constexpr Refusal kNeither{400, "the request target is not a path or an http address"};
  if (!std::ranges::all_of(target, is_target_char)) return tl::unexpected<Refusal>(kNeither);
  if (target == "*") return Target{{}, target, {}};

  Target parts;
  if (const auto scheme = scheme_length(target); scheme > 0) {
    target.remove_prefix(scheme);
    const auto end = std::min(target.find_first_of("/?"), target.size());
    parts.authority = target.substr(0, end);
    target.remove_prefix(end);
    if (parts.authority.empty()) return tl::unexpected<Refusal>(kNeither);
  } else if (!target.starts_with('/')) {
    return tl::unexpected<Refusal>(kNeither);
  }
  const auto question = std::min(target.find('?'), target.size());
  parts.path = question == 0 ? "/" : tidy(target.substr(0, question));
  parts.query = target.substr(std::min(question + 1, target.size()));
  return parts;
}

}  // namespace trilogue::http
