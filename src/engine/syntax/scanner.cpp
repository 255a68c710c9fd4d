#include "engine/syntax/scanner.h"

#include <algorithm>
#include <utility>

#include "engine/syntax/argument_reader.h"
#include "engine/syntax/block_writer.h"
#include "engine/syntax/call_head.h"
#include "engine/syntax/call_heads.h"
#include "engine/syntax/marker_matcher.h"
#include "engine/syntax/spelling.h"
#include "wire/utf8.h"

namespace trilogue::engine::syntax {
namespace {

using canon::BlockKind;
using Out = std::vector<canon::Happening>;

// Meanings of markers; heads of calls count up from theirs.
constexpr int kNoise = 0;
constexpr int kReasoningBegin = 1;
constexpr int kReasoningEnd = 2;
constexpr int kHead = 100;

int newlines_after(std::string_view marker) {
  int count = 0;
  while (marker.ends_with('\n')) {
    marker.remove_suffix(1);
    ++count;
  }
  return count;
}

std::string_view last_word(std::string_view marker) {
  marker = without_outer_space(marker);
  while (!marker.empty() && std::any_of(marker.begin(), marker.end(), is_space)) marker.remove_prefix(1);
  return marker;
}

void add_marker(std::string_view text, int meaning, std::vector<Marker>& markers) {
  text = without_outer_space(text);
  if (!text.empty()) markers.push_back({std::string(text), meaning, false});
}

std::vector<Marker> common_markers(const OutputSyntax& syntax, const Heads& heads) {
  std::vector<Marker> markers;
  for (std::size_t i = 0; i < heads.tagged.size(); ++i) {
    markers.push_back({heads.tagged[i].tag, kHead + static_cast<int>(i), false});
  }
  add_marker(syntax.reasoning_end, kReasoningEnd, markers);
  add_marker(syntax.reasoning_begin, kReasoningBegin, markers);
  add_marker(syntax.answer_begin, kNoise, markers);
  for (const std::string& marker : syntax.noise) add_marker(marker, kNoise, markers);
  return markers;
}

std::vector<Marker> answer_markers(const OutputSyntax& syntax, const Heads& heads) {
  std::vector<Marker> markers = common_markers(syntax, heads);
  if (!heads.tagged.empty()) {
    // Ends of calls that never began, as a model leaves them behind a failed one.
    if (!first_tag(syntax.call.section_end).empty()) add_marker(syntax.call.section_end, kNoise, markers);
    if (const std::string_view tag = last_word(syntax.call.call_end); !first_tag(tag).empty()) {
      add_marker(tag, kNoise, markers);
    }
  }
  return markers;
}

// Looked for in what a reader sees, so that a marker that is taken out cannot complete one unseen.
std::vector<Marker> stop_markers(const std::vector<std::string>& stop) {
  std::vector<Marker> markers;
  for (std::size_t i = 0; i < stop.size(); ++i) {
    if (!stop[i].empty()) markers.push_back({stop[i], static_cast<int>(i), true});
  }
  return markers;
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
        in_text(stop_markers(options.stop)),
        after_call(common_markers(syntax, heads)),
        zone(options.opens_in_reasoning ? Zone::reasoning : Zone::answer),
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
  void show(std::string_view text);
  void end_text();
  void enter_reasoning(Zone into);
  void leave_reasoning();
  void give_up_head(std::string& rest);
  void begin_head(std::string tag, std::string_view rest);
  void open_call();
  void stop_at(std::size_t index);

  void finish_held();
  void finish(bool cut);

  bool is_tool(std::string_view name) const;
  std::string_view schema_of(std::string_view name) const;
  bool nothing_held() const {
    return in_answer.held_back().empty() && without_outer_space(in_text.held_back()).empty();
  }
  bool counts_as_reasoning() const { return zone == Zone::reasoning || zone == Zone::hidden; }
  void count_token(bool was_reasoning);

  OutputSyntax syntax;  // in the inner spelling; its atoms are plain
  ScannerOptions options;
  Heads heads;
  MarkerMatcher in_reasoning;
  MarkerMatcher in_answer;
  MarkerMatcher in_text;
  MarkerMatcher after_call;

  Zone zone;
  std::string part;           // of a character that has not come whole
  bool newline_held = false;  // the last one of reasoning, which may belong to the marker
  bool trim_newline = true;   // the first one of reasoning belongs to the marker
  int trim_newlines = 0;      // of an answer
  bool text_begun = false;
  std::string space;  // of an answer, which only text that follows makes text
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
  if (heads.bare && !text_begun && nothing_held() && byte == heads.bare->front()) {
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
  text_begun = text_begun || !without_outer_space(remains).empty();
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
  if (!without_outer_space(in_text.held_back()).empty()) text_begun = true;
  if (!text_begun) return enter_reasoning(Zone::reasoning);
  // Only a token that means nothing else may take the rest of an answer away.
  if (syntax.reasoning_begin.find(kAtomOpens) != std::string::npos) enter_reasoning(Zone::hidden);
}

void Scanner::State::enter_reasoning(Zone into) {
  zone = into;
  trim_newline = true;
  newline_held = false;
  space.clear();
  if (into == Zone::reasoning && writer.open() == BlockKind::reasoning)
    writer.write(BlockKind::reasoning, "\n");
}

void Scanner::State::leave_reasoning() {
  zone = Zone::answer;
  newline_held = false;
  trim_newlines = std::max(1, newlines_after(syntax.reasoning_end));
}

void Scanner::State::reasoning_text(std::string_view text) {
  if (text.empty() || zone == Zone::hidden) return;
  if (std::exchange(trim_newline, false) && text.front() == '\n') text.remove_prefix(1);
  if (text.empty()) return;
  std::string visible = (newline_held ? "\n" : "") + plain(text);
  newline_held = visible.ends_with('\n');
  if (newline_held) visible.pop_back();
  writer.write(BlockKind::reasoning, visible);
}

void Scanner::State::answer_text(std::string_view text) {
  std::string visible;
  for (const char byte : plain(text)) {
    if (zone == Zone::stopped) return;
    const int stop = in_text.step(byte, visible);
    if (stop == MarkerMatcher::kNothing) continue;
    show(visible);
    stop_at(static_cast<std::size_t>(stop));
  }
  show(visible);
}

// Whitespace waits for text after it: before a call it belongs to nobody.
void Scanner::State::show(std::string_view text) {
  if (text.empty() || zone == Zone::stopped) return;
  space += text;
  if (without_outer_space(space).empty() && (!text_begun || !heads.tagged.empty())) return;
  text_begun = true;
  std::string visible = std::exchange(space, {});
  if (!heads.tagged.empty()) {
    std::size_t end = visible.size();
    while (end > 0 && is_space(visible[end - 1])) --end;
    space = visible.substr(end);
    visible.resize(end);
  }
  writer.write(BlockKind::text, visible);
}

// Text follows no more: what could have become a stop string is text.
void Scanner::State::end_text() {
  std::string visible;
  in_text.end(visible);
  show(visible);
}

void Scanner::State::begin_head(std::string tag, std::string_view rest) {
  zone = Zone::head;
  newline_held = false;
  head = std::make_unique<CallHead>(std::move(tag), rest, syntax.call.name_end);
}

void Scanner::State::open_call() {
  end_text();
  space.clear();
  called = true;
  writer.open_call(options.make_call_id ? options.make_call_id() : "", head->name());
  arguments = make_argument_reader(syntax.call, schema_of(head->name()));
  zone = Zone::arguments;
}

void Scanner::State::stop_at(std::size_t index) {
  if (text_begun) writer.write(BlockKind::text, std::exchange(space, {}));
  stopped = options.stop[index];
  zone = Zone::stopped;
}

bool Scanner::State::is_tool(std::string_view name) const {
  const auto named = [name](const canon::Tool& tool) { return tool.name == name; };
  return std::any_of(options.tools.begin(), options.tools.end(), named);
}

std::string_view Scanner::State::schema_of(std::string_view name) const {
  for (const canon::Tool& tool : options.tools) {
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

// What the matcher of this zone held back is decided now; a marker among it may lead to another zone.
void Scanner::State::finish_held() {
  while (counts_as_reasoning() || zone == Zone::answer) {
    MarkerMatcher& matcher = zone == Zone::answer ? in_answer : in_reasoning;
    std::string text;
    const int meaning = matcher.end(text);
    zone == Zone::answer ? answer_text(text) : reasoning_text(text);
    if (meaning == MarkerMatcher::kNothing) return;
    std::string rest = matcher.take_rest();
    found(meaning);
    feed_bytes(rest);
  }
}

void Scanner::State::finish(bool cut) {
  finish_held();
  // A call that was cut before its name is known is nothing; one that the model left so is text.
  if (zone == Zone::head && !(cut && head->is_tagged())) {
    std::string rest;
    give_up_head(rest);
    feed_bytes(rest);
    finish_held();
  }
  if (zone == Zone::reasoning && cut && newline_held) writer.write(BlockKind::reasoning, "\n");
  if (zone == Zone::answer) end_text();
  if (zone == Zone::answer && text_begun) writer.write(BlockKind::text, std::exchange(space, {}));
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
