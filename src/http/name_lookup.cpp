#include "http/name_lookup.h"

#include <netdb.h>

#include <charconv>
#include <cstring>
#include <functional>
#include <memory>
#include <system_error>
#include <thread>

namespace trilogue::http {
namespace asio = boost::asio;
using base::fail;
using base::FailureKind;

namespace {

// Written by the thread before it wakes the reader, read after that.
struct Answer {
  int error = 0;
  Endpoints endpoints;
};

struct FreeList {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

void ask_system(const std::string& host, const std::string& port, Answer& answer) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  answer.error = getaddrinfo(host.c_str(), port.c_str(), &wanted, &found);
  if (answer.error != 0) return;
  const std::unique_ptr<addrinfo, FreeList> list(found);
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    asio::ip::tcp::endpoint endpoint;
    if (one->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), one->ai_addr, one->ai_addrlen);
    endpoint.resize(one->ai_addrlen);
    answer.endpoints.push_back(endpoint);
  }
}

}  // namespace

asio::awaitable<base::Result<Endpoints>> look_up(std::string host, std::string port, Wait& wait,
                                                 base::SteadyTime until) {
  boost::system::error_code not_digits;
  const auto address = asio::ip::make_address(host, not_digits);
  if (!not_digits) {
    std::uint16_t number = 0;
    std::from_chars(port.data(), port.data() + port.size(), number);
    co_return Endpoints{{address, number}};
  }
  const auto answer = std::make_shared<Answer>();
  try {
    std::thread([answer, host, port, wake = wait.waker()] {
      ask_system(host, port, *answer);
      wake();
    }).detach();
  } catch (const std::system_error& error) {
    co_return fail(FailureKind::unavailable, error.what());
  }
  const auto outcome = co_await wait.until(until);
  if (outcome == Wait::Outcome::stopped) co_return fail(FailureKind::cancelled, "nobody waits for it");
  if (outcome == Wait::Outcome::late)
    co_return fail(FailureKind::deadline, "its name server does not answer");
  if (answer->error != 0) {
    co_return fail(FailureKind::unavailable, gai_strerror(answer->error));
  }
  co_return answer->endpoints;
}

}  // namespace trilogue::http
