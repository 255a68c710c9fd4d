// The reader gives the same values, or refuses at the same one, however the bytes are cut; and what is
// written as a command is read as the list of its words.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "wire/resp.h"

namespace {

using trilogue::wire::RespReader;
using trilogue::wire::RespValue;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  RespValue::List values;
  bool refused = false;
};

Outcome read_in_pieces(std::string_view bytes, std::size_t piece) {
  RespReader reader;
  Outcome outcome;
  for (; !bytes.empty() && !outcome.refused; bytes.remove_prefix(std::min(piece, bytes.size()))) {
    reader.feed(bytes.substr(0, piece));
    for (;;) {
      auto value = reader.next();
      outcome.refused = !value;
      if (!value || !*value) break;
      outcome.values.push_back(std::move(**value));
    }
  }
  return outcome;
}

void check_command(std::string_view bytes) {
  std::vector<std::string> words;
  RespValue::List expected;
  for (std::size_t at = 0; at < bytes.size(); at += 5) {
    words.emplace_back(bytes.substr(at, 5));
    expected.push_back({words.back()});
  }
  std::string command;
  trilogue::wire::append_resp_command(command, words);
  const Outcome outcome = read_in_pieces(command, 7);
  require(!outcome.refused && outcome.values.size() == 1);
  require(outcome.values.front() == RespValue{expected});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0] % 16;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Outcome whole = read_in_pieces(bytes, bytes.size() + 1);
  const Outcome cut = read_in_pieces(bytes, piece);
  require(whole.refused == cut.refused && whole.values == cut.values);
  check_command(bytes);
  return 0;
}
