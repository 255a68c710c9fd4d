#include "wire/sse.h"

#include <gtest/gtest.h>

#include <random>

namespace trilogue::wire {
namespace {

using Events = std::vector<SseEvent>;

Events read_all(std::string_view bytes) {
  return *SseDeframer().feed(bytes);
}

Events read_in_pieces(std::string_view bytes, std::size_t piece) {
  SseDeframer deframer;
  Events events;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const auto fed = deframer.feed(bytes.substr(at, piece));
    for (const SseEvent& event : *fed) events.push_back(event);
  }
  return events;
}

TEST(Sse, writes_an_event_and_a_comment) {
  std::string out;
  append_sse(out, "", "{}");
  append_sse(out, "ping", "a\nb\r\nc\rd");
  append_sse_comment(out, "ping");
  EXPECT_EQ(out, "data: {}\n\nevent: ping\ndata: a\ndata: b\ndata: c\ndata: d\n\n: ping\n\n");
}

TEST(Sse, reads_every_line_end_comment_and_mark_in_any_pieces) {
  const std::string stream =
      "\xEF\xBB\xBF: hello\r\n"
      "data: one\n\n"
      "event: named\rdata:two\rdata:  three\r\r"
      "data\r\n\r\n"
      "id: 7\nretry: 10\nunknown: x\nevent: dropped\n\n"
      "data: €😀\r\n\r\n"
      "data: unfinished\n";
  const Events expected{{"", "one", ""}, {"named", "two\n three", ""}, {"", "", ""}, {"", "€😀", "7"}};
  EXPECT_EQ(read_all(stream), expected);
  for (std::size_t piece = 1; piece < stream.size(); ++piece)
    EXPECT_EQ(read_in_pieces(stream, piece), expected) << piece;
}

TEST(Sse, reads_back_what_it_wrote) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    Events events;
    std::string stream;
    for (unsigned i = 0; i < random() % 4; ++i) {
      SseEvent event{random() % 2 ? "name" : "", "", ""};
      for (unsigned j = 0; j < random() % 12; ++j) event.data += "a\n: \xC3\xA9{"[random() % 7];
      append_sse(stream, event.event, event.data);
      append_sse_comment(stream, "ping");
      events.push_back(std::move(event));
    }
    ASSERT_EQ(read_in_pieces(stream, 1 + random() % 9), events);
  }
}

TEST(Sse, refuses_an_event_that_never_ends) {
  SseDeframer deframer(1000);
  ASSERT_TRUE(deframer.feed("data: " + std::string(900, 'x')));
  EXPECT_FALSE(deframer.feed(std::string(200, 'x')));
}

}  // namespace
}  // namespace trilogue::wire
