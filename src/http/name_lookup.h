// The addresses of a host, within a deadline. The system's resolver cannot be called off, so a name has a
// thread of its own, which is left to itself when nobody waits for it any more.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "http/wait.h"

namespace trilogue::http {

using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

// Failures: unavailable when there is no such host, deadline, cancelled when `wait` was stopped; the message
// is the bare reason. An address that is written in digits costs no thread.
boost::asio::awaitable<base::Result<Endpoints>> look_up(std::string host, std::string port, Wait& wait,
                                                        base::SteadyTime until);

}  // namespace trilogue::http
