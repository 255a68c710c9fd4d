#include "dialect/chat/client.h"

#include <gtest/gtest.h>

#include <random>

#include "canon/checker.h"
#include "dialect/chat/request.h"

namespace trilogue::dialect::chat {
namespace {

// Makes requests that Chat Completions can say, all fields used.
class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  ChatRequest make() {
    ChatRequest out;
    canon::Request& request = out.request;
    request.model = name();
    for (int i = below(4); i > 0; --i)
      request.tools.push_back({"t" + std::to_string(i), text(), object(), coin()});
    request.turns.push_back(canon::UserTurn{text()});
    for (int i = below(6); i > 0; --i) add_turn(request.turns);
    request.tool_choice = choice(request.tools);
    if (below(3) == 0) request.format = canon::JsonObject{};
    if (below(3) == 0)
      request.format = canon::JsonBySchema{coin() ? name() : "", R"({"type":"object"})", coin()};
    if (coin()) request.effort = static_cast<canon::Effort>(below(4));
    request.sampling = sampling();
    request.limits = limits();
    request.choices = 1 + below(128);
    out.reply = {coin(), coin(), coin() ? ReasoningFormat::general : ReasoningFormat::deepseek_style,
                 request.sampling.logprobs.has_value(), ChunkStyle::documented};
    return out;
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  bool coin() { return below(2) == 0; }
  std::string name() { return "n_" + std::to_string(below(1000)); }
  std::string object() { return coin() ? "" : R"({"a":)" + std::to_string(below(9)) + "}"; }
  std::string text() {
    static const std::vector<std::string> pieces{
        "a", "\"", "\\", "\n", "é", "😀", "<|im_end|>", std::string(1, '\0'), "\x1F", " "};
    std::string out;
    for (int i = below(9); i > 0; --i)
      out += pieces[static_cast<std::size_t>(below(static_cast<int>(pieces.size())))];
    return out;
  }
  void add_turn(std::vector<canon::Turn>& turns) {
    if (coin()) turns.push_back(canon::SystemTurn{text()});
    canon::AssistantTurn turn{text(), text(), {}};
    for (int i = below(3); i > 0; --i)
      turn.calls.push_back({"id" + std::to_string(++calls_), name(), R"({"x": "é"})"});
    const auto calls = turn.calls;
    turns.push_back(std::move(turn));
    for (const auto& call : calls) turns.push_back(canon::ToolResultTurn{call.id, call.name, text()});
    turns.push_back(canon::UserTurn{text()});
  }
  canon::ToolChoice choice(const std::vector<canon::Tool>& tools) {
    if (tools.empty()) return {coin() ? canon::ToolUse::automatic : canon::ToolUse::none, "", coin()};
    if (coin()) return {canon::ToolUse::required, coin() ? tools.front().name : "", coin()};
    return {static_cast<canon::ToolUse>(below(2)), "", coin()};
  }
  canon::Sampling sampling() {
    canon::Sampling out{below(200) / 100.0,
                        (1 + below(99)) / 100.0,
                        below(501),
                        below(400) / 100.0 - 2,
                        below(400) / 100.0 - 2,
                        std::nullopt,
                        {},
                        std::nullopt};
    if (coin()) out.seed = static_cast<std::uint32_t>(random_());
    if (coin()) out.logprobs = below(21);
    for (int i = below(3); i > 0; --i) out.logit_bias.emplace_back(i * 1000 + below(1000), below(200) - 99.5);
    return out;
  }
  canon::Limits limits() {
    canon::Limits out;
    if (coin()) out.max_tokens = 100 + below(100000);
    out.min_tokens = below(100);
    out.ignore_eos = coin();
    for (int i = below(17); i > 0; --i) out.stop.push_back("s" + text());
    return out;
  }

  std::mt19937 random_;
  int calls_ = 0;
};

TEST(ChatClient, writes_what_the_parser_reads_back) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    const ChatRequest request = Maker(seed).make();
    const std::string body = write(request.request, request.reply);
    const auto back = parse(body);
    ASSERT_TRUE(back) << back.error().path << ": " << back.error().message << "\n" << body;
    ASSERT_EQ(*back, request) << body;
  }
}

std::vector<canon::Event> read(const std::string& stream, int choices = 1) {
  StreamReader reader(choices);
  auto events = reader.feed(stream);
  for (auto rest = reader.end(); auto& event : rest) events.push_back(std::move(event));
  EXPECT_EQ(canon::first_violation(events, choices), std::nullopt);
  return events;
}

std::string data(const std::string& json) {
  return "data: " + json + "\n\n";
}

std::string failure_of(const std::vector<canon::Event>& events) {
  const auto* failed = events.empty() ? nullptr : std::get_if<canon::Failed>(&events.back().what);
  return failed == nullptr ? "finished" : failed->failure.message;
}

TEST(ChatClient, reads_a_server_that_says_no_more_than_it_must) {
  const auto events = read(
      data(R"({"choices":[{"index":0,"delta":{"content":"a"}}]})") +
      data(
          R"({"choices":[{"index":0,"delta":{"tool_calls":[{"function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}]})"));
  const std::vector<canon::Event> expected{{0, canon::Started{}},
                                           {0, canon::BlockOpened{canon::BlockKind::text, "", ""}},
                                           {0, canon::Delta{"a", 0, 0, {}}},
                                           {0, canon::BlockClosed{}},
                                           {0, canon::BlockOpened{canon::BlockKind::call, "call_0", "f"}},
                                           {0, canon::Delta{"{}", 0, 0, {}}},
                                           {0, canon::BlockClosed{}},
                                           {0, canon::Finished{}}};
  EXPECT_EQ(events, expected);
}

TEST(ChatClient, fails_when_the_stream_breaks) {
  const std::string begun = data(R"({"choices":[{"index":0,"delta":{"content":"a"}}]})");
  EXPECT_EQ(failure_of(read("")), "the server ended its answer before it was complete");
  EXPECT_EQ(failure_of(read(begun)), "the server ended its answer before it was complete");
  EXPECT_EQ(failure_of(read(begun + data("{oops"))), "the server sent an event that is no JSON");
  EXPECT_EQ(failure_of(read(begun + data(R"({"error":"out of memory"})"))), "out of memory");
  const std::string call =
      R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}]}}]})";
  EXPECT_EQ(failure_of(read(data(call) + begun)), "the server sent the parts of its answer out of order");
  EXPECT_EQ(failure_of(read(begun + data(R"({"choices":[{"index":0,"delta":{},"finish_reason":"abort"}]})"))),
            "the server broke off its answer");
  EXPECT_EQ(
      failure_of(read(begun + data(R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0}]}}]})"))),
      "the server began a tool call without a name");
}

TEST(ChatClient, drops_blanks_that_come_too_late) {
  const std::string call =
      R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}]}}]})";
  const std::string blank = R"({"choices":[{"index":0,"delta":{"content":"\n"},"finish_reason":"stop"}]})";
  EXPECT_EQ(failure_of(read(data(call) + data(blank) + data("[DONE]"))), "finished");
}

TEST(ChatClient, leaves_out_what_is_thought_between_messages) {
  const std::string begun = data(R"({"choices":[{"index":0,"delta":{"content":"a"}}]})");
  const std::string late = data(R"({"choices":[{"index":0,"delta":{"reasoning":"late"}}]})");
  const std::string more =
      data(R"({"choices":[{"index":0,"delta":{"content":"b"},"finish_reason":"stop"}]})");
  const auto events = read(begun + late + more + data("[DONE]"));
  EXPECT_EQ(failure_of(events), "finished");
  std::string text;
  for (const auto& event : events) {
    if (const auto* delta = std::get_if<canon::Delta>(&event.what)) text += delta->text;
  }
  EXPECT_EQ(text, "ab");
}

TEST(ChatClient, gives_two_calls_two_ids) {
  const std::string call = R"({"index":0,"id":"same","function":{"name":"f"}})";
  const std::string other = R"({"index":1,"id":"same","function":{"name":"f"}})";
  EXPECT_EQ(failure_of(read(data(R"({"choices":[{"index":0,"delta":{"tool_calls":[)" + call + "," + other +
                                 R"(]},"finish_reason":"tool_calls"}]})"))),
            "finished");
}

TEST(ChatClient, reads_refusals_by_type_or_status) {
  const base::Failure typed = read_error(
      400, R"({"error":{"message":"n: too many","type":"request_params_invalid","param":"n","code":null}})");
  EXPECT_EQ(typed, (base::Failure{base::FailureKind::invalid_request, "too many", "n", std::nullopt}));
  EXPECT_EQ(read_error(503, R"({"error":{"message":"late","type":"timeout"}})").kind,
            base::FailureKind::deadline);
  EXPECT_TRUE(read_error(429, "{}").retry_after);
  const auto over = R"({"error":{"message":"m","type":"BadRequestError","code":"context_length_exceeded"}})";
  EXPECT_EQ(read_error(400, over).kind, base::FailureKind::too_long);
  EXPECT_EQ(read_error(400, R"({"error":{"message":"m","type":"request_params_invalid"}})").kind,
            base::FailureKind::invalid_request);
  EXPECT_EQ(read_error(429, R"({"error":{"message":"slow down","type":"requests"}})").kind,
            base::FailureKind::rate_limited);
  EXPECT_EQ(read_error(502, "<html>").message, "the server answered with status 502");
}

TEST(ChatClient, hands_on_how_long_a_server_wants_to_be_left_alone) {
  using std::chrono::seconds;
  EXPECT_EQ(read_error(429, "{}", "17").retry_after, seconds(17));
  EXPECT_EQ(read_error(503, "{}", "0").retry_after, seconds(0));
  for (const char* no_seconds : {"", "-1", "1.5", "99999999999", "100000", "Wed, 21 Oct 2026 07:28:00 GMT"}) {
    EXPECT_EQ(read_error(429, "{}", no_seconds).retry_after, seconds(1)) << no_seconds;
    EXPECT_EQ(read_error(503, "{}", no_seconds).retry_after, std::nullopt) << no_seconds;
  }
  EXPECT_EQ(read_error(400, "{}", "17").retry_after, std::nullopt);
}

TEST(ChatClient, fails_on_a_reply_that_is_none) {
  EXPECT_EQ(failure_of(read_reply("<html>", 1)), "the server sent a reply that is no JSON");
  EXPECT_EQ(failure_of(read_reply("{}", 1)), "the server ended its answer before it was complete");
  EXPECT_EQ(canon::first_violation(read_reply("[]", 2), 2), std::nullopt);
}

}  // namespace
}  // namespace trilogue::dialect::chat
