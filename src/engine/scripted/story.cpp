#include "engine/scripted/story.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/enum_table.h"
#include "engine/scripted/story_line.h"

namespace trilogue::engine::scripted {

namespace {

constexpr base::EnumTable<canon::BlockKind, 3> kBlockNames{{{canon::BlockKind::reasoning, "reasoning"},
                                                            {canon::BlockKind::text, "text"},
                                                            {canon::BlockKind::call, "call"}}};
static_assert(base::is_complete(kBlockNames));

constexpr base::EnumTable<canon::StopReason, 5> kReasonNames{
    {{canon::StopReason::end_of_turn, "end_of_turn"},
     {canon::StopReason::stop_string, "stop_string"},
     {canon::StopReason::token_limit, "token_limit"},
     {canon::StopReason::tool_calls, "tool_calls"},
     {canon::StopReason::content_filter, "content_filter"}}};
static_assert(base::is_complete(kReasonNames));

using base::FailureKind;
constexpr base::EnumTable<FailureKind, base::kFailureKinds> kFailureNames{
    {{FailureKind::invalid_request, "invalid_request"},
     {FailureKind::unauthenticated, "unauthenticated"},
     {FailureKind::quota_exceeded, "quota_exceeded"},
     {FailureKind::forbidden, "forbidden"},
     {FailureKind::not_found, "not_found"},
     {FailureKind::method_not_allowed, "method_not_allowed"},
     {FailureKind::too_large, "too_large"},
     {FailureKind::too_long, "too_long"},
     {FailureKind::unsupported_media_type, "unsupported_media_type"},
     {FailureKind::rate_limited, "rate_limited"},
     {FailureKind::internal, "internal"},
     {FailureKind::unavailable, "unavailable"},
     {FailureKind::deadline, "deadline"},
     {FailureKind::cancelled, "cancelled"}}};
static_assert(base::is_complete(kFailureNames));

constexpr int kMostTimes = 1'000'000;

// What the lines before have said about one choice.
struct Progress {
  canon::Usage usage;
  bool reasoning = false;  // the open block is one
};

using Parsed = base::Result<std::vector<canon::Happening>>;

Parsed read_started(StoryLine& line, Progress& progress) {
  progress.usage.prompt_tokens = line.take_int("prompt").value_or(0);
  progress.usage.cached_tokens = line.take_int("cached").value_or(0);
  return Parsed({canon::Started{progress.usage.prompt_tokens, progress.usage.cached_tokens}});
}

Parsed read_open(StoryLine& line, Progress& progress) {
  const auto kind = base::from_text(kBlockNames, line.take_word().value_or(""));
  if (!kind) return base::invalid({}, "open what? reasoning, text or call");
  canon::BlockOpened opened{*kind, {}, {}};
  if (*kind == canon::BlockKind::call) {
    const auto name = line.take("name");
    const auto id = line.take("id");
    if (!name || !id) return base::invalid({}, "a call needs name= and id=");
    opened.name = name->value;
    opened.call_id = id->value;
  }
  progress.reasoning = *kind == canon::BlockKind::reasoning;
  return Parsed({std::move(opened)});
}

base::Result<std::vector<canon::TokenLogprob>> read_logprob(StoryLine& line, const std::string& text) {
  const auto word = line.take("logprob");
  if (!word) return std::vector<canon::TokenLogprob>{};
  const auto logprob = number_of(word->value);
  if (!logprob) return base::invalid({}, "logprob= wants a number");
  canon::TokenLogprob token{text, *logprob, {}};
  while (const auto top = line.take("top")) {
    const auto other = number_of(top->after);
    if (!other) return base::invalid({}, "top= wants \"token\":number");
    token.top.emplace_back(top->value, *other);
  }
  return std::vector<canon::TokenLogprob>{std::move(token)};
}

Parsed read_delta(StoryLine& line, Progress& progress) {
  const auto text = line.take_quoted();
  if (!text) return base::invalid({}, "delta wants a quoted text");
  const int tokens = line.take_int("tokens").value_or(1);
  const int times = line.take_int("times").value_or(1);
  if (tokens < 0 || times < 1 || times > kMostTimes)
    return base::invalid({}, "tokens= or times= out of range");
  const auto logprobs = read_logprob(line, *text);
  if (!logprobs) return base::fail(logprobs.error());
  std::vector<canon::Happening> deltas;
  for (int i = 0; i < times; ++i) {
    progress.usage.output_tokens += tokens;
    if (progress.reasoning) progress.usage.reasoning_tokens += tokens;
    deltas.push_back(
        canon::Delta{*text, progress.usage.output_tokens, progress.usage.reasoning_tokens, *logprobs});
  }
  return deltas;
}

Parsed read_close(StoryLine& line) {
  const auto word = line.take_word();
  if (word && *word != "cut") return base::invalid({}, "close, or close cut");
  return Parsed({canon::BlockClosed{word.has_value()}});
}

Parsed read_finish(StoryLine& line, Progress& progress) {
  const auto reason = base::from_text(kReasonNames, line.take_word().value_or(""));
  if (!reason) return base::invalid({}, "finish for which reason?");
  std::string stop_string;
  if (*reason == canon::StopReason::stop_string) stop_string = line.take_quoted().value_or("");
  canon::Usage& usage = progress.usage;
  usage.output_tokens = line.take_int("output").value_or(usage.output_tokens);
  usage.reasoning_tokens = line.take_int("reasoning").value_or(usage.reasoning_tokens);
  return Parsed({canon::Finished{*reason, std::move(stop_string), usage}});
}

Parsed read_fail(StoryLine& line, Progress& progress) {
  const auto kind = base::from_text(kFailureNames, line.take_word().value_or(""));
  const auto message = line.take_quoted();
  if (!kind || !message) return base::invalid({}, "fail wants a kind and a quoted message");
  base::Failure failure{*kind, *message, {}, std::nullopt};
  if (const auto seconds = line.take_int("retry_after")) failure.retry_after = std::chrono::seconds(*seconds);
  return Parsed({canon::Failed{std::move(failure), progress.usage}});
}

Parsed read_verb(std::string_view verb, StoryLine& line, Progress& progress) {
  if (verb == "started") return read_started(line, progress);
  if (verb == "open") return read_open(line, progress);
  if (verb == "delta") return read_delta(line, progress);
  if (verb == "close") return read_close(line);
  if (verb == "finish") return read_finish(line, progress);
  if (verb == "fail") return read_fail(line, progress);
  return base::invalid({}, "no such line: " + std::string(verb));
}

base::Result<std::chrono::milliseconds> read_time(StoryLine& line) {
  const std::string text = line.take_word().value_or("");
  const auto number =
      text.ends_with("ms") ? number_of(std::string_view(text).substr(0, text.size() - 2)) : std::nullopt;
  if (!number || *number < 0 || *number > 1e9) return base::invalid({}, "expected a time such as 20ms");
  return std::chrono::milliseconds(static_cast<long long>(*number));
}

class StoryReader final {
 public:
  base::Result<void> read(std::string_view text_line) {
    auto line = StoryLine::parse(text_line);
    if (!line) return base::fail(line.error());
    if (line->empty()) return {};
    const int choice = line->take_int("choice").value_or(0);
    const std::string verb = line->take_word().value_or("");
    if (choice < 0 || choice > 127) return base::invalid({}, "choice= out of range");
    auto read = verb == "wait"      ? add_time(*line, wait_)
                : verb == "prepare" ? add_time(*line, story_.preparing)
                                    : read_events(verb, *line, choice);
    if (!read) return read;
    if (const auto word = line->left_over()) return base::invalid({}, "not understood: " + *word);
    return {};
  }

  Story take() { return std::move(story_); }

 private:
  static base::Result<void> add_time(StoryLine& line, std::chrono::milliseconds& to) {
    const auto time = read_time(line);
    if (!time) return base::fail(time.error());
    to += *time;
    return {};
  }

  base::Result<void> read_events(std::string_view verb, StoryLine& line, int choice) {
    auto events = read_verb(verb, line, progress_[choice]);
    if (!events) return base::fail(events.error());
    for (auto& what : *events) {
      story_.steps.push_back({std::exchange(wait_, std::chrono::milliseconds(0)), {choice, std::move(what)}});
    }
    return {};
  }

  Story story_;
  std::map<int, Progress> progress_;
  std::chrono::milliseconds wait_{0};
};

}  // namespace

base::Result<Story> Story::parse(std::string_view text) {
  StoryReader reader;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto read = reader.read(line);
    if (!read) return base::invalid({}, "line " + std::to_string(number) + ": " + read.error().message);
  }
  return reader.take();
}

int Story::choices() const {
  int highest = 0;
  for (const Step& step : steps) highest = std::max(highest, step.event.choice);
  return highest + 1;
}

}  // namespace trilogue::engine::scripted
