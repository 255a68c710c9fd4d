#include "engine/llama/pool.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace trilogue::engine::llama {

Pool::Pool(llama_memory_t memory, PoolShape shape)
    : memory_(memory),
      shape_(shape),
      sequences_(static_cast<std::size_t>(shape.sequences)),
      free_(static_cast<std::size_t>(shape.cells)),
      holders_(static_cast<std::size_t>(shape.cells)),
      pins_(static_cast<std::size_t>(shape.cells)) {
  std::iota(free_.rbegin(), free_.rend(), 0);
}

Pool::Match Pool::longest_match(std::span<const llama_token> text, const Owner& owner) const {
  Match best;
  const int most = static_cast<int>(text.size()) - 1;
  for (std::size_t i = 0; i < sequences_.size(); ++i) {
    const auto& sequence = sequences_[i];
    if (sequence.use == Use::unused || sequence.salt != owner.salt) continue;
    if (owner.alone && sequence.owner != owner.number) continue;
    const auto [end, ignored] =
        std::mismatch(sequence.tokens.begin(), sequence.tokens.end(), text.begin(), text.end());
    const auto common = std::min(static_cast<int>(end - sequence.tokens.begin()), most);
    // A state that cannot be cut serves only a text that goes on exactly where it stands.
    const bool whole = common == static_cast<int>(sequence.tokens.size()) && sequence.use == Use::cached;
    if (common > best.tokens && (shape_.truncatable || whole)) best = {static_cast<llama_seq_id>(i), common};
  }
  return best;
}

std::optional<llama_seq_id> Pool::oldest_cached(llama_seq_id except) const {
  std::optional<llama_seq_id> oldest;
  for (std::size_t i = 0; i < sequences_.size(); ++i) {
    const auto id = static_cast<llama_seq_id>(i);
    if (sequences_[i].use != Use::cached || id == except) continue;
    if (!oldest || sequences_[i].last_used < sequences_[static_cast<std::size_t>(*oldest)].last_used)
      oldest = id;
  }
  return oldest;
}

std::optional<llama_seq_id> Pool::unused_id() {
  const auto found = std::find_if(sequences_.begin(), sequences_.end(),
                                  [](const Sequence& sequence) { return sequence.use == Use::unused; });
  if (found == sequences_.end()) return std::nullopt;
  return static_cast<llama_seq_id>(found - sequences_.begin());
}

std::optional<Pool::Opened> Pool::open(std::span<const llama_token> text, const Owner& owner) {
  const Match match = longest_match(text, owner);
  const bool take_over = match.id >= 0 && at(match.id).use == Use::cached &&
                         match.tokens == static_cast<int>(at(match.id).tokens.size());
  Opened opened;
  if (take_over) {
    opened = {match.id, match.tokens};
  } else {
    auto id = unused_id();
    if (!id) {
      const auto victim = oldest_cached(match.id);
      if (!victim) return std::nullopt;
      drop(*victim);
      id = victim;
    }
    opened.id = *id;
    if (match.id >= 0 && share(match.id, *id, match.tokens)) opened.reused = match.tokens;
  }
  auto& sequence = at(opened.id);
  sequence.use = Use::running;
  sequence.owner = owner.number;
  sequence.salt = owner.salt;
  pin(sequence, 0);
  return opened;
}

bool Pool::share(llama_seq_id from, llama_seq_id to, int tokens) {
  llama_memory_seq_cp(memory_, from, to, 0, tokens);
  // A model that lets go of old tokens (a sliding window) may no longer hold the whole prefix.
  const bool whole =
      llama_memory_seq_pos_min(memory_, to) == 0 && llama_memory_seq_pos_max(memory_, to) == tokens - 1;
  if (!whole) {
    llama_memory_seq_rm(memory_, to, -1, -1);
    return false;
  }
  const auto& source = at(from);
  auto& target = at(to);
  target.tokens.assign(source.tokens.begin(), source.tokens.begin() + tokens);
  target.cells.assign(source.cells.begin(), source.cells.begin() + tokens);
  for (const int cell : target.cells) ++holders_[static_cast<std::size_t>(cell)];
  at(from).last_used = ++clock_;
  return true;
}

void Pool::pin(const Sequence& sequence, std::size_t from) {
  for (std::size_t i = from; i < sequence.cells.size(); ++i) {
    if (pins_[static_cast<std::size_t>(sequence.cells[i])]++ == 0) ++pinned_;
  }
}

void Pool::unpin(const Sequence& sequence) {
  for (const int cell : sequence.cells) {
    if (--pins_[static_cast<std::size_t>(cell)] == 0) --pinned_;
  }
}

void Pool::extend(llama_seq_id id, std::span<const llama_token> tokens) {
  assert(tokens.size() <= free_.size());
  auto& sequence = at(id);
  const std::size_t before = sequence.cells.size();
  for (const llama_token token : tokens) {
    const int cell = free_.back();
    free_.pop_back();
    holders_[static_cast<std::size_t>(cell)] = 1;
    sequence.cells.push_back(cell);
    sequence.tokens.push_back(token);
  }
  pin(sequence, before);
}

void Pool::keep(llama_seq_id id) {
  auto& sequence = at(id);
  if (sequence.tokens.empty()) return drop(id);
  unpin(sequence);
  sequence.use = Use::cached;
  sequence.last_used = ++clock_;
}

void Pool::drop(llama_seq_id id) {
  auto& sequence = at(id);
  if (sequence.use == Use::running) unpin(sequence);
  llama_memory_seq_rm(memory_, id, -1, -1);
  for (const int cell : sequence.cells) {
    if (--holders_[static_cast<std::size_t>(cell)] == 0) free_.push_back(cell);
  }
  sequence = Sequence{};
}

bool Pool::make_room(int cells) {
  if (cells > shape_.cells - pinned_) return false;
  while (free_cells() < cells) {
    const auto victim = oldest_cached(-1);
    if (!victim) return false;
    drop(*victim);
  }
  return true;
}

}  // namespace trilogue::engine::llama
