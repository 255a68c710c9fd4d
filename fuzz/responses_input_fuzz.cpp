// The arguments of a custom tool, in whatever pieces they come, give the same text as in one; what
// arguments_of makes of a text gives that text; and what was valid UTF-8 stays it. The first byte says how
// long a piece is.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "dialect/responses/custom_input.h"
#include "dialect/responses/sealed_reasoning.h"
#include "wire/utf8.h"

namespace responses = trilogue::dialect::responses;
namespace wire = trilogue::wire;

namespace {

std::string taken(std::string_view arguments, std::size_t piece) {
  responses::CustomInput input;
  std::string text;
  for (std::size_t at = 0; at < arguments.size(); at += piece) input.feed(arguments.substr(at, piece), text);
  input.end(false, text);
  return text;
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = std::size_t{data[0]} + 1;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = taken(bytes, std::max<std::size_t>(bytes.size(), 1));
  require(taken(bytes, piece) == whole);
  if (!wire::is_valid_utf8(bytes)) return 0;
  require(wire::is_valid_utf8(whole));
  require(taken(responses::CustomInput::arguments_of(bytes), piece) == bytes);
  require(responses::unsealed(responses::sealed(bytes)) == bytes);
  if (const auto carried = responses::unsealed(bytes)) require(responses::sealed(*carried) == bytes);
  return 0;
}
