#include "base/random.h"

#include <sys/random.h>

#include <array>
#include <bit>
#include <cassert>
#include <mutex>
#include <optional>
#include <random>
#include <stdexcept>

namespace trilogue::base {

struct Random::State {
  std::mutex mutex;
  std::optional<std::mt19937_64> seeded;
  std::array<std::uint64_t, 32> pool{};  // one system call serves 32 draws (256 bytes never return short)
  std::size_t used = pool.size();
};

Random::Random() : state_(std::make_unique<State>()) {}
Random::Random(std::uint64_t seed) : state_(std::make_unique<State>()) {
  state_->seeded.emplace(seed);
}
Random::~Random() = default;

std::uint64_t Random::next() {
  const std::scoped_lock lock(state_->mutex);
  if (state_->seeded) return (*state_->seeded)();
  if (state_->used == state_->pool.size()) {
    if (getrandom(state_->pool.data(), sizeof state_->pool, 0) != sizeof state_->pool) {
      throw std::runtime_error("the operating system gave no random bytes");
    }
    state_->used = 0;
  }
  return state_->pool[state_->used++];
}

std::string Random::text(std::string_view alphabet, std::size_t length) {
  assert(std::has_single_bit(alphabet.size()) && alphabet.size() <= 64);
  const int bits = std::countr_zero(alphabet.size());
  std::string out(length, '\0');
  std::uint64_t word = 0;
  int left = 0;
  for (char& c : out) {
    if (left < bits) {
      word = next();
      left = 64;
    }
    c = alphabet[word & (alphabet.size() - 1)];
    word >>= bits;
    left -= bits;
  }
  return out;
}

std::string Random::uuid() {
  std::string out = text(kLowerHex, 36);
  for (const std::size_t dash : {8, 13, 18, 23}) out[dash] = '-';
  out[14] = '4';
  out[19] = "89ab"[std::string_view("0123456789abcdef").find(out[19]) & 3];
  return out;
}

}  // namespace trilogue::base
