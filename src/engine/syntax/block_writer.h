// Turns "this text belongs to this kind of block" into well-formed events: opens and closes blocks, joins
// what one token adds to the same block into one Delta. Owned by one scanner.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "canon/event.h"

namespace trilogue::engine::syntax {

class BlockWriter final {
 public:
  explicit BlockWriter(std::vector<canon::Happening>& out) : out_(&out) {}

  // From here on events go to `out`, and belong to a further token.
  void aim_at(std::vector<canon::Happening>& out);
  // Writes the counts into every Delta since aim_at().
  void count(int output_tokens, int reasoning_tokens);

  void write(canon::BlockKind kind, std::string_view text);  // opens a block of this kind when none is open
  void open_call(std::string id, std::string name);
  void close(bool cut);  // the open block, if there is one

  const std::optional<canon::BlockKind>& open() const { return open_; }

 private:
  std::vector<canon::Happening>* out_;
  std::size_t first_ = 0;  // of the events that belong to this token
  std::optional<canon::BlockKind> open_;
};

}  // namespace trilogue::engine::syntax
