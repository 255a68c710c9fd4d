#include "admission/redis/rules.h"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "admission/redis/scripts.h"
#include "base/random.h"

namespace trilogue::admission::redis {
namespace {

using base::Result;

constexpr std::string_view kOurs = "trilogue:";

// By its SHA-1 a store knows a script again.
Script script(std::string text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1)
    throw std::runtime_error("SHA-1 is not available");
  std::string name;
  for (unsigned int i = 0; i < size; ++i) {
    name += base::kLowerHex[digest[i] >> 4];
    name += base::kLowerHex[digest[i] & 15];
  }
  return {std::move(text), std::move(name)};
}

Script timed(std::string_view clock, std::string_view body) {
  std::string text = "local function clock() ";
  text.append(clock).append(" end\n").append(kMinutes).append(body);
  return script(std::move(text));
}

std::string lease_name(const std::string& lease) {
  return std::string(kOurs) + "lease:" + lease;
}

void add_meter_names(Words& words, const char* kind, const std::string& id) {
  const std::string meter = std::string(kOurs) + kind + ":" + id;
  for (const char* part : {":requests", ":tokens", ":places"}) words.push_back(meter + part);
}

void add_names(Words& words, const Counted& counted) {
  add_meter_names(words, "k", counted.key_id);
  add_meter_names(words, "a", counted.account_id);
}

void add_limits(Words& words, const Counted& counted) {
  for (const Limits* limits : {&counted.key, &counted.account}) {
    for (const auto& limit : {limits->concurrency, limits->requests_per_minute, limits->tokens_per_minute})
      words.push_back(std::to_string(limit.value_or(-1)));
  }
}

Words call(const Script& script, std::size_t names) {
  return {"EVALSHA", script.sha1, std::to_string(names)};
}

tl::unexpected<base::Failure> strange() {
  return base::fail(base::FailureKind::unavailable, "the store of the limits gave a strange answer");
}

// The numbers of a flat list; nothing when it is none.
std::optional<std::vector<std::int64_t>> numbers(const wire::RespValue& answer) {
  const auto* list = std::get_if<wire::RespValue::List>(&answer.what);
  if (list == nullptr) return std::nullopt;
  std::vector<std::int64_t> all;
  all.reserve(list->size());
  for (const auto& item : *list) {
    const auto* number = std::get_if<std::int64_t>(&item.what);
    if (number == nullptr) return std::nullopt;
    all.push_back(*number);
  }
  return all;
}

constexpr std::size_t kUseNumbers = 8;

Use use_from(const std::int64_t* n) {
  return {{n[0], n[1]}, {n[2], n[3]}, {n[4], n[5]}, {n[6], n[7]}};
}

}  // namespace

Rules::Rules(std::string_view clock)
    : begin_(timed(clock, kBegin)),
      charge_(timed(clock, kCharge)),
      note_(timed(clock, kNote)),
      end_(script(std::string(kEnd))),
      enter_(script(std::string(kEnter))) {}

Words Rules::begin(const std::string& lease, const Counted& counted) const {
  Words words = call(begin_, 6);
  add_names(words, counted);
  words.push_back(lease);
  add_limits(words, counted);
  return words;
}

Words Rules::charge(const std::string& lease, const Counted& counted, std::int64_t tokens) const {
  Words words = call(charge_, 6);
  add_names(words, counted);
  words.push_back(lease);
  add_limits(words, counted);
  words.push_back(std::to_string(tokens));
  return words;
}

Words Rules::note(const std::string& server, std::int64_t number, const std::vector<Note>& notes) const {
  Words words = call(note_, 1 + 6 * notes.size());
  words.push_back(std::string(kOurs) + "told:" + server);
  for (const Note& note : notes) add_names(words, note.counted);
  words.push_back(std::to_string(number));
  for (const Note& note : notes) {
    add_limits(words, note.counted);
    words.push_back(std::to_string(note.tokens));
    words.push_back(std::to_string(note.age_ms));
  }
  return words;
}

Words Rules::end(const std::string& lease, const Counted& counted) const {
  auto places = places_of(counted);
  Words words = call(end_, places.size());
  for (auto& name : places) words.push_back(std::move(name));
  words.push_back(lease);
  return words;
}

Words Rules::in_full(Words words) const {
  for (const Script* script : known_by_name()) {
    if (words[1] == script->sha1) words[1] = script->text;
  }
  words[0] = "EVAL";
  return words;
}

std::vector<Words> Rules::introduction() const {
  std::vector<Words> all;
  for (const Script* script : known_by_name()) all.push_back({"SCRIPT", "LOAD", script->text});
  return all;
}

Words Rules::enter(const std::string& lease, const std::string& old_lease,
                   const std::vector<Taken>& taken) const {
  Words words{"EVAL", enter_.text, std::to_string(taken.size())};
  for (const Taken& one : taken) words.push_back(one.places);
  words.push_back(lease);
  words.push_back(old_lease);
  words.push_back(std::to_string(kLeaseMs));
  for (const Taken& one : taken) words.push_back(std::to_string(one.count));
  return words;
}

Words Rules::renew(const std::string& lease) {
  return {"PEXPIRE", lease_name(lease), std::to_string(kLeaseMs)};
}

Words Rules::leave(const std::string& lease) {
  return {"DEL", lease_name(lease)};
}

std::vector<std::string> places_of(const Counted& counted) {
  std::vector<std::string> places;
  if (counted.key.concurrency) places.push_back("trilogue:k:" + counted.key_id + ":places");
  if (counted.account.concurrency) places.push_back("trilogue:a:" + counted.account_id + ":places");
  return places;
}

Result<Decision> read_decision(const wire::RespValue& answer) {
  const auto all = numbers(answer);
  constexpr auto kLast = static_cast<std::int64_t>(Verdict::never_fits);
  if (!all || all->size() != 3 + kUseNumbers || (*all)[0] < 0 || (*all)[0] > kLast) return strange();
  return Decision{static_cast<Verdict>((*all)[0]), (*all)[1], (*all)[2], use_from(all->data() + 3)};
}

Result<std::vector<Use>> read_uses(const wire::RespValue& answer) {
  const auto all = numbers(answer);
  if (!all || all->size() % kUseNumbers != 0) return strange();
  std::vector<Use> uses;
  for (std::size_t i = 0; i < all->size(); i += kUseNumbers) uses.push_back(use_from(all->data() + i));
  return uses;
}

}  // namespace trilogue::admission::redis
