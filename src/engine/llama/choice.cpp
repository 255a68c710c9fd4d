#include "engine/llama/choice.h"

#include <algorithm>
#include <utility>

namespace trilogue::engine::llama {

Choice::Choice(int index, const Terms& terms, const Vocabulary& vocabulary, TokenChooser chooser,
               std::unique_ptr<WritingRules> rules, std::unique_ptr<syntax::Scanner> scanner)
    : index_(index),
      terms_(terms),
      vocabulary_(vocabulary),
      chooser_(std::move(chooser)),
      rules_(std::move(rules)),
      scanner_(std::move(scanner)) {}

void Choice::begin(int cached_tokens, std::vector<canon::Event>& out) {
  begun_ = true;
  cached_tokens_ = cached_tokens;
  if (!rules_) rules_ = terms_.rules->clone();
  text_ = terms_.prompt;
  out.push_back({index_, canon::Started{static_cast<int>(terms_.prompt.size()), cached_tokens,
                                        std::chrono::steady_clock::now()}});
  close_spent_reasoning(out);  // a budget of nothing
}

void Choice::take(std::span<float> logits, Nucleus& scratch, std::vector<canon::Event>& out) {
  rules_->set_reasoning(scanner_->phase() == syntax::Phase::reasoning);
  std::optional<Logprobs> logprobs;
  if (chooser_.wants_logprobs() && scanner_->phase() == syntax::Phase::answer) {
    logprobs.emplace(logits, chooser_.alternatives(), scratch);
  }
  const auto token = chooser_.choose(logits, *rules_, output_tokens_, scratch);
  const auto end = scanner_->has_calls() ? canon::StopReason::tool_calls : canon::StopReason::end_of_turn;
  if (!token) return finish(end, out);
  if (vocabulary_.is_end(*token)) {
    // The turn ended while it was thinking, but an answer of some form is owed: only the thinking ends.
    if (rules_->owes_answer() && scanner_->phase() == syntax::Phase::reasoning) return close_reasoning(out);
    ++output_tokens_;
    return finish(end, out);
  }
  if (logprobs) logprobs_.add(logprobs->of(*token, vocabulary_));
  write(*token, out);
  close_spent_reasoning(out);
}

void Choice::write(llama_token token, std::vector<canon::Event>& out) {
  text_.push_back(token);
  ++output_tokens_;
  chooser_.count(token);
  rules_->accept(token);
  const bool marker =
      vocabulary_.is_control(token) || std::binary_search(terms_.atoms.begin(), terms_.atoms.end(), token);
  scanner_->feed({vocabulary_.bytes(token), marker}, output_tokens_, happenings_);
  tell(out);
  if (scanner_->stopped_by()) return finish(canon::StopReason::stop_string, out);
  if (output_tokens_ >= terms_.token_limit) cut(out);
}

// The model would go on thinking: the end of it is written in its place, and then the model answers.
void Choice::close_spent_reasoning(std::vector<canon::Event>& out) {
  if (over_ || scanner_->phase() != syntax::Phase::reasoning) return;
  if (scanner_->reasoning_tokens() < terms_.reasoning_budget) return;
  close_reasoning(out);
}

void Choice::close_reasoning(std::vector<canon::Event>& out) {
  rules_->set_reasoning(true);
  for (const llama_token token : terms_.reasoning_end) {
    if (!over_) write(token, out);
  }
}

void Choice::cut(std::vector<canon::Event>& out) {
  finish(canon::StopReason::token_limit, out);
}

void Choice::finish(canon::StopReason reason, std::vector<canon::Event>& out) {
  if (over_) return;
  over_ = true;
  scanner_->finish(reason == canon::StopReason::token_limit, happenings_);
  tell(out);
  // Text that was held back may have been a stop string all along.
  const auto& stopped_by = scanner_->stopped_by();
  if (stopped_by) reason = canon::StopReason::stop_string;
  out.push_back({index_, canon::Finished{reason, stopped_by.value_or(""), usage()}});
  let_go();
}

void Choice::fail(base::Failure failure, std::vector<canon::Event>& out) {
  if (over_) return;
  over_ = true;
  // The grammar of events: a block that is open is closed before the end.
  if (open_block_) out.push_back({index_, canon::BlockClosed{true}});
  if (!begun_) out.push_back({index_, canon::Started{static_cast<int>(terms_.prompt.size()), 0}});
  out.push_back({index_, canon::Failed{std::move(failure), usage()}});
  let_go();
}

void Choice::let_go() {
  rules_.reset();
  text_ = std::vector<llama_token>();
}

void Choice::tell(std::vector<canon::Event>& out) {
  for (auto& happening : happenings_) {
    if (const auto* opened = std::get_if<canon::BlockOpened>(&happening)) open_block_ = opened->kind;
    if (std::holds_alternative<canon::BlockClosed>(happening)) open_block_.reset();
    auto* delta = std::get_if<canon::Delta>(&happening);
    if (delta != nullptr && open_block_ == canon::BlockKind::text)
      delta->logprobs = logprobs_.take(delta->text);
    out.push_back({index_, std::move(happening)});
  }
  happenings_.clear();
}

canon::Usage Choice::usage() const {
  return {begun_ ? static_cast<int>(terms_.prompt.size()) : 0, cached_tokens_, output_tokens_,
          scanner_->reasoning_tokens()};
}

}  // namespace trilogue::engine::llama
