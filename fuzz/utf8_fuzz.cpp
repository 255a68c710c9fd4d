// Repaired text is valid and valid text needs no repair; bytes that come in pieces, with the unfinished end
// held back each time, come out unchanged and never split a character; JSON strings read back as they were
// written.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "wire/json.h"
#include "wire/json_writer.h"
#include "wire/utf8.h"

namespace {

namespace wire = trilogue::wire;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_pieces(std::string_view text, std::size_t piece) {
  std::string held, out;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    held += text.substr(at, piece);
    const std::size_t ready = held.size() - wire::incomplete_tail(held);
    require(wire::is_valid_utf8(std::string_view(held).substr(0, ready)));
    out += held.substr(0, ready);
    held.erase(0, ready);
  }
  require(held.empty() && out == text);
}

void check_json(std::string_view text) {
  std::string json;
  wire::append_json_string(json, text);
  const auto document = wire::Document::parse(json);
  require(document.has_value() && document->root().text() == text && document->root().to_json() == json);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string repaired = wire::replace_invalid_utf8(bytes);
  require(wire::is_valid_utf8(repaired));
  require(wire::is_valid_utf8(bytes) == (repaired == bytes));
  require(wire::incomplete_tail(bytes) <= 3);
  check_pieces(repaired, 1 + data[0] % 8);
  check_json(repaired);
  const std::size_t border = wire::border_before(repaired, data[0]);
  require(wire::is_valid_utf8(std::string_view(repaired).substr(0, border)));
  return 0;
}
