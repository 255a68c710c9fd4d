// Whatever bytes a journal holds, what is read of them, written again, is byte for byte what stood there, or
// where an earlier version wrote them, reads the same. And of a journal that was written and then damaged,
// what is read is what was written, up to the damage.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "store/journal_format.h"

namespace {

namespace store = trilogue::store;

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<store::JournalRecord> read(std::string_view bytes) {
  std::vector<store::JournalRecord> records;
  store::JournalReader reader(bytes);
  while (auto record = reader.next()) records.push_back(std::move(*record));
  require(reader.position() <= bytes.size());
  require(!reader.next());
  return records;
}

// Admissions without a span, settlements without a time in the queue.
bool is_of_an_earlier_version(char kind) {
  return kind == 2 || kind == 4;
}

void check_reading(std::string_view bytes) {
  store::JournalReader reader(bytes);
  store::JournalRecordWriter writer;
  while (true) {
    const std::size_t before = reader.position();
    const auto record = reader.next();
    if (!record) break;
    const std::string_view again = writer.write(*record);
    if (is_of_an_earlier_version(bytes[before + store::kJournalRecordHead])) {
      require(store::JournalReader(again).next() == record);
    } else {
      require(again == bytes.substr(before, reader.position() - before));
    }
  }
}

// Takes what it is told to make from the input; at its end zeros.
class Source final {
 public:
  explicit Source(std::string_view bytes) : rest_(bytes) {}
  bool empty() const { return rest_.empty(); }
  unsigned char byte() {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }
  std::int64_t number() {
    std::uint64_t number = byte();
    if (number >= 0xf0) {
      for (int i = 0; i < 8; ++i) number = number << 8 | byte();
    }
    return static_cast<std::int64_t>(number);
  }
  std::string text() {
    const std::size_t size = std::min<std::size_t>(byte() * 4U, rest_.size());
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }
  store::Spent spent() { return {number(), number(), number(), number(), number()}; }
  store::JournalRecord record() {
    const auto count = static_cast<std::uint64_t>(number());
    switch (byte() % 5) {
      case 0:
        return store::JournalStarted{text().substr(0, 16)};
      case 1: {
        store::Admission admission{text(), text(), text(), text(), text(), number(), spent(), text()};
        store::fit(admission);
        return store::JournalAdmitted{count, admission};
      }
      case 2:
        return store::JournalSpent{count, spent()};
      case 3: {
        store::Settlement settlement{spent(), text(), number(), number(), {}};
        if (byte() % 2 == 0) settlement.queued = number() & std::numeric_limits<std::int64_t>::max();
        store::fit(settlement);
        return store::JournalSettled{count, static_cast<std::uint64_t>(number()), settlement};
      }
      default:
        return store::JournalRefused{count};
    }
  }

 private:
  std::string_view rest_;
};

void check_damage(std::string_view input) {
  Source source(input);
  const auto where = static_cast<std::size_t>(source.number());
  const unsigned char flip = source.byte();
  std::vector<store::JournalRecord> written;
  std::string bytes;
  std::vector<std::size_t> ends;
  store::JournalRecordWriter writer;
  while (!source.empty() && written.size() < 32) {
    written.push_back(source.record());
    bytes += writer.write(written.back());
    ends.push_back(bytes.size());
  }
  require(read(bytes) == written);
  require(read(bytes + std::string(100, '\0')) == written);
  if (bytes.empty() || flip == 0) return;
  const std::size_t at = where % bytes.size();
  bytes[at] = static_cast<char>(bytes[at] ^ flip);
  const auto before = static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), at) - ends.begin());
  check_reading(bytes);
  const auto found = read(bytes);
  require(found.size() == before);
  require(std::equal(found.begin(), found.end(), written.begin()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_reading(bytes);
  check_damage(bytes);
  return 0;
}
