// What the events of one choice add up to: for tests and fuzzing, where only the sum may count, never the
// pieces.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/syntax/scanner.h"

namespace trilogue::engine::syntax {

struct FoldedBlock {
  canon::BlockKind kind = canon::BlockKind::text;
  std::string name;
  std::string text;
  bool cut = false;
  friend bool operator==(const FoldedBlock&, const FoldedBlock&) = default;
};

std::vector<FoldedBlock> fold(const std::vector<canon::Happening>& events);

// Feeds `output` in pieces of `chunk` bytes, each a token, until a stop string is found, and finishes.
std::vector<FoldedBlock> fold_in_chunks(const OutputSyntax& syntax, const ScannerOptions& options,
                                        std::string_view output, std::size_t chunk, bool cut);

}  // namespace trilogue::engine::syntax
