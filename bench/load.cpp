// Puts load on an HTTP server of this machine and says how it bore it. Loopback only, at most two minutes.
// One thread, epoll, keep-alive connections; so that one core is enough to keep a server thread of another
// busy.
//   load --port P [--path /v1/x] [--connections 64] [--seconds 5] [--body FILE | --bytes 1024]
//        [--rate REQUESTS_PER_SECOND] [--sse] [--idle] [--header "Name: value"]...
// Closed loop unless --rate is given; then requests start on a fixed schedule, and a request's time counts
// from the moment it should have started, so that a stalled server cannot hide. --sse counts events. --idle
// opens the connections, waits for the head of each answer, and keeps them open until the time is over.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  int port = 0;
  std::string path = "/v1/chat/completions";
  std::size_t connections = 64;
  double seconds = 5;
  double rate = 0;
  bool sse = false;
  bool idle = false;
  std::string body;
  std::string headers;
};

struct Totals {
  std::size_t answers = 0;
  std::size_t failures = 0;  // another status than 200, or a closed connection
  std::size_t events = 0;
  std::size_t bytes = 0;
  std::vector<float> micros;
};

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "load: %s\n", why.c_str());
  std::exit(2);
}

std::string json_of(std::size_t bytes) {
  const std::string front = R"({"model":"step-3.7-flash","messages":[{"role":"user","content":")";
  const std::string back = R"("}]})";
  return front + std::string(bytes - std::min(bytes, front.size() + back.size()), 'x') + back;
}

std::string contents_of(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) stop(std::string("cannot read ") + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

Options options_of(int count, char** arguments) {
  Options options;
  options.body = json_of(1024);
  for (int i = 1; i < count; ++i) {
    const std::string_view name = arguments[i];
    if (name == "--sse" || name == "--idle") {
      (name == "--sse" ? options.sse : options.idle) = true;
      continue;
    }
    if (i + 1 == count) stop(std::string(name) + " needs a value");
    const char* const value = arguments[++i];
    if (name == "--port")
      options.port = std::atoi(value);
    else if (name == "--path")
      options.path = value;
    else if (name == "--connections")
      options.connections = static_cast<std::size_t>(std::atoi(value));
    else if (name == "--seconds")
      options.seconds = std::clamp(std::atof(value), 0.1, 120.0);
    else if (name == "--rate")
      options.rate = std::atof(value);
    else if (name == "--bytes")
      options.body = json_of(static_cast<std::size_t>(std::atoi(value)));
    else if (name == "--body")
      options.body = contents_of(value);
    else if (name == "--header")
      options.headers += std::string(value) + "\r\n";
    else
      stop("unknown option " + std::string(name));
  }
  if (options.port == 0) stop("--port is missing");
  return options;
}

std::string request_of(const Options& options) {
  return "POST " + options.path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(options.port) +
         "\r\nContent-Type: application/json\r\nAccept: */*\r\nUser-Agent: load\r\n" + options.headers +
         "Content-Length: " + std::to_string(options.body.size()) + "\r\n\r\n" + options.body;
}

// One answer's bytes as they come: finds its end by length or by the last chunk, counts its events.
class Answer final {
 public:
  bool add(std::string_view bytes, Totals& totals, bool sse) {
    if (body_at_ == 0) {
      head_ += bytes;
      const auto end = head_.find("\r\n\r\n");
      if (end == std::string::npos) return false;
      read_head(end + 4);
      const std::string body = head_.substr(body_at_);
      return add_body(body, totals, sse);
    }
    return add_body(bytes, totals, sse);
  }
  bool has_head() const { return body_at_ != 0; }
  bool ok() const { return head_.compare(9, 3, "200") == 0; }
  void clear() { *this = Answer(); }

 private:
  void read_head(std::size_t end) {
    body_at_ = end;
    const auto at = head_.find("Content-Length: ");
    chunked_ = at == std::string::npos || at > end;
    if (!chunked_) left_ = std::strtoull(head_.c_str() + at + 16, nullptr, 10);
  }
  bool add_body(std::string_view bytes, Totals& totals, bool sse) {
    if (!chunked_) {
      left_ -= std::min(left_, bytes.size());
      return left_ == 0;
    }
    // An event ends with an empty line; a chunk border in between starts with CR, so it cannot fake one.
    for (std::size_t at = 0; sse && (at = bytes.find("\n\n", at)) != std::string_view::npos; at += 2)
      ++totals.events;
    tail_ += bytes.size() < 7 ? bytes : bytes.substr(bytes.size() - 7);
    if (tail_.size() > 7) tail_.erase(0, tail_.size() - 7);
    return tail_ == "\r\n0\r\n\r\n";
  }

  std::string head_;
  std::string tail_;
  std::size_t body_at_ = 0;
  std::size_t left_ = 0;
  bool chunked_ = false;
};

struct Connection {
  int socket = -1;
  bool busy = false;
  std::size_t unsent = 0;
  Clock::time_point started;
  Answer answer;
};

class Load final {
 public:
  explicit Load(Options options)
      : options_(std::move(options)), request_(request_of(options_)), poll_(::epoll_create1(0)) {}

  void run() {
    connections_.resize(options_.connections);
    for (std::size_t i = 0; i < connections_.size(); ++i) open(i);
    begin_ = Clock::now();
    const auto end =
        begin_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options_.seconds));
    if (options_.rate == 0) {
      for (auto& connection : connections_) send(connection, begin_);
    }
    while (Clock::now() < end) {
      if (options_.rate > 0) send_due();
      turn();
    }
    report(std::chrono::duration<double>(Clock::now() - begin_).count());
  }

 private:
  void open(std::size_t index) {
    auto& connection = connections_[index];
    connection.socket = ::socket(AF_INET, SOCK_STREAM, 0);
    if (connection.socket < 0) stop(std::string("cannot open a socket: ") + std::strerror(errno));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(options_.port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(connection.socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      stop(std::string("cannot connect: ") + std::strerror(errno));
    }
    const int yes = 1;
    ::setsockopt(connection.socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = index;
    ::epoll_ctl(poll_, EPOLL_CTL_ADD, connection.socket, &event);
    connection.busy = false;
    free_.push_back(index);
  }

  // Requests are smaller than a fresh socket's buffer, unless the server stops reading; then this waits.
  void send(Connection& connection, Clock::time_point due) {
    connection.busy = true;
    connection.started = due;
    connection.answer.clear();
    std::string_view left = request_;
    while (!left.empty()) {
      const auto sent = ::send(connection.socket, left.data(), left.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      left.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  void send_due() {
    const auto now = Clock::now();
    for (;;) {
      const auto due = begin_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(
                                    static_cast<double>(scheduled_) / options_.rate));
      if (due > now || free_.empty()) return;
      auto& connection = connections_[free_.back()];
      free_.pop_back();
      ++scheduled_;
      send(connection, due);
    }
  }

  void turn() {
    epoll_event events[256];
    const int count = ::epoll_wait(poll_, events, 256, options_.rate > 0 ? 0 : 10);
    for (int i = 0; i < count; ++i) receive(events[i].data.u64);
  }

  void receive(std::size_t index) {
    auto& connection = connections_[index];
    const auto count = ::recv(connection.socket, space_, sizeof space_, MSG_DONTWAIT);
    if (count <= 0) {
      if (count < 0 && errno == EAGAIN) return;
      ++totals_.failures;
      ::close(connection.socket);
      open(index);
      if (options_.rate == 0) send(connection, Clock::now());
      return;
    }
    totals_.bytes += static_cast<std::size_t>(count);
    const bool had_head = connection.answer.has_head();
    const bool whole =
        connection.answer.add({space_, static_cast<std::size_t>(count)}, totals_, options_.sse);
    if (options_.idle && !had_head && connection.answer.has_head()) ++totals_.answers;
    if (whole) complete(index);
  }

  void complete(std::size_t index) {
    auto& connection = connections_[index];
    const auto now = Clock::now();
    ++(connection.answer.ok() ? totals_.answers : totals_.failures);
    totals_.micros.push_back(std::chrono::duration<float, std::micro>(now - connection.started).count());
    if (options_.rate > 0) {
      connection.busy = false;
      free_.push_back(index);
    } else {
      send(connection, now);
    }
  }

  void report(double seconds) {
    auto& micros = totals_.micros;
    std::ranges::sort(micros);
    const auto percentile = [&](double part) {
      return micros.empty() ? 0.0F
                            : micros[static_cast<std::size_t>(part * static_cast<double>(micros.size() - 1))];
    };
    std::printf("answers=%zu failures=%zu seconds=%.2f answers_per_s=%.0f events_per_s=%.0f mb_per_s=%.1f\n",
                totals_.answers, totals_.failures, seconds, static_cast<double>(totals_.answers) / seconds,
                static_cast<double>(totals_.events) / seconds,
                static_cast<double>(totals_.bytes) / seconds / 1e6);
    std::printf("latency_us p50=%.0f p90=%.0f p99=%.0f p999=%.0f max=%.0f\n", percentile(0.5),
                percentile(0.9), percentile(0.99), percentile(0.999), percentile(1));
  }

  const Options options_;
  const std::string request_;
  const int poll_;
  std::vector<Connection> connections_;
  std::vector<std::size_t> free_;
  std::size_t scheduled_ = 0;
  Clock::time_point begin_;
  Totals totals_;
  char space_[64 * 1024];
};

}  // namespace

int main(int count, char** arguments) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  Load(options_of(count, arguments)).run();
}
