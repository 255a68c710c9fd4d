// What was used: every admitted request is in the ledger exactly once, whatever happens to the process. An
// admission is written to a journal before its first byte may leave; what running requests have used follows
// a few times a second, their end when it comes; settled entries are moved into the database in batches, off
// the way of any request. After a kill the journal tells what was running, and open() settles it as
// `interrupted` with what it had used. Built by open_platform(); any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "store/database_thread.h"

namespace trilogue::store {

class JournalSegment;

// What a request has used so far. Below 0 counts as 0, and no field goes beyond 10^15.
struct Spent {
  std::int64_t prompt_tokens = 0;
  std::int64_t cached_tokens = 0;  // of the prompt
  std::int64_t output_tokens = 0;
  std::int64_t reasoning_tokens = 0;  // of the output
  std::int64_t cost = 0;              // millionths of the operator's currency
  friend bool operator==(const Spent&, const Spent&) = default;
};

// Texts are kept to their first 512 bytes.
struct Admission {
  std::string trace_id;  // 32 hex digits
  std::string key_id;    // "" on a server without keys
  std::string account_id;
  std::string model;
  std::string api;           // chat, messages, responses
  std::int64_t arrived = 0;  // milliseconds since 1970
  Spent spent;               // the prompt, where it is counted already
  std::string span_id{};     // 16 hex digits: of this request alone; a trace may have many
  friend bool operator==(const Admission&, const Admission&) = default;
};

struct Settlement {
  Spent spent;
  std::string outcome;           // `ok`, or the word of what went wrong; 64 bytes
  std::int64_t first_token = 0;  // milliseconds from arrival; 0: there was none
  std::int64_t total = 0;        // milliseconds from arrival
  // Milliseconds from arrival until the engine began with it; nothing: it never did, or nobody knows.
  std::optional<std::int64_t> queued{};
  friend bool operator==(const Settlement&, const Settlement&) = default;
};

class Ledger final {
 public:
  // One running request, made by admit(). The request's own strand notes what it uses, the ledger's thread
  // reads it.
  class Entry final {
   public:
    void note(const Spent& spent);  // costs a few stores

   private:
    friend class Ledger;
    enum class Stage { running, settled, refused };
    Spent noted() const;

    std::atomic<std::int64_t> prompt_ = 0, cached_ = 0, output_ = 0, reasoning_ = 0, cost_ = 0;
    std::uint64_t number_ = 0;
    // Guarded by the ledger's lock while it runs; nobody writes to it any more once it is settled.
    Stage stage_ = Stage::refused;
    std::size_t place_ = 0;  // among the running ones
    std::uint64_t sequence_ = 0;
    JournalSegment* segment_ = nullptr;  // that tells of its admission, and stays until it is in the database
    Admission admission_;
    Spent journalled_;
    Settlement settlement_;
  };
  using Journalled = std::function<void(base::Result<void>)>;

  struct Settings {
    std::string journal;   // "": nothing outlives the process. `FOLDER/ledger.journal`: files beginning so
    bool durable = false;  // an admission also survives a power cut
    std::size_t segment_bytes = 4u << 20;
    std::string server{};  // which of those that share the database; "": it shares it with nobody
  };

  // What the last process had left.
  struct Recovery {
    std::int64_t settled = 0;      // that were not yet in the database
    std::int64_t interrupted = 0;  // that were running
    std::string warning;           // "", or what could not be read, for the operator
  };

  // `thread` owns a database that prepare_platform() has prepared, and outlives this. Settles what the last
  // process left open. Failure: unavailable, in words for the operator; nothing is lost by it.
  static base::Result<std::unique_ptr<Ledger>> open(const Settings& settings, DatabaseThread& thread);
  ~Ledger();  // everything noted is written

  const Recovery& recovery() const;

  // `journalled` (may be empty) is called once: when no kill can take the admission any more, or with
  // unavailable when it could not be written (a full disk); then the request must be refused, and the entry
  // counts for nothing. Without `durable` it is called at once, before admit() returns, on the caller's
  // thread; with it on the ledger's thread, after one write to the disk for all that have come meanwhile.
  std::shared_ptr<Entry> admit(Admission admission, Journalled journalled);
  bool durable() const;

  // The last word on an entry; a second one, or one on a refused entry, counts for nothing. Room for it in
  // the journal was taken with the admission, so it is kept also when the disk is full.
  void settle(const std::shared_ptr<Entry>& entry, Settlement settlement);

  // Waits until all that was settled before is in the database, and no admission waits for its answer: for
  // tests, and before those go who take the answers. Failure: unavailable, when the database cannot be
  // written now; it is tried again by itself.
  base::Result<void> flush();

  // Why the journal or the database could not be written the last time it was tried; nothing: all is well.
  std::optional<base::Failure> trouble() const;
  std::size_t unmoved() const;  // settled entries that the database has not taken yet

  // Called with the reason once the database takes no more settled entries, and with nothing once it does
  // again. On a thread of the ledger's, which must not be blocked. To be set before the first admission.
  using Told = std::function<void(const std::optional<base::Failure>& why)>;
  void on_trouble(Told told);

 private:
  struct State;
  explicit Ledger(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace trilogue::store
