#include "engine/scripted/scripted_engine.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

namespace trilogue::engine::scripted {
namespace asio = boost::asio;

namespace {

using Clock = std::chrono::steady_clock;

// A story tells choice 0; a request for more gets it once for each, unless the story tells them itself.
std::vector<Step> steps_for(const Story& story, int choices) {
  const bool told = std::any_of(story.steps.begin(), story.steps.end(),
                                [](const Step& step) { return step.event.choice > 0; });
  if (choices == 1 || told) return story.steps;
  std::vector<Step> steps;
  for (const auto& step : story.steps) {
    for (int choice = 0; choice < choices; ++choice) {
      steps.push_back(step);
      steps.back().event.choice = choice;
      if (choice > 0) steps.back().wait = {};
    }
  }
  return steps;
}

std::optional<int> prompt_tokens_of(const Story& story) {
  for (const auto& step : story.steps) {
    if (const auto* started = std::get_if<canon::Started>(&step.event.what)) return started->prompt_tokens;
  }
  return std::nullopt;
}

class ScriptedStream final : public EventStream {
 public:
  ScriptedStream(std::shared_ptr<const Story> story, int choices, asio::any_io_executor executor)
      : story_(std::move(story)), choices_(choices), executor_(std::move(executor)), due_(Clock::now()) {
    if (choices > 1) own_steps_ = steps_for(*story_, choices);
  }

  asio::awaitable<std::vector<canon::Event>> next(base::SteadyTime until) override {
    constexpr auto quietly = asio::as_tuple(asio::use_awaitable);
    std::vector<canon::Event> ready = take_ready();
    while (ready.empty() && !stopped_ && at_ < steps().size() && Clock::now() < until) {
      if (!timer_) timer_.emplace(executor_);
      timer_->expires_at(std::min(until, due_ + steps()[at_].wait));
      co_await timer_->async_wait(quietly);
      ready = take_ready();
    }
    co_return ready;
  }

  std::optional<int> prompt_tokens() const override { return prompt_tokens_of(*story_); }

  void stop() override {
    stopped_ = true;
    if (timer_) timer_->cancel();
  }

 private:
  const std::vector<Step>& steps() const { return own_steps_.empty() ? story_->steps : own_steps_; }

  std::vector<canon::Event> take_ready() {
    std::vector<canon::Event> events;
    if (stopped_) return events;
    while (at_ < steps().size()) {
      const Step& step = steps()[at_];
      if (step.wait.count() > 0) {
        if (Clock::now() < due_ + step.wait) break;
        due_ += step.wait;
      }
      if (step.event.choice < choices_) {  // a story may tell more than was asked for
        events.push_back(step.event);
        if (auto* started = std::get_if<canon::Started>(&events.back().what)) started->began = due_;
      }
      ++at_;
    }
    return events;
  }

  std::shared_ptr<const Story> story_;
  int choices_;
  std::vector<Step> own_steps_;  // for several choices
  asio::any_io_executor executor_;
  std::optional<asio::steady_timer> timer_;
  Clock::time_point due_;  // when the last step was due
  std::size_t at_ = 0;
  bool stopped_ = false;
};

}  // namespace

ScriptedEngine::ScriptedEngine(std::vector<Story> scenes) {
  for (auto& scene : scenes) scenes_.push_back(std::make_shared<const Story>(std::move(scene)));
}

base::Result<std::unique_ptr<ScriptedEngine>> ScriptedEngine::load(const std::string& file) {
  std::ifstream in(file);
  if (!in) return base::invalid(file, "cannot read " + file + ": " + std::strerror(errno));
  std::vector<std::string> texts(1);
  int line_number = 0;
  std::vector<int> first_lines{0};
  for (std::string line; std::getline(in, line);) {
    ++line_number;
    if (line == "---") {
      texts.emplace_back();
      first_lines.push_back(line_number);
    } else {
      texts.back() += line + "\n";
    }
  }
  std::vector<Story> scenes;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto story = Story::parse(texts[i]);
    if (!story) {
      return base::invalid(
          file, file + ", story after line " + std::to_string(first_lines[i]) + ": " + story.error().message);
    }
    scenes.push_back(std::move(*story));
  }
  return std::make_unique<ScriptedEngine>(std::move(scenes));
}

const std::shared_ptr<const Story>& ScriptedEngine::scene_for(const canon::Request& request) const {
  const auto rounds = std::count_if(request.turns.begin(), request.turns.end(), [](const canon::Turn& turn) {
    const auto* assistant = std::get_if<canon::AssistantTurn>(&turn);
    return assistant != nullptr && !assistant->calls.empty();
  });
  return scenes_[std::min(static_cast<std::size_t>(rounds), scenes_.size() - 1)];
}

asio::awaitable<base::Result<void>> ScriptedEngine::prepare(std::chrono::milliseconds time,
                                                            Patience patience) {
  if (time.count() == 0) co_return base::Result<void>();
  const base::SteadyTime ready = Clock::now() + time;
  const bool in_time = ready <= patience.until;
  patience.until = std::min(patience.until, ready);
  asio::any_io_executor executor = co_await asio::this_coro::executor;
  http::Wait wait(std::move(executor));
  auto waited = wait_for(wait, std::move(patience), [] {});  // nobody wakes it
  const auto outcome = co_await std::move(waited);
  if (in_time && outcome.error().kind == base::FailureKind::deadline) co_return base::Result<void>();
  co_return outcome;
}

asio::awaitable<base::Result<std::unique_ptr<EventStream>>> ScriptedEngine::start(canon::Request request,
                                                                                  Patience patience) {
  const std::shared_ptr<const Story> scene = scene_for(request);
  const auto prepared = co_await prepare(scene->preparing, std::move(patience));
  if (!prepared) co_return base::fail(prepared.error());
  asio::any_io_executor executor = co_await asio::this_coro::executor;
  std::unique_ptr<EventStream> stream =
      std::make_unique<ScriptedStream>(scene, request.choices, std::move(executor));
  co_return stream;
}

asio::awaitable<base::Result<TokenCount>> ScriptedEngine::count(canon::Request request, Patience patience) {
  const std::shared_ptr<const Story> scene = scene_for(request);
  const auto prepared = co_await prepare(scene->preparing, std::move(patience));
  if (!prepared) co_return base::fail(prepared.error());
  co_return TokenCount{prompt_tokens_of(*scene).value_or(0)};
}

}  // namespace trilogue::engine::scripted
