// The one KV pool of a model: which sequence holds which tokens, and exactly how many cells are taken. A cell
// that several sequences share (a common prefix) counts once. Sequences that nobody runs any more stay as a
// cache, oldest out first. Decode thread only; it is the only caller of llama_memory_*.
#pragma once

#include <llama.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trilogue::engine::llama {

struct PoolShape {
  int cells = 0;
  int sequences = 0;        // ids that llama.cpp accepts
  bool truncatable = true;  // a sequence can be cut back to an earlier token
};

class Pool final {
 public:
  Pool(llama_memory_t memory, PoolShape shape);

  struct Opened {
    llama_seq_id id = 0;
    int reused = 0;  // tokens that need no computing
  };
  // Who opens a sequence, and whose tokens it may take over: of the same salt always.
  struct Owner {
    std::uint64_t number = 0;
    bool alone = false;  // nothing but what this owner computed itself
    std::string_view salt{};
  };
  // A sequence for a text, with as much of its beginning as the pool already holds, but never the last token
  // (its logits are wanted). Nothing when every id is running.
  std::optional<Opened> open(std::span<const llama_token> text, const Owner& owner);

  // These tokens were decoded at the end of the sequence. There must have been room.
  void extend(llama_seq_id id, std::span<const llama_token> tokens);
  void keep(llama_seq_id id);  // nobody runs it any more: it becomes cache
  void drop(llama_seq_id id);  // its cells are free at once, those it shares excepted

  // Gives up cached sequences until so many cells are free; false when the running ones leave too few.
  bool make_room(int cells);

  int free_cells() const { return static_cast<int>(free_.size()); }
  int pinned_cells() const { return pinned_; }  // held by running sequences
  int cells() const { return shape_.cells; }

 private:
  enum class Use { unused, running, cached };
  struct Sequence {
    Use use = Use::unused;
    std::uint64_t owner = 0;
    std::string salt;
    std::uint64_t last_used = 0;
    std::vector<llama_token> tokens;
    std::vector<int> cells;  // stands for the cells of llama.cpp, one a token
  };
  struct Match {
    llama_seq_id id = -1;
    int tokens = 0;
  };

  Match longest_match(std::span<const llama_token> text, const Owner& owner) const;
  std::optional<llama_seq_id> unused_id();
  std::optional<llama_seq_id> oldest_cached(llama_seq_id except) const;
  bool share(llama_seq_id from, llama_seq_id to, int tokens);
  void pin(const Sequence& sequence, std::size_t from);
  void unpin(const Sequence& sequence);
  Sequence& at(llama_seq_id id) { return sequences_[static_cast<std::size_t>(id)]; }

  llama_memory_t memory_;
  PoolShape shape_;
  std::vector<Sequence> sequences_;
  std::vector<int> free_;
  std::vector<std::uint16_t> holders_;  // of each cell: sequences
  std::vector<std::uint16_t> pins_;     // of each cell: running sequences
  int pinned_ = 0;
  std::uint64_t clock_ = 0;
};

}  // namespace trilogue::engine::llama
