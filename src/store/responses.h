// Responses that outlive their request: the reply, the items of the conversation, and the stream's frames.
// One table of rows each, scoped to the key that made them: for any other key they do not exist. Bounded by
// count, bytes and age, the longest unused out first. Any thread; the work is done on a thread of its own, in
// the order it was asked for, and answers come back on that thread. Knows no JSON: texts go in and come out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/database_thread.h"

namespace trilogue::store {

struct Item {
  std::string id;
  std::string json;
  friend bool operator==(const Item&, const Item&) = default;
};

// Frames `first`, `first` + 1, … of a stream, one after the other; each ends with an empty line.
struct Frames {
  int first = 0;
  int count = 0;
  std::string bytes;
  friend bool operator==(const Frames&, const Frames&) = default;
};

struct NewResponse {
  std::string id;
  std::string key_id;
  std::string previous;  // the response it answers to, or ""
  std::string reply;     // JSON of the response as it stands
  std::vector<Item> input;
  bool finished = false;
  std::vector<Item> output;    // of a finished one
  std::vector<Frames> frames;  // those there are already
};

struct StoredReply {
  std::string reply;
  bool finished = false;
};

struct Totals;

struct Unfinished {
  std::string id;
  std::string reply;
  int frames = 0;  // stored so far
};

class Responses final {
 public:
  struct Bounds {
    std::int64_t count = 10'000;
    std::int64_t bytes = std::int64_t{1} << 30;
    std::chrono::seconds age = std::chrono::hours(24 * 30);
  };
  template <class T>
  using Answer = std::function<void(base::Result<T>)>;

  // `file` "" keeps them in memory. Failure: unavailable, in words for the operator.
  static base::Result<std::unique_ptr<Responses>> open(const std::string& file, Bounds bounds,
                                                       base::WallClock clock);

  // Failure: too_large for one that would leave the others too little room.
  void add(NewResponse response, Answer<void> answer);
  // Answers when everything that was asked for before is done.
  void catch_up(Answer<void> answer);
  // True while so much waits for the disk, in memory, that whoever adds more should catch up first.
  bool is_behind() const;
  void add_frames(std::string id, Frames frames, Answer<void> answer);
  // The last word on an unfinished one.
  void finish(std::string id, std::string reply, std::vector<Item> output, Answer<void> answer);

  // Failures of all that follow: not_found, at no path; unavailable when the database gives no answer.
  void remove(std::string key_id, std::string id, Answer<bool> answer);  // true, or the failure
  void find(std::string key_id, std::string id, Answer<StoredReply> answer);
  // The last frame alone; none when there is none at all.
  void last_frame(std::string key_id, std::string id, Answer<Frames> answer);
  // The frames from `from` on, as many as are stored together with it; none when it is past the end.
  void frames(std::string key_id, std::string id, int from, Answer<Frames> answer);
  void input_items(std::string key_id, std::string id, Answer<std::vector<Item>> answer);
  // Both: too_large when there is more than `max_bytes` of it.
  // Every item of the conversation that ends with `id`, oldest first. Counts as use of all of them.
  void conversation(std::string key_id, std::string id, std::size_t max_bytes,
                    Answer<std::vector<Item>> answer);
  // Those of `ids` that exist.
  void items(std::string key_id, std::vector<std::string> ids, std::size_t max_bytes,
             Answer<std::vector<Item>> answer);

  // What was running when the server last stopped; oldest first.
  void unfinished(Answer<std::vector<Unfinished>> answer);

 private:
  Responses(std::unique_ptr<Database> database, Bounds bounds, base::WallClock clock);
  std::int64_t now() const { return base::unix_seconds(clock_()); }
  class Waiting;
  std::shared_ptr<const Waiting> waiting(std::int64_t bytes);
  void count_in(Database& database, std::int64_t responses, std::int64_t bytes);
  void make_room(Database& database, Totals& held);
  void forget_the_old(Database& database, Totals& held);
  template <class T>
  void ask(std::function<base::Result<T>(Database&)> question, Answer<T> answer);

  const Bounds bounds_;
  const base::WallClock clock_;
  std::int64_t looked_for_old_ = 0;  // seconds since 1970; of the database thread
  std::atomic<std::int64_t> waiting_bytes_ = 0;
  DatabaseThread thread_;  // last: its work uses what stands above
};

}  // namespace trilogue::store
