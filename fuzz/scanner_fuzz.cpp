// However a model's output is cut into tokens, it folds to the same blocks; no marker is left in what a
// reader sees, no stop string in its text, and every character is whole.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "engine/syntax/scanner_fold.h"
#include "wire/utf8.h"

namespace syntax = trilogue::engine::syntax;
using trilogue::canon::BlockKind;

namespace {

constexpr const char* kWords[] = {"<think>",
                                  "</think>",
                                  "<tool_call>",
                                  "</tool_call>",
                                  "<function=",
                                  "f",
                                  ">\n",
                                  "<parameter=",
                                  "p",
                                  "</parameter>",
                                  "</function>",
                                  "\n",
                                  "<",
                                  "STOP",
                                  "\n\n",
                                  "{\"name\": \"",
                                  "\", \"arguments\": ",
                                  "{\"a\": \"}\"}",
                                  "}",
                                  "\xF0\x9F\x91\x8B",
                                  "\xC3",
                                  "text ",
                                  "ST",
                                  "</"};

syntax::OutputSyntax syntax_of(bool tagged) {
  syntax::OutputSyntax made;
  made.reasoning_begin = "<think>\n";
  made.reasoning_end = "\n</think>\n";
  made.has_calls = true;
  if (tagged) {
    made.call.style = syntax::ArgumentStyle::tagged_values;
    made.call.call_begin = "<tool_call>\n<function=";
    made.call.name_end = ">\n";
    made.call.call_end = "</function>\n</tool_call>";
    made.call.parameter_begin = "<parameter=";
    made.call.parameter_name_end = ">\n";
    made.call.parameter_end = "\n</parameter>\n";
  } else {
    made.call.call_begin = "<tool_call>\n{\"name\": \"";
    made.call.name_end = "\", \"arguments\": ";
    made.call.call_end = "}\n</tool_call>";
  }
  return made;
}

// Words of the syntax make deep states likely; other bytes come as they are.
std::string output_of(const std::uint8_t* data, std::size_t size) {
  std::string output;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t word = data[i] - 128U;
    if (data[i] >= 128 && word < std::size(kWords)) {
      output += kWords[word];
    } else {
      output += static_cast<char>(data[i]);
    }
  }
  return output;
}

void check(bool holds) {
  if (!holds) std::abort();
}

void check_block(const syntax::FoldedBlock& block) {
  check(trilogue::wire::is_valid_utf8(block.text));
  if (block.kind == BlockKind::text) {
    check(block.text.find("STOP") == std::string::npos);
    check(!block.text.empty());
  }
  if (block.kind == BlockKind::reasoning) check(block.text.find("</think>") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  syntax::ScannerOptions options;
  options.opens_in_reasoning = (data[0] & 1) != 0;
  options.stop = {"STOP", "\n\n"};
  const trilogue::canon::Tool tool{.name = "f",
                                   .description = "",
                                   .parameters = R"({"properties":{"p":{"type":"string"}}})",
                                   .strict = false};
  options.tools = std::make_shared<const std::vector<trilogue::canon::Tool>>(1, tool);
  const auto made = syntax_of((data[0] & 2) != 0);
  const bool cut = (data[0] & 4) != 0;
  const std::size_t chunk = data[1] % 13 + 1U;
  const std::string output = output_of(data + 2, size - 2);
  const auto whole = syntax::fold_in_chunks(made, options, output, output.size() + 1, cut);
  check(whole == syntax::fold_in_chunks(made, options, output, 1, cut));
  check(whole == syntax::fold_in_chunks(made, options, output, chunk, cut));
  for (const auto& block : whole) check_block(block);
  return 0;
}
