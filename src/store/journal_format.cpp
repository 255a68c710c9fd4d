#include "store/journal_format.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "store/checksum.h"

namespace trilogue::store {

static_assert(std::endian::native == std::endian::little, "the journal's integers are copied as they are");

namespace {

constexpr std::size_t kMaxText = 512;
constexpr std::size_t kMaxOutcome = 64;
constexpr std::size_t kIntegerBytes = 8;
constexpr std::int64_t kUnknown = -1;  // how long it waited

// The largest record of each kind: head, kind, integers, texts.
constexpr std::size_t record_bytes(std::size_t integers, std::size_t texts, std::size_t most) {
  return kJournalRecordHead + 1 + integers * kIntegerBytes + texts * (2 + most);
}
static_assert(record_bytes(7, 6, kMaxText) <= kMaxJournalRecord);
static_assert(record_bytes(10, 1, kMaxOutcome) <= kSettledBytes);

void cut(std::string& text, std::size_t most) {
  if (text.size() > most) text.resize(most);
}

// Takes fields off the front of a payload; what is missing makes all of it invalid.
class Fields final {
 public:
  explicit Fields(std::string_view payload) : rest_(payload) {}

  unsigned char kind() {
    unsigned char kind = 0;
    take(&kind, 1);
    return kind;
  }
  std::uint64_t number() {
    std::uint64_t number = 0;
    take(&number, sizeof number);
    return number;
  }
  std::int64_t integer() { return static_cast<std::int64_t>(number()); }
  std::string text(std::size_t most = kMaxText) {
    std::uint16_t size = 0;
    take(&size, sizeof size);
    valid_ = valid_ && size <= most && size <= rest_.size();
    if (!valid_) return {};
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }
  Spent spent() {
    Spent spent;
    spent.prompt_tokens = integer();
    spent.cached_tokens = integer();
    spent.output_tokens = integer();
    spent.reasoning_tokens = integer();
    spent.cost = integer();
    return spent;
  }
  Admission admission(bool spanned) {
    Admission admission;
    admission.trace_id = text();
    admission.key_id = text();
    admission.account_id = text();
    admission.model = text();
    admission.api = text();
    admission.arrived = integer();
    admission.spent = spent();
    if (spanned) admission.span_id = text();
    return admission;
  }
  Settlement settlement(bool timed) {
    Settlement settlement;
    settlement.spent = spent();
    settlement.outcome = text(kMaxOutcome);
    settlement.first_token = integer();
    settlement.total = integer();
    const std::int64_t queued = timed ? integer() : kUnknown;
    if (queued >= 0) settlement.queued = queued;
    return settlement;
  }
  bool all_taken() const { return valid_ && rest_.empty(); }

 private:
  void take(void* to, std::size_t size) {
    valid_ = valid_ && size <= rest_.size();
    if (!valid_) return;
    std::memcpy(to, rest_.data(), size);
    rest_.remove_prefix(size);
  }

  std::string_view rest_;
  bool valid_ = true;
};

// `admitted` and `settled` are read only: `spanned` and `timed` without the last field, as earlier versions
// wrote them.
enum Kind : unsigned char { started = 1, admitted, spent, settled, refused, timed, spanned };

// In braces the fields are read from left to right.
std::optional<JournalRecord> decode(std::string_view payload) {
  Fields fields(payload);
  std::optional<JournalRecord> record;
  switch (fields.kind()) {
    case Kind::started:
      record = JournalStarted{fields.text()};
      break;
    case Kind::admitted:
      record = JournalAdmitted{fields.number(), fields.admission(false)};
      break;
    case Kind::spanned:
      record = JournalAdmitted{fields.number(), fields.admission(true)};
      break;
    case Kind::spent:
      record = JournalSpent{fields.number(), fields.spent()};
      break;
    case Kind::settled:
      record = JournalSettled{fields.number(), fields.number(), fields.settlement(false)};
      break;
    case Kind::timed:
      record = JournalSettled{fields.number(), fields.number(), fields.settlement(true)};
      break;
    case Kind::refused:
      record = JournalRefused{fields.number()};
      break;
    default:
      return std::nullopt;
  }
  if (!fields.all_taken()) return std::nullopt;
  return record;
}

struct Head {
  std::uint32_t size = 0;
  std::uint32_t checksum = 0;
};

}  // namespace

void fit(Admission& admission) {
  for (std::string* text : {&admission.trace_id, &admission.key_id, &admission.account_id, &admission.model,
                            &admission.api, &admission.span_id})
    cut(*text, kMaxText);
}

void fit(Settlement& settlement) {
  cut(settlement.outcome, kMaxOutcome);
}

void JournalRecordWriter::begin(unsigned char kind) {
  size_ = kJournalRecordHead;
  bytes_[size_++] = static_cast<char>(kind);
}

void JournalRecordWriter::put(std::uint64_t number) {
  std::memcpy(bytes_.data() + size_, &number, sizeof number);
  size_ += sizeof number;
}

void JournalRecordWriter::put(std::string_view text) {
  const auto size = static_cast<std::uint16_t>(std::min(text.size(), kMaxText));
  std::memcpy(bytes_.data() + size_, &size, sizeof size);
  size_ += sizeof size;
  std::memcpy(bytes_.data() + size_, text.data(), size);
  size_ += size;
}

void JournalRecordWriter::put(const Spent& spent) {
  put(spent.prompt_tokens);
  put(spent.cached_tokens);
  put(spent.output_tokens);
  put(spent.reasoning_tokens);
  put(spent.cost);
}

std::string_view JournalRecordWriter::end() {
  const std::string_view payload(bytes_.data() + kJournalRecordHead, size_ - kJournalRecordHead);
  const Head head{static_cast<std::uint32_t>(payload.size()), crc32c(payload)};
  static_assert(sizeof head == kJournalRecordHead);
  std::memcpy(bytes_.data(), &head, sizeof head);
  return {bytes_.data(), size_};
}

std::string_view JournalRecordWriter::started(std::string_view run) {
  begin(Kind::started);
  put(run);
  return end();
}

std::string_view JournalRecordWriter::admitted(std::uint64_t number, const Admission& admission) {
  begin(Kind::spanned);
  put(number);
  put(admission.trace_id);
  put(admission.key_id);
  put(admission.account_id);
  put(admission.model);
  put(admission.api);
  put(admission.arrived);
  put(admission.spent);
  put(admission.span_id);
  return end();
}

std::string_view JournalRecordWriter::spent(std::uint64_t number, const Spent& spent) {
  begin(Kind::spent);
  put(number);
  put(spent);
  return end();
}

std::string_view JournalRecordWriter::settled(std::uint64_t number, std::uint64_t sequence,
                                              const Settlement& settlement) {
  begin(Kind::timed);
  put(number);
  put(sequence);
  put(settlement.spent);
  put(settlement.outcome);
  put(settlement.first_token);
  put(settlement.total);
  put(settlement.queued.value_or(kUnknown));
  return end();
}

std::string_view JournalRecordWriter::refused(std::uint64_t number) {
  begin(Kind::refused);
  put(number);
  return end();
}

std::string_view JournalRecordWriter::write(const JournalRecord& record) {
  struct Writing {
    JournalRecordWriter& writer;
    std::string_view operator()(const JournalStarted& r) { return writer.started(r.run); }
    std::string_view operator()(const JournalAdmitted& r) { return writer.admitted(r.number, r.admission); }
    std::string_view operator()(const JournalSpent& r) { return writer.spent(r.number, r.spent); }
    std::string_view operator()(const JournalSettled& r) {
      return writer.settled(r.number, r.sequence, r.settlement);
    }
    std::string_view operator()(const JournalRefused& r) { return writer.refused(r.number); }
  };
  return std::visit(Writing{*this}, record);
}

std::optional<JournalRecord> JournalReader::next() {
  const std::string_view rest = bytes_.substr(position_);
  Head head;
  if (rest.size() <= sizeof head) return std::nullopt;
  std::memcpy(&head, rest.data(), sizeof head);
  if (head.size == 0 || head.size > kMaxJournalRecord - sizeof head || head.size > rest.size() - sizeof head)
    return std::nullopt;
  const std::string_view payload = rest.substr(sizeof head, head.size);
  if (crc32c(payload) != head.checksum) return std::nullopt;
  auto record = decode(payload);
  if (record) position_ += sizeof head + head.size;
  return record;
}

bool JournalReader::broken() const {
  return bytes_.substr(position_).find_first_not_of('\0') != std::string_view::npos;
}

bool JournalReader::lost_more_than_one() const {
  const std::size_t beyond = std::min(bytes_.size(), position_ + kMaxJournalRecord);
  return bytes_.substr(beyond).find_first_not_of('\0') != std::string_view::npos;
}

}  // namespace trilogue::store
