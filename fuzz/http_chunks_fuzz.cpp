// A chunked body, from any bytes. Held to: any cut into pieces gives the same body and the same end; and
// what was read, written as chunks again, reads the same.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "http/chunked_body.h"
#include "http/reply_head.h"

namespace {

using trilogue::http::ChunkedBody;

struct Outcome {
  std::string body;
  ChunkedBody::State state = ChunkedBody::State::more;
  std::size_t taken = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome read(std::string_view bytes, std::size_t step) {
  Outcome outcome;
  ChunkedBody chunks;
  while (outcome.state == ChunkedBody::State::more && outcome.taken < bytes.size()) {
    const auto next = chunks.next(bytes.substr(outcome.taken, step));
    if (next.taken == 0 && next.state == ChunkedBody::State::more) std::abort();
    outcome.body += next.payload;
    outcome.taken += next.taken;
    outcome.state = next.state;
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = read(bytes, size + 1);
  if (read(bytes, 1) != whole) std::abort();
  if (size > 0 && read(bytes, 1 + data[0] % 29) != whole) std::abort();

  std::string again;
  if (!whole.body.empty()) {
    again += trilogue::http::ChunkSize(whole.body.size()).text();
    again += whole.body;
    again += trilogue::http::kChunkEnd;
  }
  again += trilogue::http::kLastChunk;
  const Outcome expected{whole.body, ChunkedBody::State::done, again.size()};
  if (read(again, again.size()) != expected) std::abort();
  return 0;
}
