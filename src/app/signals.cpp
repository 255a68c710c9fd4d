#include "app/signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>

#include "app/reload.h"
#include "http/server.h"
#include "serve/running_responses.h"
#include "serve/services.h"

namespace trilogue::app {
namespace {

sigset_t our_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  return signals;
}

// The next signal, or 0 when none came for a moment.
int signal_within_a_moment() {
  const sigset_t signals = our_signals();
  constexpr timespec kMoment{0, 100'000'000};
  return std::max(0, sigtimedwait(&signals, nullptr, &kMoment));
}

// The next signal that stops the server, or 0 once `done` is asked for. SIGHUP reloads, unless it says that
// the terminal went away from which the server was started.
int next_stop(const std::stop_token& done, Reload& reload, bool from_terminal) {
  while (!done.stop_requested()) {
    const int which = signal_within_a_moment();
    if (which == SIGHUP && !(from_terminal && !has_terminal())) {
      reload();
    } else if (which > 0) {
      return which;
    }
  }
  return 0;
}

bool is_stop(int signal) {
  return signal == SIGTERM || signal == SIGINT;
}

}  // namespace

void block_signals() {
  const sigset_t signals = our_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
}

bool stop_is_pending() {
  sigset_t pending;
  sigemptyset(&pending);
  sigpending(&pending);
  return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
}

bool has_terminal() {
  const int terminal = ::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
  if (terminal >= 0) ::close(terminal);
  return terminal >= 0;
}

void watch_signals(const std::stop_token& done, serve::Services& services, http::Server& server,
                   Reload& reload, bool from_terminal) {
  if (next_stop(done, reload, from_terminal) == 0) return;
  services.draining = true;
  const auto grace = reload.drain();
  const auto until = std::chrono::steady_clock::now() + grace;
  services.stop_at = until - grace / 5;
  services.log.write(base::LogLevel::info, "stopping: running requests finish first");
  int again = 0;
  while (!is_stop(again) && services.running.count() > 0 && std::chrono::steady_clock::now() < until)
    again = signal_within_a_moment();
  const auto left = until - std::chrono::steady_clock::now();
  server.drain(
      std::max(std::chrono::milliseconds(0), std::chrono::duration_cast<std::chrono::milliseconds>(left)));
  while (!is_stop(again) && !done.stop_requested()) again = signal_within_a_moment();
  if (is_stop(again)) _exit(128 + again);
}

}  // namespace trilogue::app
