// A response being written down while it is made: as a stream's encoder it shows its events, as a fold it
// gives the whole reply, and either way its frames and items end in the store. Fed by one coroutine; the
// recording may be read by anybody meanwhile.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "canon/event.h"
#include "dialect/responses/stream.h"
#include "serve/recording.h"
#include "serve/stored.h"
#include "store/responses.h"

namespace trilogue::serve {

class ResponseRecord final {
 public:
  // What the store is told of the request.
  struct Origin {
    std::string key_id;
    std::string previous;
    std::vector<store::Item> input;
  };
  ResponseRecord(store::Responses& store, const base::Log& log, Origin origin,
                 dialect::responses::StreamEncoder encoder);

  // ---- as serve/deliver.h wants it ----
  void begin(std::string& out);
  void on(const canon::Event& event, std::string& out);
  void on(const canon::Event& event);
  void heartbeat(std::string& out);
  void fail(const base::Failure& failure, std::string& out);
  bool complete() const { return encoder_.complete(); }
  bool failed() const { return encoder_.failed(); }
  base::Result<std::string> finish() const;

  // ---- in the background ----
  // Puts the response into the store as it stands, before anything is answered.
  void open(store::Responses::Answer<void> answer);
  void cancel();
  // Puts what was recorded since into the store too.
  void save_frames();
  std::string reply() const;  // as it stands
  const std::shared_ptr<Recording>& recording() const { return recording_; }
  const std::string& id() const { return encoder_.builder().id(); }

  // Whether the store was asked to keep its end, as it is of one that is complete unless a bug came between.
  bool has_been_stored() const { return last_answer_ != nullptr; }
  // Of such a one: answers when all of it is in the store, or why it is not.
  void wait_until_stored(store::Responses::Answer<void> answer) { last_answer_->wait(std::move(answer)); }
  // Once more what the store did not take.
  void store_again();

 private:
  template <class Write>
  void write(std::string& out, Write what);
  // Frames that the store refused; filled on its thread.
  struct Refused {
    std::mutex mutex;
    std::vector<store::Frames> frames;
  };
  std::vector<store::Frames> unsaved_frames();
  void store_frames(store::Frames frames);
  void store_end();
  std::vector<store::Item> output() const;
  void save();

  store::Responses& store_;
  const base::Log& log_;
  Origin origin_;
  dialect::responses::StreamEncoder encoder_;
  std::shared_ptr<Recording> recording_ = std::make_shared<Recording>();
  bool opened_ = false;   // its row is there
  bool saved_ = false;    // as far as it could be
  int saved_frames_ = 0;  // in the store
  std::size_t unsaved_bytes_ = 0;
  base::SteadyTime save_at_ = std::chrono::steady_clock::now();
  std::shared_ptr<Refused> refused_ = std::make_shared<Refused>();
  std::shared_ptr<AnswerBox<void>> last_answer_;  // of the store, to the end of an opened one
  std::string reply_;                             // once it is complete
  std::string unseen_;                            // what a fold encodes for the recording alone
};

// The items of a dialect's texts, with the ids that they hold.
std::vector<store::Item> as_items(std::vector<std::string> texts);

}  // namespace trilogue::serve
