// The ledger's journal as bytes: records of a length, a CRC-32C and a payload, one after the other; zeros are
// room that nobody has written to. Whoever appends a record writes its length last, so that a process killed
// in the middle leaves none. Values only; no files, no threads.
//
//   record   u32 bytes of the payload, never 0 · u32 CRC-32C of the payload · payload
//   payload  u8 kind · the fields of the struct below, in its order
//   field    integers of 8 bytes · texts as u16 bytes, then the text; all of it little-endian
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "store/ledger.h"

namespace trilogue::store {

inline constexpr std::size_t kMaxJournalRecord = 4096;
inline constexpr std::size_t kJournalRecordHead = 8;

struct JournalStarted {
  std::string run;  // which run of the program writes here; the first record of every segment
  friend bool operator==(const JournalStarted&, const JournalStarted&) = default;
};
// Written again for an entry whose first one lies in a segment that is in the way.
struct JournalAdmitted {
  std::uint64_t number = 0;  // of the entry, in its run
  Admission admission;
  friend bool operator==(const JournalAdmitted&, const JournalAdmitted&) = default;
};
struct JournalSpent {
  std::uint64_t number = 0;
  Spent spent;
  friend bool operator==(const JournalSpent&, const JournalSpent&) = default;
};
struct JournalSettled {
  std::uint64_t number = 0;
  std::uint64_t sequence = 0;  // 1, 2, … in the order of the run's settlements
  Settlement settlement;
  friend bool operator==(const JournalSettled&, const JournalSettled&) = default;
};
// The admission was refused after all.
struct JournalRefused {
  std::uint64_t number = 0;
  friend bool operator==(const JournalRefused&, const JournalRefused&) = default;
};
using JournalRecord =
    std::variant<JournalStarted, JournalAdmitted, JournalSpent, JournalSettled, JournalRefused>;

// Texts that are too long are cut so, in place.
void fit(Admission& admission);
void fit(Settlement& settlement);

// Room for a settlement of any entry, taken when it is admitted.
inline constexpr std::size_t kSettledBytes = 160;

// Each writes one record and returns a view of it. Texts must fit.
class JournalRecordWriter final {
 public:
  std::string_view started(std::string_view run);
  std::string_view admitted(std::uint64_t number, const Admission& admission);
  std::string_view spent(std::uint64_t number, const Spent& spent);
  std::string_view settled(std::uint64_t number, std::uint64_t sequence, const Settlement& settlement);
  std::string_view refused(std::uint64_t number);
  std::string_view write(const JournalRecord& record);

 private:
  void begin(unsigned char kind);
  void put(std::uint64_t number);
  void put(std::int64_t number) { put(static_cast<std::uint64_t>(number)); }
  void put(std::string_view text);
  void put(const Spent& spent);
  std::string_view end();

  std::size_t size_ = 0;
  std::array<char, kMaxJournalRecord> bytes_;
};

// Reads records until there is none, or one that is not whole: nothing behind that one is believed.
class JournalReader final {
 public:
  explicit JournalReader(std::string_view bytes) : bytes_(bytes) {}

  std::optional<JournalRecord> next();

  // Bytes of the records that were read.
  std::size_t position() const { return position_; }
  // Once next() has returned nothing: there is more behind the last record than zeros.
  bool broken() const;
  // The same, more than one record that was being written when the process was killed.
  bool lost_more_than_one() const;

 private:
  std::string_view bytes_;
  std::size_t position_ = 0;
};

}  // namespace trilogue::store
