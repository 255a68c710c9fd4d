// The way of whole requests through the use cases, with the scripted engine and an exchange made of strings.
#include "serve/front_door.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "admission/secret_text.h"
#include "engine/scripted/scripted_engine.h"
#include "serve/background_run.h"
#include "serve/metrics.h"
#include "serve/reply.h"
#include "serve/routes.h"
#include "serve/running_responses.h"
#include "store/platform.h"

namespace trilogue::serve {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr const char* kPlain =
    "started prompt=12 cached=4\nopen text\ndelta \"Hello\"\ndelta \" there\"\nclose\nfinish end_of_turn\n";

constexpr const char* kBug = "a bug";

// Keeps what a handler writes. Its client may leave while the handler waits.
class PaperExchange final : public http::Exchange {
 public:
  PaperExchange(asio::io_context& io, http::Head head, std::string body)
      : io_(io), head_(std::move(head)), body_(std::move(body)) {}

  const http::Head& head() const override { return head_; }
  bool local() const override { return false; }
  bool secure() const override { return false; }
  asio::awaitable<base::Result<std::string>> read_body(std::size_t) override {
    if (body_ == kBug) throw std::logic_error(kBug);
    co_return body_;
  }
  asio::awaitable<void> reply(http::Reply reply) override {
    written = std::move(reply);
    co_return;
  }
  void open_stream(http::Reply reply) override { written = std::move(reply); }
  asio::awaitable<bool> write(std::string_view bytes) override {
    written.body += bytes;
    co_return true;
  }
  asio::awaitable<void> close_stream(std::string_view last, bool close) override {
    written.body += last;
    ended = true;
    closed = close;
    co_return;
  }
  void give_up_at(base::SteadyTime) override {}
  void must_close() override { closed = true; }
  void on_disconnect(std::function<void()> callback) override {
    if (client_leaves) asio::post(io_, std::move(callback));
  }

  bool has_bug() const { return body_ == kBug; }

  http::Reply written;
  bool ended = false;
  bool closed = false;
  bool client_leaves = false;

 private:
  asio::io_context& io_;
  http::Head head_;
  std::string body_;
};

// Begins well.
class BuggyEngine final : public engine::Engine {
 public:
  asio::awaitable<base::Result<std::unique_ptr<engine::EventStream>>> start(canon::Request,
                                                                            engine::Patience) override {
    co_return std::make_unique<Stream>();
  }
  asio::awaitable<base::Result<engine::TokenCount>> count(canon::Request, engine::Patience) override {
    throw std::logic_error(kBug);
  }
  int context_window() const override { return 100; }
  std::string_view kind() const override { return "buggy"; }
  engine::EngineStats stats() const override { return {}; }

 private:
  class Stream final : public engine::EventStream {
    asio::awaitable<std::vector<canon::Event>> next(base::SteadyTime) override {
      if (std::exchange(begun_, true)) throw std::logic_error(kBug);
      co_return std::vector{canon::Event{0, canon::Started{3, 0}}};
    }
    std::optional<int> prompt_tokens() const override { return 3; }
    void stop() override {}
    bool begun_ = false;
  };
};

class FrontDoorTest : public testing::Test {
 protected:
  void use_story(const std::string& text) {
    auto story = engine::scripted::Story::parse(text);
    ASSERT_TRUE(story) << story.error().message;
    engine_ = std::make_unique<engine::scripted::ScriptedEngine>(std::vector{std::move(*story)});
  }

  http::Reply call(std::string method, std::string path, std::string body = "",
                   std::vector<http::Header> headers = {}) {
    if (!engine_) use_story(kPlain);
    Model model;
    model.name = "step-3.5-flash-2603";
    model.owned_by = "stepai";
    model.created = 1'700'000'000;
    model.efforts = {canon::Effort::low, canon::Effort::high};
    model.default_effort = canon::Effort::low;
    model.engine = engine_.get();
    PolicyBoard policies({Catalogue({model}, {}), BrowserGuard({}), limits_});
    admission::Keyring keyring;
    keyring.load({keys_, {}}, {});
    ReasoningCache reasoning(1 << 20);
    base::Random random(1);
    const base::Log log(base::LogLevel::info, [this](std::string_view line) { log_ += line; });
    const auto clock = [] { return base::WallTime{}; };
    admission::Gate gate(keyring, 8, clock);
    admission::OperatorDesk desk(base::Secret("admin-token-of-the-test"), random, clock);
    const auto platform = std::move(store::open_platform("", false).value());
    const auto responses = std::move(store::Responses::open("", {}, clock).value());
    RunningResponses running;
    Metrics metrics;
    Services services{
        policies,        gate,    keyring, desk, reasoning, *responses, *platform.keys, *platform.ledger,
        *platform.usage, running, random,  log,  metrics,   clock,      "test"};
    services.draining = draining_;
    FrontDoor door(services);

    http::Head head;
    head.method = std::move(method);
    head.path = std::move(path);
    head.headers = std::move(headers);
    if (head.header("content-type").empty()) head.headers.push_back({"Content-Type", "application/json"});
    asio::io_context io;
    PaperExchange exchange(io, std::move(head), std::move(body));
    exchange.client_leaves = client_leaves_;
    asio::co_spawn(io, door.handle(exchange), [](const std::exception_ptr& error) {
      if (error) std::rethrow_exception(error);
    });
    if (exchange.has_bug()) {
      EXPECT_THROW(io.run(), std::logic_error);
    } else {
      io.run();
    }
    EXPECT_EQ(gate.running(), 0) << "a permit was kept";
    ended_ = exchange.ended;
    closed_ = exchange.closed;
    return exchange.written;
  }

  http::Reply chat(const std::string& more = "") {
    return call("POST", "/v1/chat/completions",
                R"({"model":"step-3.5-flash-2603","messages":[{"role":"user","content":"Hi"}])" + more + "}");
  }

  http::Reply count() {
    return call("POST", "/v1/token/count",
                R"({"model":"step-3.5-flash-2603","messages":[{"role":"user","content":"x"}]})");
  }

  int lines_with(const std::string& words) const {
    int count = 0;
    for (auto at = log_.find(words); at != std::string::npos; at = log_.find(words, at + 1)) ++count;
    return count;
  }

  std::unique_ptr<engine::Engine> engine_;
  std::vector<store::Key> keys_;
  Limits limits_{};
  bool draining_ = false;
  bool client_leaves_ = false;
  bool ended_ = false;
  bool closed_ = false;
  std::string log_;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string header(const http::Reply& reply, const std::string& name) {
  return std::string(reply.headers.value(name));
}

TEST_F(FrontDoorTest, AnswersAChatRequestWhole) {
  const auto reply = chat();
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(has(reply.body, R"("content":"Hello there")")) << reply.body;
  EXPECT_TRUE(has(reply.body, R"("prompt_tokens":12)")) << reply.body;
  EXPECT_EQ(header(reply, "X-Trace-Id").size(), 32U);
  EXPECT_EQ(header(reply, "X-Trace-Id"), header(reply, "x-request-id"));
}

TEST_F(FrontDoorTest, AnswersAfterABugUnderTheIdThatTheLogHas) {
  const auto reply = call("POST", "/v1/messages", kBug);
  EXPECT_EQ(reply.status, 500);
  EXPECT_TRUE(has(reply.body, R"("type":"error")")) << reply.body;
  EXPECT_EQ(header(reply, "request-id"), header(reply, "x-request-id"));
  EXPECT_TRUE(has(log_, "trace=" + header(reply, "x-request-id"))) << log_;
  EXPECT_TRUE(has(log_, "status=500 outcome=internal")) << log_;
  EXPECT_TRUE(closed_);
}

TEST_F(FrontDoorTest, EndsABackgroundResponseAfterABug) {
  engine_ = std::make_unique<BuggyEngine>();
  const auto reply = call("POST", "/v1/responses",
                          R"({"model":"step-3.5-flash-2603","input":"x","background":true,"stream":true})");
  EXPECT_TRUE(has(reply.body, "event: response.failed\n")) << reply.body;
  EXPECT_TRUE(has(reply.body, R"("code":"server_error")")) << reply.body;
  EXPECT_EQ(lines_with("a background response ended by a bug"), 1) << log_;
  EXPECT_EQ(lines_with("outcome=internal"), 1) << log_;
}

TEST_F(FrontDoorTest, StreamsTheSameAnswer) {
  const auto reply = chat(R"(,"stream":true)");
  EXPECT_EQ(reply.content_type, "text/event-stream; charset=utf-8");
  EXPECT_EQ(header(reply, "Cache-Control"), "no-cache");
  EXPECT_EQ(header(reply, "X-Accel-Buffering"), "no");
  EXPECT_TRUE(has(reply.body, R"("content":"Hello")"));
  EXPECT_TRUE(reply.body.ends_with("data: [DONE]\n\n"));
  EXPECT_FALSE(closed_);
}

TEST_F(FrontDoorTest, LogsOneLineWithTheTraceAndTheTokens) {
  const auto reply = chat();
  EXPECT_TRUE(has(log_, "trace=" + header(reply, "X-Trace-Id"))) << log_;
  EXPECT_TRUE(has(log_, "status=200 outcome=ok")) << log_;
  EXPECT_TRUE(has(log_, "prompt=12 cached=4 output=2")) << log_;
  EXPECT_FALSE(has(log_, "Hello"));
}

TEST_F(FrontDoorTest, LogsTheBeginningOfANameThatIsTooLong) {
  call("POST", "/v1/chat/completions",
       R"({"model":")" + std::string(250, 'm') + R"(","messages":[{"role":"user","content":"x"}]})");
  EXPECT_TRUE(has(log_, "model=mmm")) << log_;
  EXPECT_FALSE(has(log_, std::string(121, 'm'))) << log_;
}

TEST_F(FrontDoorTest, GivesATraceToWhatTheConnectionRefuses) {
  base::Random random(1);
  const auto reply = refusal(random, 431, "the head is too large");
  EXPECT_EQ(reply.status, 431);
  EXPECT_EQ(header(reply, "X-Trace-Id").size(), 32U);
  EXPECT_EQ(header(reply, "X-Trace-Id"), header(reply, "x-request-id"));
  EXPECT_TRUE(has(reply.body, R"("message":"the head is too large")")) << reply.body;
}

TEST_F(FrontDoorTest, RefusesAStreamWithPlainJson) {
  const auto reply = call("POST", "/v1/chat/completions", R"({"model":"x","stream":true,"messages":[]})");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.content_type, "application/json");
  EXPECT_TRUE(has(reply.body, R"("type":"request_params_invalid")")) << reply.body;
}

TEST_F(FrontDoorTest, NamesTheModelThatDoesNotExistAndThoseThatDo) {
  const auto reply =
      call("POST", "/v1/chat/completions", R"({"model":"gpt-5","messages":[{"role":"user","content":"x"}]})");
  EXPECT_EQ(reply.status, 400);
  EXPECT_TRUE(has(reply.body, "gpt-5") && has(reply.body, "step-3.5-flash-2603")) << reply.body;
}

TEST_F(FrontDoorTest, RefusesAnEffortThatTheModelLacks) {
  const auto reply = chat(R"(,"reasoning_effort":"medium")");
  EXPECT_EQ(reply.status, 400);
  EXPECT_TRUE(has(reply.body, R"("param":"reasoning_effort")")) << reply.body;
}

TEST_F(FrontDoorTest, AsksForAKeyOnceThereIsOneButNotForHealth) {
  keys_.emplace_back().digest = admission::digest_of("sk-longenough");
  keys_.back().id = "key_1";
  EXPECT_EQ(chat().status, 401);
  EXPECT_EQ(call("GET", "/v1/models").status, 401);
  EXPECT_EQ(call("GET", "/v1/models", "", {{"Authorization", "Bearer sk-longenough"}}).status, 200);
  EXPECT_EQ(call("GET", "/health").status, 200);
  EXPECT_EQ(call("HEAD", "/").status, 200);
  EXPECT_FALSE(has(log_, "sk-longenough"));
}

TEST_F(FrontDoorTest, IsOpenWithoutAKeyOnlyWhereThisListSaysSo) {
  keys_.emplace_back().digest = admission::digest_of("sk-longenough");
  keys_.back().id = "key_1";
  std::string open;
  for (const Route& route : routes()) {
    const std::string method(route.method);
    std::string path(route.path);
    if (const auto at = path.find('{'); at != std::string::npos)
      path.replace(at, path.find('}') + 1 - at, "x");
    const int status = call(method, path, "{}").status;
    const int with_a_wrong_key = call(method, path, "{}", {{"Authorization", "Bearer sk-of-nobody"}}).status;
    EXPECT_EQ(status == 401, with_a_wrong_key == 401) << path;
    if (status != 401) open += method + " " + std::string(route.path) + "\n";
  }
  EXPECT_EQ(open,
            "POST /admin/v1/session\nGET /console\nGET /console/{name}\nGET /health\n"
            "GET /ready\nHEAD /\n");
}

TEST_F(FrontDoorTest, AnswersWrongPathsMethodsAndContentTypes) {
  EXPECT_EQ(call("POST", "/v1/nothing").status, 404);
  EXPECT_EQ(call("POST", "/v1/responses/compact", "{}").status, 404);
  EXPECT_EQ(call("DELETE", "/v1/models").status, 405);
  EXPECT_EQ(call("GET", "/v1/models/nope").status, 404);
  EXPECT_TRUE(has(call("GET", "/v1/models/a%FFb").body,
                  "a\xEF\xBF\xBD"
                  "b"));  // JSON is UTF-8
  EXPECT_EQ(call("GET", "/v1/models/step-3.5-flash-2603").status, 200);
  EXPECT_EQ(call("POST", "/v1/chat/completions", "{}", {{"Content-Type", "text/plain"}}).status, 415);
  EXPECT_EQ(call("POST", "/v1/chat/completions", "{}", {{"Content-Type", "Application/JSON; charset=utf-8"}})
                .status,
            400);
}

TEST_F(FrontDoorTest, TellsTheMethodsOfAPath) {
  const auto wrong = call("DELETE", "/v1/models");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(header(wrong, "Allow"), "GET, HEAD, OPTIONS");
  const auto asked = call("OPTIONS", "/v1/chat/completions");
  EXPECT_EQ(asked.status, 204);
  EXPECT_EQ(header(asked, "Allow"), "POST, OPTIONS");
  EXPECT_EQ(header(asked, "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(header(call("GET", "/"), "Allow"), "");
  EXPECT_EQ(call("OPTIONS", "/v1/nothing").status, 404);
}

TEST_F(FrontDoorTest, ListsModelsForBothKindsOfClient) {
  const auto openai = call("GET", "/v1/models");
  EXPECT_TRUE(has(openai.body,
                  R"("id":"step-3.5-flash-2603","object":"model","created":1700000000,"owned_by":"stepai")"));
  EXPECT_TRUE(has(openai.body, R"("reasoning_efforts":["low","high"])")) << openai.body;
  EXPECT_FALSE(has(openai.body, "first_id"));
  const auto anthropic = call("GET", "/v1/models", "", {{"anthropic-version", "2023-06-01"}});
  EXPECT_TRUE(has(anthropic.body, R"("created_at":"2023-11-14T22:13:20Z")")) << anthropic.body;
  EXPECT_TRUE(has(anthropic.body, R"("first_id":"step-3.5-flash-2603")")) << anthropic.body;
}

TEST_F(FrontDoorTest, CountsTokens) {
  const auto reply = count();
  EXPECT_EQ(reply.body, R"({"data":{"total_tokens":12}})");
}

TEST_F(FrontDoorTest, EndsAtTheDeadlineWith503OrOneErrorEvent) {
  use_story(
      "started prompt=3\nopen text\ndelta \"a\"\nwait 60000ms\ndelta \"b\"\nclose\nfinish end_of_turn\n");
  limits_.deadline = 20ms;
  const auto whole = chat();
  EXPECT_EQ(whole.status, 503);
  EXPECT_TRUE(has(whole.body, R"("type":"timeout")")) << whole.body;
  EXPECT_EQ(header(whole, "x-should-retry"), "false");
  const auto streamed = chat(R"(,"stream":true)");
  EXPECT_EQ(streamed.status, 200);
  EXPECT_TRUE(has(streamed.body, R"(data: {"error":)")) << streamed.body;
  EXPECT_FALSE(has(streamed.body, "[DONE]"));
  EXPECT_TRUE(closed_);
  EXPECT_TRUE(has(log_, "outcome=deadline"));
}

TEST_F(FrontDoorTest, EndsAtTheDeadlineWhileTheEngineStillPrepares) {
  use_story("prepare 60000ms\nstarted prompt=3\nfinish end_of_turn\n");
  limits_.deadline = 20ms;
  for (const auto& reply : {chat(), chat(R"(,"stream":true)"), count()}) {
    EXPECT_EQ(reply.status, 503);
    EXPECT_TRUE(has(reply.body, "its time limit of 20 ms")) << reply.body;
    EXPECT_EQ(header(reply, "x-should-retry"), "false");
  }
  EXPECT_EQ(lines_with("status=503 outcome=deadline"), 3) << log_;
}

TEST_F(FrontDoorTest, StopsWhenTheClientLeavesWhileTheEngineStillPrepares) {
  use_story("prepare 60000ms\nstarted prompt=3\nfinish end_of_turn\n");
  client_leaves_ = true;
  for (const auto& reply : {chat(), chat(R"(,"stream":true)"), count()}) {
    EXPECT_TRUE(reply.body.empty()) << reply.body;
  }
  EXPECT_EQ(lines_with("outcome=client_gone"), 3) << log_;
}

TEST_F(FrontDoorTest, SendsSignsOfLifeIntoSilence) {
  use_story("started prompt=3\nopen text\nwait 50ms\ndelta \"b\"\nclose\nfinish end_of_turn\n");
  limits_.heartbeat = 10ms;
  const auto reply = chat(R"(,"stream":true)");
  EXPECT_TRUE(has(reply.body, ": ping\n\n")) << reply.body;
  EXPECT_TRUE(reply.body.ends_with("data: [DONE]\n\n"));
}

TEST_F(FrontDoorTest, StopsWhenTheClientLeaves) {
  use_story("started prompt=3\nopen text\nwait 60000ms\ndelta \"b\"\nclose\nfinish end_of_turn\n");
  client_leaves_ = true;
  chat();
  EXPECT_TRUE(has(log_, "outcome=client_gone")) << log_;
  EXPECT_TRUE(has(log_, "prompt=3")) << "what it had cost by then: " << log_;
  log_.clear();
  chat(R"(,"stream":true)");
  EXPECT_TRUE(has(log_, "outcome=client_gone")) << log_;
  EXPECT_FALSE(ended_) << "half an answer must not look whole to who only stopped sending";
}

TEST_F(FrontDoorTest, TakesNothingNewOnTheWayOut) {
  draining_ = true;
  EXPECT_EQ(chat().status, 503);
  EXPECT_EQ(call("GET", "/ready").status, 503);
  EXPECT_EQ(call("GET", "/health").status, 200);
}

TEST_F(FrontDoorTest, RefusesWebPagesOfOtherOrigins) {
  EXPECT_EQ(
      call("GET", "/v1/models", "", {{"Host", "localhost:8080"}, {"Origin", "https://evil.example"}}).status,
      403);
  EXPECT_EQ(call("GET", "/v1/models", "", {{"Host", "evil.example"}}).status, 403);
}

}  // namespace
}  // namespace trilogue::serve
