#include "engine/syntax/gbnf_matcher.h"

#include <algorithm>
#include <stdexcept>

namespace trilogue::engine::syntax {
namespace {

std::vector<std::uint32_t> code_points(std::string_view text) {
  std::vector<std::uint32_t> codes;
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    std::uint32_t code = more == 0 ? lead : lead & (0x3FU >> more);
    for (int i = 0; i < more && at < text.size(); ++i)
      code = code << 6 | (static_cast<unsigned char>(text[at++]) & 0x3F);
    codes.push_back(code);
  }
  return codes;
}

}  // namespace

class GbnfReader {
 public:
  GbnfReader(std::string_view text, GbnfMatcher& into) : text_(code_points(text)), into_(into) {}

  void read() {
    while (at_ < text_.size()) {
      const int rule = rule_named(read_name());
      skip_spaces();
      for (const char c : {':', ':', '='}) expect(static_cast<std::uint32_t>(c));
      into_.rules_[static_cast<std::size_t>(rule)] = read_ways();
      defined_.insert(rule);
      expect('\n');
    }
    into_.root_ = rule_named("root");
    if (defined_.size() != into_.rules_.size()) throw std::runtime_error("a rule is used but not defined");
  }

 private:
  using Element = GbnfMatcher::Element;
  using Way = GbnfMatcher::Way;

  std::uint32_t now() const { return at_ < text_.size() ? text_[at_] : 0; }
  void skip_spaces() {
    while (now() == ' ') ++at_;
  }
  void expect(std::uint32_t c) {
    if (now() != c) throw std::runtime_error("unexpected character at " + std::to_string(at_));
    ++at_;
  }
  bool is_name() const {
    const std::uint32_t c = now();
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  }
  std::string read_name() {
    std::string name;
    while (is_name()) name += static_cast<char>(text_[at_++]);
    if (name.empty()) throw std::runtime_error("a name is missing at " + std::to_string(at_));
    return name;
  }
  int rule_named(const std::string& name) {
    const auto [entry, is_new] = names_.emplace(name, static_cast<int>(into_.rules_.size()));
    if (is_new) into_.rules_.emplace_back();
    return entry->second;
  }
  int add_rule(std::vector<int> ways) {
    into_.rules_.push_back(std::move(ways));
    const int rule = static_cast<int>(into_.rules_.size()) - 1;
    defined_.insert(rule);
    return rule;
  }
  int add_way(Way way) {
    into_.ways_.push_back(std::move(way));
    return static_cast<int>(into_.ways_.size()) - 1;
  }
  static Element reference(int rule) {
    Element element;
    element.kind = Element::Kind::rule;
    element.rule = rule;
    return element;
  }

  std::vector<int> read_ways() {
    std::vector<int> ways{add_way(read_way())};
    while (now() == '|') {
      ++at_;
      ways.push_back(add_way(read_way()));
    }
    return ways;
  }

  Way read_way() {
    Way way;
    for (skip_spaces(); now() != '|' && now() != '\n' && now() != ')' && now() != 0; skip_spaces()) {
      Way part = read_part();
      repeat(part);
      way.insert(way.end(), part.begin(), part.end());
    }
    return way;
  }

  Way read_part() {
    if (now() == '"') return read_literal();
    if (now() == '[') return {read_class()};
    if (now() != '(') return {reference(rule_named(read_name()))};
    ++at_;
    auto ways = read_ways();
    expect(')');
    return {reference(add_rule(std::move(ways)))};
  }

  Way read_literal() {
    Way way;
    ++at_;
    while (now() != '"') {
      Element element;
      element.kind = Element::Kind::characters;
      const std::uint32_t code = read_character();
      element.ranges.emplace_back(code, code);
      way.push_back(std::move(element));
    }
    ++at_;
    return way;
  }

  Element read_class() {
    Element element;
    element.kind = Element::Kind::characters;
    ++at_;
    if (now() == '^') element.negated = true, ++at_;
    while (now() != ']') {
      const std::uint32_t first = read_character();
      std::uint32_t last = first;
      if (now() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']') ++at_, last = read_character();
      element.ranges.emplace_back(first, last);
    }
    ++at_;
    return element;
  }

  std::uint32_t read_character() {
    if (now() == 0) throw std::runtime_error("the grammar ends too early");
    if (now() != '\\') return text_[at_++];
    ++at_;
    const std::uint32_t key = text_.at(at_++);
    switch (key) {
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'x':
        return read_hex(2);
      case 'u':
        return read_hex(4);
      case 'U':
        return read_hex(8);
      case '\\':
      case '"':
      case '[':
      case ']':
      case '-':
        return key;
      default:
        throw std::runtime_error("an unknown escape");
    }
  }
  std::uint32_t read_hex(int digits) {
    std::uint32_t code = 0;
    for (int i = 0; i < digits; ++i) {
      const std::uint32_t c = text_.at(at_++);
      code = code * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return code;
  }

  int read_number() {
    int number = 0;
    while (now() >= '0' && now() <= '9') number = number * 10 + static_cast<int>(text_[at_++] - '0');
    return number;
  }

  void repeat(Way& part) {
    int low = 0;
    int high = -1;
    if (now() == '*') {
    } else if (now() == '+') {
      low = 1;
    } else if (now() == '?') {
      high = 1;
    } else if (now() == '{') {
      ++at_;
      low = high = read_number();
      if (now() == ',') ++at_, high = now() == '}' ? -1 : read_number();
      if (now() != '}' || (high >= 0 && high > 2000)) throw std::runtime_error("a bad count");
    } else {
      return;
    }
    ++at_;
    if (part.empty()) throw std::runtime_error("a count with nothing before it");
    const Way once = part;
    part.clear();
    // Only the last element of a literal is counted.
    part.insert(part.end(), once.begin(), once.end() - 1);
    const Element& counted = once.back();
    for (int i = 0; i < low; ++i) part.push_back(counted);
    if (high < 0) {
      const int again = add_rule({});
      const int way = add_way({counted, reference(again)});
      into_.rules_[static_cast<std::size_t>(again)] = {add_way({}), way};
      part.push_back(reference(again));
    }
    int rest = -1;
    for (int i = low; i < high; ++i) {
      Way more{counted};
      if (rest >= 0) more.push_back(reference(rest));
      const int empty = add_way({});
      rest = add_rule({empty, add_way(std::move(more))});
    }
    if (rest >= 0) part.push_back(reference(rest));
  }

  std::vector<std::uint32_t> text_;
  GbnfMatcher& into_;
  std::size_t at_ = 0;
  std::map<std::string, int> names_;
  std::set<int> defined_;
};

GbnfMatcher::GbnfMatcher(std::string_view grammar) {
  GbnfReader(grammar, *this).read();
}

// All stacks that stand before a character, or are empty, reached without reading any.
void GbnfMatcher::settle(Stack stack, Stacks& stacks, int depth) const {
  if (depth > 3000) throw std::runtime_error("a rule begins with itself");
  while (!stack.empty() &&
         stack.back().second == static_cast<int>(ways_[static_cast<std::size_t>(stack.back().first)].size()))
    stack.pop_back();
  if (stack.empty()) {
    stacks.insert(std::move(stack));
    return;
  }
  auto& [way, place] = stack.back();
  const Element& element = ways_[static_cast<std::size_t>(way)][static_cast<std::size_t>(place)];
  if (element.kind == Element::Kind::characters) {
    stacks.insert(std::move(stack));
    return;
  }
  ++place;
  for (const int next : rules_[static_cast<std::size_t>(element.rule)]) {
    Stack further = stack;
    further.emplace_back(next, 0);
    settle(std::move(further), stacks, depth + 1);
  }
}

GbnfMatcher::Stacks GbnfMatcher::begin() const {
  Stacks stacks;
  for (const int way : rules_[static_cast<std::size_t>(root_)]) settle({{way, 0}}, stacks, 0);
  return stacks;
}

GbnfMatcher::Stacks GbnfMatcher::step(const Stacks& stacks, std::uint32_t code) const {
  Stacks next;
  for (Stack stack : stacks) {
    if (stack.empty()) continue;
    auto& [way, place] = stack.back();
    const Element& element = ways_[static_cast<std::size_t>(way)][static_cast<std::size_t>(place)];
    const bool listed = std::any_of(element.ranges.begin(), element.ranges.end(), [code](const auto& range) {
      return code >= range.first && code <= range.second;
    });
    if (listed == element.negated) continue;
    ++place;
    settle(std::move(stack), next, 0);
  }
  return next;
}

GbnfMatcher::Stacks GbnfMatcher::run(std::string_view text) const {
  Stacks stacks = begin();
  for (const std::uint32_t code : code_points(text)) {
    stacks = step(stacks, code);
    if (stacks.empty()) break;
  }
  return stacks;
}

bool GbnfMatcher::matches(std::string_view text) const {
  return run(text).contains(Stack{});
}
bool GbnfMatcher::may_begin(std::string_view text) const {
  return !run(text).empty();
}
std::size_t GbnfMatcher::most_alive(std::string_view text) const {
  Stacks stacks = begin();
  std::size_t most = stacks.size();
  for (const std::uint32_t code : code_points(text)) {
    stacks = step(stacks, code);
    most = std::max(most, stacks.size());
  }
  return most;
}

}  // namespace trilogue::engine::syntax
