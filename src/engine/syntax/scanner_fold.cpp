#include "engine/syntax/scanner_fold.h"

namespace trilogue::engine::syntax {

std::vector<FoldedBlock> fold(const std::vector<canon::Happening>& events) {
  std::vector<FoldedBlock> blocks;
  for (const canon::Happening& event : events) {
    if (const auto* opened = std::get_if<canon::BlockOpened>(&event))
      blocks.push_back({opened->kind, opened->name, "", false});
    if (const auto* delta = std::get_if<canon::Delta>(&event)) blocks.back().text += delta->text;
    if (const auto* closed = std::get_if<canon::BlockClosed>(&event)) blocks.back().cut = closed->cut;
  }
  return blocks;
}

std::vector<FoldedBlock> fold_in_chunks(const OutputSyntax& syntax, const ScannerOptions& options,
                                        std::string_view output, std::size_t chunk, bool cut) {
  Scanner scanner(syntax, options);
  std::vector<canon::Happening> events;
  int tokens = 0;
  for (std::size_t at = 0; at < output.size() && !scanner.stopped_by(); at += chunk) {
    scanner.feed({output.substr(at, chunk), false}, ++tokens, events);
  }
  scanner.finish(cut && !scanner.stopped_by(), events);
  return fold(events);
}

}  // namespace trilogue::engine::syntax
