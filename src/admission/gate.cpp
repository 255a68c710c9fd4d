#include "admission/gate.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <utility>

namespace trilogue::admission {
namespace {

using base::FailureKind;

constexpr std::string_view kBearer = "Bearer ";

bool same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

// The scheme compares without regard to case (RFC 9110, 11.1).
std::string_view bearer_key(std::string_view authorization) {
  const bool is_bearer = authorization.size() >= kBearer.size() &&
                         std::equal(kBearer.begin(), kBearer.end(), authorization.begin(), same_letter);
  if (!is_bearer) return {};
  authorization.remove_prefix(kBearer.size());
  const auto begin = authorization.find_first_not_of(' ');
  return begin == std::string_view::npos ? std::string_view{} : authorization.substr(begin);
}

}  // namespace

Permit& Permit::operator=(Permit&& other) noexcept {
  if (this != &other) {
    release();
    running_ = std::move(other.running_);
  }
  return *this;
}

void Permit::release() {
  if (running_) running_->fetch_sub(1, std::memory_order_relaxed);
  running_.reset();
}

base::Result<Caller> Gate::identify(const Credentials& credentials) const {
  if (keyring_.empty()) return Caller{};
  const std::string_view bearer = bearer_key(credentials.authorization);
  auto id = keyring_.identify(bearer.empty() ? credentials.api_key : bearer);
  if (id.empty()) return base::fail(FailureKind::unauthenticated, "Incorrect API key provided");
  return Caller{std::move(id)};
}

base::Result<Permit> Gate::admit() {
  if (running_->fetch_add(1, std::memory_order_relaxed) >= max_running_) {
    running_->fetch_sub(1, std::memory_order_relaxed);
    return base::fail(base::Failure{FailureKind::unavailable,
                                    "The server is running as many requests as it may",
                                    {},
                                    std::chrono::seconds(1)});
  }
  return Permit(running_);
}

}  // namespace trilogue::admission
