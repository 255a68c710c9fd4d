#include "engine/syntax/scanner.h"

#include <algorithm>
#include <utility>

#include "engine/syntax/argument_reader.h"
#include "engine/syntax/block_writer.h"
#include "engine/syntax/call_head.h"
#include "engine/syntax/call_heads.h"
#include "engine/syntax/marker_matcher.h"
#include "engine/syntax/scanner_markers.h"
#include "engine/syntax/spelling.h"
#include "engine/syntax/visible_text.h"
#include "wire/utf8.h"

namespace trilogue::engine::syntax {
namespace {

using canon::BlockKind;
using Out = std::vector<canon::Happening>;

int newlines_after(std::string_view marker) {
  int count = 0;
  while (marker.ends_with('\n')) {
    marker.remove_suffix(1);
    ++count;
  }
  return count;
}

}  // namespace

struct Scanner::State {
  // hidden: reasoning that comes after text, which no block may hold. between: after a call.
  enum class Zone { reasoning, hidden, answer, head, arguments, between, stopped };

  State(OutputSyntax given, ScannerOptions opts)
      : syntax(spelled(std::move(given))),
        options(std::move(opts)),
        heads(options.read_calls && syntax.has_calls ? heads_of(syntax) : Heads{}),
        in_reasoning(common_markers(syntax, heads)),
        in_answer(answer_markers(syntax, heads)),
        after_call(common_markers(syntax, heads)),
        zone(options.opens_in_reasoning ? Zone::reasoning : Zone::answer),
        answer(options.stop, heads.tagged.empty()),
        writer(nothing) {}

  void feed_bytes(const std::string& bytes);
  void step(char byte, std::string& rest);
  void step_answer(char byte, std::string& rest);
  void step_head(char byte, std::string& rest);
  void step_arguments(char byte);
  void found(int meaning);
  void found_in_answer(int meaning);

  void reasoning_text(std::string_view text);
  void answer_text(std::string_view text);
  void enter_reasoning(Zone into);
  void leave_reasoning();
  void give_up_head(std::string& rest);
  void begin_head(std::string tag, std::string_view rest);
  void open_call();

  void finish_held(bool cut);
  void finish(bool cut);

  bool is_tool(std::string_view name) const;
  std::string_view schema_of(std::string_view name) const;
  bool nothing_held() const { return in_answer.held_back().empty() && answer.holds_nothing(); }
  bool counts_as_reasoning() const { return zone == Zone::reasoning || zone == Zone::hidden; }
  void count_token(bool was_reasoning);

  OutputSyntax syntax;  // in the inner spelling; its atoms are plain
  ScannerOptions options;
  Heads heads;
  MarkerMatcher in_reasoning;
  MarkerMatcher in_answer;
  MarkerMatcher after_call;

  Zone zone;
  std::string part;       // of a character that has not come whole
  int trim_newlines = 0;  // that belong to the end of the reasoning
  ReasoningText reasoning;
  AnswerText answer;
  std::unique_ptr<CallHead> head;
  std::unique_ptr<ArgumentReader> arguments;
  bool called = false;
  std::optional<std::string> stopped;
  int output_tokens = 0;
  int reasoning_tokens = 0;
  int undecided_tokens = 0;  // wholly held back: the beginning of reasoning, or text
  Out nothing;
  BlockWriter writer;
};

void Scanner::State::feed_bytes(const std::string& bytes) {
  std::string rest;
  for (const char byte : bytes) {
    step(byte, rest);
    // What a matcher gives back is shorter than a marker, and less each time.
    while (!rest.empty()) {
      const char next = rest.front();
      rest.erase(0, 1);
      step(next, rest);
    }
  }
}

void Scanner::State::step(char byte, std::string& rest) {
  switch (zone) {
    case Zone::reasoning:
    case Zone::hidden: {
      std::string text;
      const int meaning = in_reasoning.step(byte, text);
      reasoning_text(text);
      if (meaning == MarkerMatcher::kNothing) return;
      rest.insert(0, in_reasoning.take_rest());
      return found(meaning);
    }
    case Zone::answer:
      return step_answer(byte, rest);
    case Zone::head:
      return step_head(byte, rest);
    case Zone::arguments:
      return step_arguments(byte);
    case Zone::between: {
      if (heads.bare_further && byte == heads.bare_further->front()) {
        begin_head("", *heads.bare_further);
        return step_head(byte, rest);
      }
      std::string ignored;
      const int meaning = after_call.step(byte, ignored);
      if (meaning == MarkerMatcher::kNothing) return;
      rest.insert(0, after_call.take_rest());
      return found(meaning);
    }
    case Zone::stopped:
      return;
  }
}

void Scanner::State::step_answer(char byte, std::string& rest) {
  if (byte == '\n' && trim_newlines > 0) {
    --trim_newlines;
    return;
  }
  trim_newlines = 0;
  if (heads.bare && !answer.has_begun() && nothing_held() && byte == heads.bare->front()) {
    begin_head("", *heads.bare);
    return step_head(byte, rest);
  }
  std::string text;
  const int meaning = in_answer.step(byte, text);
  answer_text(text);
  if (meaning == MarkerMatcher::kNothing) return;
  rest.insert(0, in_answer.take_rest());
  found(meaning);
}

void Scanner::State::step_head(char byte, std::string& rest) {
  switch (head->step(byte)) {
    case CallHead::Progress::reading:
      return;
    case CallHead::Progress::named:
      if (is_tool(head->name())) return open_call();
      break;
    case CallHead::Progress::failed:
      break;
  }
  give_up_head(rest);
}

// No call after all. Its tags go, what they held is text; after a call nothing is text any more.
void Scanner::State::give_up_head(std::string& rest) {
  zone = called ? Zone::between : Zone::answer;
  if (called) return;
  const std::string remains = head->remains();
  answer.begin_if_seen(remains);
  rest.insert(0, remains);
}

void Scanner::State::step_arguments(char byte) {
  std::string json;
  const bool whole = arguments->step(byte, json);
  writer.write(BlockKind::call, json);
  if (!whole) return;
  writer.close(false);
  zone = Zone::between;
}

void Scanner::State::found(int meaning) {
  if (meaning >= kHead) {
    const Head& one = heads.tagged[static_cast<std::size_t>(meaning - kHead)];
    return begin_head(one.tag, one.rest);
  }
  if (zone == Zone::answer) return found_in_answer(meaning);
  if (counts_as_reasoning() && meaning == kReasoningEnd) leave_reasoning();
}

void Scanner::State::found_in_answer(int meaning) {
  if (meaning != kReasoningBegin) return;
  answer.hold_begins_text();
  if (!answer.has_begun()) return enter_reasoning(Zone::reasoning);
  // Only a token that means nothing else may take the rest of an answer away.
  if (syntax.reasoning_begin.find(kAtomOpens) != std::string::npos) enter_reasoning(Zone::hidden);
}

void Scanner::State::enter_reasoning(Zone into) {
  zone = into;
  answer.drop_space();
  if (into == Zone::reasoning) reasoning.begin(writer);
}

void Scanner::State::leave_reasoning() {
  zone = Zone::answer;
  reasoning.end_at_marker();
  trim_newlines = std::max(1, newlines_after(syntax.reasoning_end));
}

void Scanner::State::reasoning_text(std::string_view text) {
  if (zone != Zone::hidden) reasoning.add(text, writer);
}

void Scanner::State::answer_text(std::string_view text) {
  if (zone == Zone::stopped || !answer.add(text, writer)) return;
  stopped = options.stop[static_cast<std::size_t>(answer.stopped_by())];
  zone = Zone::stopped;
}

void Scanner::State::begin_head(std::string tag, std::string_view rest) {
  zone = Zone::head;
  reasoning.end_at_marker();
  head = std::make_unique<CallHead>(std::move(tag), rest, syntax.call.name_end);
}

void Scanner::State::open_call() {
  answer.end(writer);
  answer.drop_space();
  called = true;
  writer.open_call(options.make_call_id ? options.make_call_id() : "", head->name());
  arguments = make_argument_reader(syntax.call, schema_of(head->name()));
  zone = Zone::arguments;
}

bool Scanner::State::is_tool(std::string_view name) const {
  const auto named = [name](const canon::Tool& tool) { return tool.name == name; };
  return options.tools && std::any_of(options.tools->begin(), options.tools->end(), named);
}

std::string_view Scanner::State::schema_of(std::string_view name) const {
  if (!options.tools) return {};
  for (const canon::Tool& tool : *options.tools) {
    if (tool.name == name) return tool.parameters;
  }
  return {};
}

// A token belongs to reasoning when it begins or ends in it; those that spelled its marker are found out
// later.
void Scanner::State::count_token(bool was_reasoning) {
  if (was_reasoning || counts_as_reasoning()) {
    reasoning_tokens += 1 + std::exchange(undecided_tokens, 0);
  } else if (zone == Zone::answer && !in_answer.held_back().empty()) {
    ++undecided_tokens;
  } else {
    undecided_tokens = 0;
  }
}

// What the matcher of this zone held back is decided now; a marker among it may lead to another zone. Where
// the limit fell, the beginning of a marker is taken for one: of a text that is cut nobody misses the last
// letters.
void Scanner::State::finish_held(bool cut) {
  while (counts_as_reasoning() || zone == Zone::answer) {
    MarkerMatcher& matcher = zone == Zone::answer ? in_answer : in_reasoning;
    std::string text;
    const int meaning = matcher.end(text);
    if (cut && meaning == MarkerMatcher::kNothing) return;
    zone == Zone::answer ? answer_text(text) : reasoning_text(text);
    if (meaning == MarkerMatcher::kNothing) return;
    std::string rest = matcher.take_rest();
    found(meaning);
    feed_bytes(rest);
  }
}

void Scanner::State::finish(bool cut) {
  finish_held(cut);
  // A call that was cut before its name is known is nothing; one that the model left so is text.
  if (zone == Zone::head && !(cut && head->is_tagged())) {
    std::string rest;
    give_up_head(rest);
    feed_bytes(rest);
    finish_held(cut);
  }
  if (zone == Zone::reasoning && cut) reasoning.end_cut(writer);
  if (zone == Zone::answer) answer.end(writer);
  if (zone == Zone::answer) answer.show_space(writer);
  bool whole = !cut;
  if (zone == Zone::arguments) {
    std::string json;
    whole = arguments->end(cut, json);
    writer.write(BlockKind::call, json);
  }
  // Reasoning stays open until something follows it: the limit fell behind it, not inside.
  if (writer.open() == BlockKind::reasoning && !counts_as_reasoning()) whole = true;
  writer.close(!whole);
}

Scanner::Scanner(OutputSyntax syntax, ScannerOptions options)
    : state_(std::make_unique<State>(std::move(syntax), std::move(options))) {}
Scanner::~Scanner() = default;

void Scanner::feed(Piece piece, int output_tokens, Out& out) {
  State& state = *state_;
  state.writer.aim_at(out);
  const bool was_reasoning = state.counts_as_reasoning();
  if (piece.special) {
    state.feed_bytes(wire::replace_invalid_utf8(std::exchange(state.part, {})));
    const auto& atoms = state.syntax.atoms;
    if (std::find(atoms.begin(), atoms.end(), piece.bytes) != atoms.end())
      state.feed_bytes(spell_atom(piece.bytes));
  } else {
    std::string bytes = std::exchange(state.part, {});
    bytes += piece.bytes;
    const std::size_t whole = bytes.size() - wire::incomplete_tail(bytes);
    state.part = bytes.substr(whole);
    bytes.resize(whole);
    state.feed_bytes(wire::is_valid_utf8(bytes) ? bytes : wire::replace_invalid_utf8(bytes));
  }
  state.output_tokens = output_tokens;
  state.count_token(was_reasoning);
  state.writer.count(output_tokens, state.reasoning_tokens);
}

void Scanner::finish(bool cut, Out& out) {
  State& state = *state_;
  state.writer.aim_at(out);
  state.feed_bytes(wire::replace_invalid_utf8(std::exchange(state.part, {})));
  state.finish(cut);
  state.writer.count(state.output_tokens, state.reasoning_tokens);
}

Phase Scanner::phase() const {
  using Zone = State::Zone;
  switch (state_->zone) {
    case Zone::reasoning:
    case Zone::hidden:
      return Phase::reasoning;
    case Zone::answer:
    case Zone::stopped:
      return Phase::answer;
    case Zone::head: {
      // Without a tag, a brace alone is no call yet.
      const bool bare = !state_->called && state_->heads.bare.has_value();
      return bare && !state_->head->is_certain() ? Phase::answer : Phase::call;
    }
    case Zone::arguments:
    case Zone::between:
      return Phase::call;
  }
  return Phase::answer;
}

int Scanner::reasoning_tokens() const {
  return state_->reasoning_tokens;
}
bool Scanner::has_calls() const {
  return state_->called;
}
const std::optional<std::string>& Scanner::stopped_by() const {
  return state_->stopped;
}

}  // namespace trilogue::engine::syntax
