// The deframer gives the same events however the bytes are cut; what it gives, written again, is read as the
// same events; and whatever a server sends, the Chat client makes events of it that keep canon's grammar.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "canon/checker.h"
#include "dialect/chat/client.h"
#include "wire/sse.h"

namespace {

using trilogue::wire::SseDeframer;
using trilogue::wire::SseEvent;

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<SseEvent> read_in_pieces(std::string_view bytes, std::size_t piece) {
  SseDeframer deframer;
  std::vector<SseEvent> events;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const auto fed = deframer.feed(bytes.substr(at, piece));
    require(fed.has_value());
    events.insert(events.end(), fed->begin(), fed->end());
  }
  return events;
}

void check_writing(const std::vector<SseEvent>& events) {
  std::string stream;
  for (const SseEvent& event : events) trilogue::wire::append_sse(stream, event.event, event.data);
  const auto again = read_in_pieces(stream, stream.size() + 1);
  require(again.size() == events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    require(again[i].event == events[i].event && again[i].data == events[i].data);
  }
}

void check_chat(std::string_view bytes, std::size_t piece) {
  constexpr int kChoices = 2;
  trilogue::dialect::chat::StreamReader reader(kChoices);
  std::vector<trilogue::canon::Event> events;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const auto part = reader.feed(bytes.substr(at, piece));
    events.insert(events.end(), part.begin(), part.end());
  }
  const auto rest = reader.end();
  events.insert(events.end(), rest.begin(), rest.end());
  require(!trilogue::canon::first_violation(events, kChoices).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0] % 16;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = read_in_pieces(bytes, bytes.size() + 1);
  require(read_in_pieces(bytes, piece) == whole);
  require(read_in_pieces(bytes, 1) == whole);
  check_writing(whole);
  check_chat(bytes, piece);
  return 0;
}
