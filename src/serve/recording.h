// The frames of a stream as they are made, for readers that come and go: each reads from any number on, and
// waits for more where it has read everything. One writer; readers on any strand.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "http/exchange.h"
#include "store/responses.h"

namespace trilogue::serve {

class Recording final {
 public:
  // ---- the writer ----
  // `ends`: where each of the frames ends, counted from `before` bytes ahead of them.
  void append(std::string_view frames, const std::vector<std::size_t>& ends, std::size_t before);
  void beat();  // a sign of life that is no frame
  void end();

  // ---- anybody ----
  int count() const;
  bool ended() const;

  // The frames from `from` on, up to about `max_bytes`; at least one where there is one.
  store::Frames read(int from, std::size_t max_bytes) const;

 private:
  friend class RecordingReader;
  using Timer = std::shared_ptr<boost::asio::steady_timer>;  // of its reader's loop, which may end first
  void wake();

  mutable std::mutex mutex_;
  std::string bytes_;
  std::vector<std::size_t> ends_;  // of each frame in bytes_
  int beats_ = 0;
  bool ended_ = false;
  std::vector<Timer::weak_type> waiting_;
};

// One reader of a recording, on its client's strand; goes no further than its client does.
class RecordingReader final {
 public:
  RecordingReader(std::shared_ptr<Recording> recording, http::Exchange& client);

  // Frames from `from` on, at least one; none when the recording has ended before it, the client is gone, or
  // the writer gave a sign of life.
  boost::asio::awaitable<store::Frames> next(int from);

  bool client_gone() const { return watch_->gone; }

 private:
  struct Watch {
    bool gone = false;
    Recording::Timer timer;
  };

  std::shared_ptr<Recording> recording_;
  int beats_ = 0;  // of the recording, that were heard
  std::shared_ptr<Watch> watch_ = std::make_shared<Watch>();
};

}  // namespace trilogue::serve
