#include "http/server.h"

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <list>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "http/listener.h"
#include "http/reply_head.h"
#include "http/tls.h"
#include "http/worker.h"

namespace trilogue::http {
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// What a handler gets after its grace, to notice that it was cut.
constexpr std::chrono::seconds kSettle{1};
// A machine out of file descriptors gets them back when connections end.
constexpr std::chrono::milliseconds kAcceptPause{100};

// Deadlines are met to within a quarter of the shortest one.
std::chrono::milliseconds tick_of(const ServerOptions& options) {
  const auto shortest = std::min({options.idle_timeout, options.header_timeout, options.body_timeout,
                                  options.write_timeout, options.handshake_timeout, options.linger_timeout});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(250));
}

// Each connection is a file: takes as many as the system grants without asking anyone.
void raise_file_limit(std::size_t connections, const base::Log& log) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const auto wanted = static_cast<rlim_t>(connections + 256);
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < wanted) {
    log.write(base::LogLevel::info, "the system grants fewer open files than max_connections needs",
              {{"open_files", std::to_string(limit.rlim_cur)}});
  }
}

std::uint16_t port_of(const Acceptor& acceptor) {
  const auto endpoint = acceptor.local_endpoint();
  const sockaddr* const address = endpoint.data();
  const auto port = address->sa_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6*>(address)->sin6_port
                                                   : reinterpret_cast<const sockaddr_in*>(address)->sin_port;
  return ntohs(port);
}

}  // namespace

Reply plain_refusal(int status, std::string_view reason) {
  return {status, "text/plain; charset=utf-8", {}, std::string(reason) + "\n"};
}

struct Server::State {
  State(ServerOptions chosen, Handler handle, const base::Log& to);
  ~State();

  // A place where connections come in. On the first worker.
  struct Door {
    Door(asio::io_context& context, Acceptor of) : acceptor(std::move(of)), pause(context) {}
    Acceptor acceptor;
    asio::steady_timer pause;
  };

  void open_door(Acceptor acceptor);
  asio::awaitable<void> accept(Door& door);
  std::string take_in(Transport::Socket socket, Worker& worker);
  void admit(Transport::Socket socket, Worker& worker);
  void refuse(Transport::Socket socket);
  void begin_drain(std::chrono::milliseconds grace);
  void stop_if_empty();
  void stop();

  const ServerOptions options;
  const Handler handler;
  const base::Log& log;
  std::shared_ptr<asio::ssl::context> tls;  // changed on the first worker only
  std::atomic<std::size_t> open = 0;
  std::atomic<bool> draining = false;
  std::vector<std::unique_ptr<Worker>> workers;
  std::list<Door> doors;
  std::optional<asio::steady_timer> grace_over;  // on the first worker
  std::uint16_t port = 0;
};

Server::State::State(ServerOptions chosen, Handler handle, const base::Log& to)
    : options(std::move(chosen)), handler(std::move(handle)), log(to) {
  for (int i = 0; i < std::max(1, options.io_threads); ++i) {
    workers.push_back(std::make_unique<Worker>(tick_of(options), [this] {
      --open;
      if (draining) stop_if_empty();
    }));
  }
  grace_over.emplace(workers.front()->context());
}

// The connections that a cut has left over end with their workers; none of them may stop the others then.
Server::State::~State() {
  draining = false;
  doors.clear();
  if (!options.socket_file.empty()) ::unlink(options.socket_file.c_str());
  grace_over.reset();
}

void Server::State::open_door(Acceptor acceptor) {
  asio::io_context& context = workers.front()->context();
  Door& door = doors.emplace_back(context, std::move(acceptor));
  asio::co_spawn(context, accept(door), asio::detached);
}

asio::awaitable<void> Server::State::accept(Door& door) {
  for (std::size_t turn = 0; !draining; ++turn) {
    auto& worker = *workers[turn % workers.size()];
    error_code error;
    auto quietly = asio::redirect_error(asio::use_awaitable, error);
    auto socket = co_await door.acceptor.async_accept(worker.context(), quietly);
    if (error == asio::error::operation_aborted || draining) co_return;
    const std::string problem = error ? error.message() : take_in(std::move(socket), worker);
    if (problem.empty()) continue;
    log.write(base::LogLevel::warning, "cannot accept a connection", {{"reason", problem}});
    door.pause.expires_after(kAcceptPause);
    co_await door.pause.async_wait(quietly);
  }
}

// Empty when all is well. A connection for which there is no memory is lost, and only that one.
std::string Server::State::take_in(Transport::Socket socket, Worker& worker) {
  try {
    if (open >= options.max_connections) {
      refuse(std::move(socket));
    } else {
      admit(std::move(socket), worker);
    }
    return {};
  } catch (const std::exception& problem) {
    return problem.what();
  }
}

void Server::State::admit(Transport::Socket socket, Worker& worker) {
  asio::ssl::context* const secure = is_local_socket(socket) ? nullptr : tls.get();
  auto connection = std::make_shared<Connection>(std::move(socket), secure, options.write_timeout);
  ++open;
  try {
    worker.start(std::move(connection), {options, handler, log, draining, worker.date()});
  } catch (...) {
    --open;
    throw;
  }
}

// One attempt, without waiting: a fresh socket takes so little at once.
void Server::State::refuse(Transport::Socket socket) {
  if (tls && !is_local_socket(socket)) return;
  auto reply = options.refusals(503, "too many connections are open");
  std::string bytes;
  append_reply_head(bytes, reply, {ReplyFraming::content_length, reply.body.size(), 1, false},
                    workers.front()->date());
  bytes += reply.body;
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(bytes), ignored);
  socket.shutdown(asio::socket_base::shutdown_send, ignored);
}

void Server::State::begin_drain(std::chrono::milliseconds grace) {
  error_code ignored;
  for (Door& door : doors) door.acceptor.close(ignored);
  for (const auto& worker : workers) {
    asio::post(worker->context(), [&idle = *worker] { idle.close_idle(); });
  }
  grace_over->expires_after(grace);
  grace_over->async_wait([this](error_code aborted) {
    if (aborted) return;
    for (const auto& worker : workers) {
      asio::post(worker->context(), [&late = *worker] { late.cut_all(); });
    }
    grace_over->expires_after(kSettle);
    grace_over->async_wait([this](error_code cancelled) {
      if (!cancelled) stop();
    });
  });
  stop_if_empty();
}

void Server::State::stop_if_empty() {
  if (open == 0) stop();
}

void Server::State::stop() {
  for (const auto& worker : workers) worker->stop();
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;

base::Result<std::unique_ptr<Server>> Server::listen(ServerOptions options, Handler handler,
                                                     const base::Log& log) {
  auto state = std::make_unique<State>(std::move(options), std::move(handler), log);
  if (state->options.tls) {
    auto tls = make_tls_context(*state->options.tls);
    if (!tls) return base::fail(tls.error());
    state->tls = std::move(*tls);
  }
  auto acceptor =
      bind_listener(state->workers.front()->context(), state->options.address, state->options.port);
  if (!acceptor) return base::fail(acceptor.error());
  state->port = port_of(*acceptor);
  state->open_door(std::move(*acceptor));
  if (!state->options.socket_file.empty()) {
    auto file = bind_file(state->workers.front()->context(), state->options.socket_file);
    if (!file) return base::fail(file.error());
    state->open_door(std::move(*file));
  }
  raise_file_limit(state->options.max_connections, log);
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

std::uint16_t Server::port() const {
  return state_->port;
}

void Server::run() {
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < state_->workers.size(); ++i) {
    threads.emplace_back([this, i] { state_->workers[i]->run(state_->log); });
  }
  state_->workers.front()->run(state_->log);
}

void Server::drain(std::chrono::milliseconds grace) {
  if (state_->draining.exchange(true)) return;
  asio::post(state_->workers.front()->context(),
             [state = state_.get(), grace] { state->begin_drain(grace); });
}

base::Result<void> Server::renew_tls(const TlsFiles& files) {
  if (!state_->options.tls) return base::invalid("tls", "the server was started without TLS");
  auto made = make_tls_context(files);
  if (!made) return base::fail(made.error());
  std::shared_ptr<asio::ssl::context> tls = std::move(*made);
  asio::post(state_->workers.front()->context(),
             [state = state_.get(), tls = std::move(tls)]() mutable { state->tls = std::move(tls); });
  return {};
}

std::size_t Server::connections() const {
  return state_->open;
}

}  // namespace trilogue::http
