// The signals that stop and reload the server: SIGTERM, SIGINT and SIGHUP. They are blocked in every thread,
// and one thread waits for them.
#pragma once

#include <stop_token>

namespace trilogue::http {
class Server;
}
namespace trilogue::serve {
struct Services;
}

namespace trilogue::app {

class Reload;

// Called before the first thread is started, since each inherits it. Ignores SIGPIPE and SIGXFSZ, which are
// errors of a write and nothing to die of.
void block_signals();

// True when a signal to stop has come that nobody has waited for: a large model takes minutes to load.
bool stop_is_pending();

bool has_terminal();  // whether the process belongs to one

// Until `done` is asked for. The first stop drains: nothing new begins, what runs in the background ends,
// then the connections do. A second one does not wait any longer. SIGHUP reloads, unless it says that the
// terminal went away from which the server was started.
void watch_signals(const std::stop_token& done, serve::Services& services, http::Server& server,
                   Reload& reload, bool from_terminal);

}  // namespace trilogue::app
