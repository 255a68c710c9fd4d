#include "teller.h"

#include <random>
#include <string>
#include <utility>

namespace trilogue::golden {

namespace {

using Events = std::vector<canon::Event>;

class Teller {
 public:
  explicit Teller(unsigned seed) : chance_(seed) {}

  Events tell() {
    add(canon::Started{usage_.prompt_tokens, usage_.cached_tokens});
    bool going = true;
    if (one_in(2)) going = block(canon::BlockKind::reasoning);
    if (going && one_in(2)) going = block(canon::BlockKind::text);
    const int calls = one_in(2) ? below(4) : 0;
    for (int i = 0; going && i < calls; ++i) going = block(canon::BlockKind::call);
    if (!going && one_in(4)) {
      add(canon::Failed{{base::FailureKind::internal, "lost", "", std::nullopt}, usage_});
    } else if (!going || one_in(8)) {
      add(canon::Finished{canon::StopReason::token_limit, "", usage_});
    } else if (calls > 0) {
      add(canon::Finished{canon::StopReason::tool_calls, "", usage_});
    } else {
      const bool matched = one_in(3);
      add(canon::Finished{matched ? canon::StopReason::stop_string : canon::StopReason::end_of_turn,
                          matched ? "END\"\n" : "", usage_});
    }
    return std::move(events_);
  }

 private:
  int below(int limit) { return static_cast<int>(chance_() % static_cast<unsigned>(limit)); }
  bool one_in(int n) { return below(n) == 0; }
  void add(canon::Happening what) { events_.push_back({0, std::move(what)}); }

  void delta(std::string text, canon::BlockKind kind) {
    const int tokens = 1 + below(3);
    usage_.output_tokens += tokens;
    if (kind == canon::BlockKind::reasoning) usage_.reasoning_tokens += tokens;
    add(canon::Delta{std::move(text), usage_.output_tokens, usage_.reasoning_tokens, {}});
  }

  // False when it was cut, so that only the end may follow.
  bool block(canon::BlockKind kind) {
    static const std::vector<std::string> words{
        "a", "", "é", "\n", "\"", "🏳️‍🌈", "</think>", "\\", std::string(1, '\0')};
    const bool is_call = kind == canon::BlockKind::call;
    add(canon::BlockOpened{kind, is_call ? "call_" + std::to_string(events_.size()) : "",
                           is_call ? "f" : ""});
    const bool cut = one_in(6);
    if (!is_call) {
      for (int i = below(6); i > 0; --i) delta(words[static_cast<std::size_t>(below(9))], kind);
    } else if (cut) {
      delta("{\"a\": \"x", kind);
    } else if (!one_in(5)) {
      for (const auto* piece : {"{\"a\":", " [1.50,", "\"\\u00e9\"", ", null]", "}"}) delta(piece, kind);
    }
    add(canon::BlockClosed{cut});
    return !cut;
  }

  std::mt19937 chance_;
  canon::Usage usage_{100, 40, 0, 0};
  Events events_;
};

}  // namespace

std::vector<canon::Event> any_answer(unsigned seed) {
  return Teller(seed).tell();
}

}  // namespace trilogue::golden
