// What was used: every admitted request is in the ledger exactly once, whatever happens to the process. An
// admission is written to a journal before its first byte may leave (many requests, one write); what running
// requests have used follows a few times a second, their end when it comes; settled entries are moved into
// the database in batches, off the way of any request. After a kill the journal tells what was running, and
// open() settles it as `interrupted` with what it had used. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/database_thread.h"

namespace trilogue::store {

// What a request has used so far.
struct Spent {
  std::int64_t prompt_tokens = 0;
  std::int64_t cached_tokens = 0;  // of the prompt
  std::int64_t output_tokens = 0;
  std::int64_t reasoning_tokens = 0;  // of the output
  std::int64_t cost = 0;              // millionths of the operator's currency
  friend bool operator==(const Spent&, const Spent&) = default;
};

struct Admission {
  std::string trace_id;  // 32 hex digits
  std::string key_id;    // "" on a server without keys
  std::string account_id;
  std::string model;
  std::string api;           // chat, messages, responses
  std::int64_t arrived = 0;  // milliseconds since 1970
  Spent spent;               // the prompt, where it is counted already
};

struct Settlement {
  Spent spent;
  std::string outcome;           // `ok`, or the word of what went wrong
  std::int64_t first_token = 0;  // milliseconds from arrival; 0: there was none
  std::int64_t total = 0;        // milliseconds from arrival
};

class Ledger final {
 public:
  // One running request. The request's own strand notes what it uses, the ledger's thread reads it.
  class Entry final {
   public:
    void note(const Spent& spent);  // costs a few stores

   private:
    friend class Ledger;
    std::uint64_t number_ = 0;
    std::atomic<std::int64_t> prompt_ = 0, cached_ = 0, output_ = 0, reasoning_ = 0, cost_ = 0;
  };
  using Journalled = std::function<void(base::Result<void>)>;

  // `journal` "": nothing outlives the process, and admissions are journalled at once. `durable`: an
  // admission also survives a power cut. `thread` owns a database that prepare_platform() has prepared, and
  // outlives this. Settles what the last process left open. Failure: unavailable, in words for the operator.
  static base::Result<std::unique_ptr<Ledger>> open(const std::string& journal, bool durable,
                                                    DatabaseThread& thread);
  ~Ledger();  // everything noted is written

  // `journalled` is called once, on the ledger's thread: when no kill can take the admission any more, or
  // with unavailable when it could not be written (a full disk); then the request must be refused, and the
  // entry counts for nothing.
  std::shared_ptr<Entry> admit(Admission admission, Journalled journalled);

  // The last word on an entry. While the disk is full it is kept in memory and written as soon as it can be.
  void settle(const std::shared_ptr<Entry>& entry, Settlement settlement);

  // Waits until all that was settled before is in the database: for tests and reports of another process.
  void flush();

 private:
  struct State;
  explicit Ledger(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace trilogue::store
