// For the tests of scanners: a tagged syntax, what a transcript folds to, and blocks to hold it against.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/syntax/scanner_fold.h"

namespace trilogue::engine::syntax::testing {

using Blocks = std::vector<FoldedBlock>;

// As Step-3.5-Flash writes, without atoms.
inline OutputSyntax step_syntax() {
  OutputSyntax syntax;
  syntax.reasoning_begin = "<think>\n";
  syntax.reasoning_end = "\n</think>\n";
  syntax.has_calls = true;
  syntax.call = {.style = ArgumentStyle::tagged_values,
                 .call_begin = "<tool_call>\n<function=",
                 .name_end = ">\n",
                 .call_end = "</function>\n</tool_call>",
                 .between = "\n",
                 .parameter_begin = "<parameter=",
                 .parameter_name_end = ">\n",
                 .parameter_end = "\n</parameter>\n"};
  return syntax;
}

// Every way of cutting must give the same: whole, byte by byte, and in threes.
inline Blocks read(const OutputSyntax& syntax, const ScannerOptions& options, std::string_view output,
                   bool cut = false) {
  const Blocks whole = fold_in_chunks(syntax, options, output, output.size() + 1, cut);
  EXPECT_EQ(whole, fold_in_chunks(syntax, options, output, 1, cut)) << output;
  EXPECT_EQ(whole, fold_in_chunks(syntax, options, output, 3, cut)) << output;
  return whole;
}

inline FoldedBlock reasoning(std::string text) {
  return {canon::BlockKind::reasoning, "", std::move(text), false};
}
inline FoldedBlock text(std::string text) {
  return {canon::BlockKind::text, "", std::move(text), false};
}
inline FoldedBlock call(std::string json) {
  return {canon::BlockKind::call, "weather", std::move(json), false};
}

}  // namespace trilogue::engine::syntax::testing
