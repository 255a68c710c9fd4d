#include <algorithm>
#include <utility>
#include <vector>

#include "engine/syntax/string_grammar.h"
#include "wire/utf8.h"

namespace trilogue::engine::syntax {
namespace {

constexpr std::size_t kMaxPattern = 2'000;  // bytes
constexpr int kMaxNesting = 24;             // groups
constexpr std::int64_t kMaxRepeat = 500;    // and for nested counts, their product
// What stands in a pattern may be open in many ways at once, and each token is checked against all of them:
// `.*` a hundred times over, or fifty ranges of optional parts, would hold up the decode thread for minutes.
constexpr std::int64_t kMaxCost = 1'000;
constexpr std::int64_t kOptionalCost = 20;
constexpr std::uint32_t kLast = 0x10FFFF;

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};
using Ranges = std::vector<Range>;

Ranges inverted(Ranges ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
  Ranges rest;
  std::uint32_t next = 0;
  for (const Range& range : ranges) {
    if (range.first > next) rest.push_back({next, range.first - 1});
    next = std::max(next, range.last + 1);
  }
  if (next <= kLast) rest.push_back({next, kLast});
  return rest;
}

Ranges without(const Ranges& from, Ranges what) {
  Ranges barred = inverted(from);
  barred.insert(barred.end(), what.begin(), what.end());
  return inverted(std::move(barred));
}

bool holds(const Ranges& ranges, std::uint32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](const Range& range) { return code >= range.first && code <= range.last; });
}

// Recursive descent over the pattern; its depth is bounded by kMaxNesting.
class PatternReader {
 public:
  PatternReader(std::string_view pattern, Spelling spelling, GrammarRules& rules)
      : pattern_(pattern), spelling_(spelling), rules_(rules) {}

  base::Result<std::string> read() {
    if (pattern_.size() > kMaxPattern) return base::invalid("", "the pattern is too long");
    const bool begins = take('^');
    std::string body = read_alternatives();
    if (error_.empty() && at_ != pattern_.size()) refuse("a bracket too many");
    if (!error_.empty()) return base::invalid("", "the pattern cannot be used: " + error_);
    if (several_ && (begins || ended_))
      return base::invalid("",
                           "the pattern cannot be used: anchors beside alternatives; put them in a group");
    const std::string any = character_grammar(spelling_, rules_) + "*";
    return rules_.add(alternatives({sequence({begins ? "" : any, body, ended_ ? "" : any})}));
  }

 private:
  std::string refuse(std::string why) {
    if (error_.empty()) error_ = std::move(why);
    at_ = pattern_.size();
    return {};
  }
  bool more() const { return at_ < pattern_.size(); }
  bool take(char c) {
    if (!more() || pattern_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string read_alternatives() {
    std::vector<std::string> ways{read_sequence()};
    while (take('|')) {
      several_ = several_ || nesting_ == 0;
      ways.push_back(read_sequence());
    }
    return ways.size() == 1 ? ways[0] : "(" + alternatives(ways) + ")";
  }

  std::string read_sequence() {
    std::vector<std::string> parts;
    while (more() && pattern_[at_] != '|' && pattern_[at_] != ')') {
      if (nesting_ == 0 && pattern_[at_] == '$' && at_ + 1 == pattern_.size()) {
        ++at_;
        ended_ = true;
        break;
      }
      const std::int64_t outer = std::exchange(repeats_, 1);
      std::string atom = read_atom();
      parts.push_back(read_count(std::move(atom)));
      repeats_ = std::max(outer, repeats_);
    }
    return sequence(parts);
  }

  std::string read_atom() {
    const char c = pattern_[at_];
    if (c == '(') return read_group();
    if (c == '[') return read_class();
    if (c == '.') return ++at_, spelled(inverted({{'\n', '\n'}, {'\r', '\r'}}));
    if (c == '\\') return read_escape();
    if (c == '^' || c == '$') return refuse("an anchor in the middle");
    if (c == '*' || c == '+' || c == '?' || c == '{') return refuse("a count with nothing before it");
    return spelled(Ranges{one(read_code_point())});
  }

  std::string read_group() {
    ++at_;
    if (take('?') && !take(':')) return refuse("a group with a question mark");
    if (++nesting_ > kMaxNesting) return refuse("its groups are nested too deep");
    std::string body = read_alternatives();
    --nesting_;
    if (!take(')')) return refuse("a group that is not closed");
    return body.empty() ? "" : "(" + body + ")";
  }

  std::string read_escape() {
    ++at_;
    if (!more()) return refuse("a backslash at its end");
    if (const Ranges known = class_of(pattern_[at_]); !known.empty()) return ++at_, spelled(known);
    return spelled(Ranges{one(read_escaped())});
  }

  static Ranges class_of(char letter) {
    const Ranges digit{{'0', '9'}};
    const Ranges word{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
    const Ranges space{{'\t', '\r'}, {' ', ' '}, {0xA0, 0xA0}};
    switch (letter) {
      case 'd':
        return digit;
      case 'D':
        return inverted(digit);
      case 'w':
        return word;
      case 'W':
        return inverted(word);
      case 's':
        return space;
      case 'S':
        return inverted(space);
      default:
        return {};
    }
  }

  // Behind a backslash, one character.
  std::uint32_t read_escaped() {
    const char c = pattern_[at_];
    switch (c) {
      case 'n':
        return ++at_, '\n';
      case 'r':
        return ++at_, '\r';
      case 't':
        return ++at_, '\t';
      case 'f':
        return ++at_, '\f';
      case 'v':
        return ++at_, '\v';
      case 'x':
        return read_hex(2);
      case 'u':
        return read_hex(4);
      default:
        break;
    }
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter) refuse(std::string("\\") + c);
    return letter ? 0 : read_code_point();
  }

  std::uint32_t read_hex(int digits) {
    ++at_;
    std::uint32_t code = 0;
    for (int i = 0; i < digits; ++i, ++at_) {
      const char c = more() ? static_cast<char>(pattern_[at_] | 0x20) : ' ';
      const bool digit = c >= '0' && c <= '9';
      if (!digit && !(c >= 'a' && c <= 'f')) return refuse("a wrong hexadecimal escape"), 0;
      code = code * 16 + static_cast<std::uint32_t>(digit ? c - '0' : c - 'a' + 10);
    }
    return code;
  }

  std::uint32_t read_code_point() {
    const auto lead = static_cast<unsigned char>(pattern_[at_++]);
    if (lead < 0x80) return lead;
    const int more_bytes = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    std::uint32_t code = lead & (0x3FU >> more_bytes);
    for (int i = 0; i < more_bytes && more(); ++i)
      code = code << 6 | (static_cast<unsigned char>(pattern_[at_++]) & 0x3F);
    return code;
  }

  static Range one(std::uint32_t code) { return {code, code}; }

  std::string read_class() {
    ++at_;
    const bool negated = take('^');
    Ranges ranges;
    while (more() && pattern_[at_] != ']') {
      if (pattern_[at_] == '\\' && at_ + 1 < pattern_.size()) {
        if (const Ranges known = class_of(pattern_[at_ + 1]); !known.empty()) {
          at_ += 2;
          ranges.insert(ranges.end(), known.begin(), known.end());
          continue;
        }
      }
      const std::uint32_t first = read_class_member();
      std::uint32_t last = first;
      if (at_ + 1 < pattern_.size() && pattern_[at_] == '-' && pattern_[at_ + 1] != ']') {
        ++at_;
        last = read_class_member();
      }
      if (last < first) return refuse("a range that runs backwards");
      ranges.push_back({first, last});
    }
    if (!take(']')) return refuse("a class that is not closed");
    if (ranges.empty()) return refuse("an empty class");
    return spelled(negated ? inverted(ranges) : ranges);
  }

  std::uint32_t read_class_member() {
    if (!take('\\')) return read_code_point();
    if (!more()) return refuse("a backslash at its end"), 0;
    if (take('b')) return '\b';
    return read_escaped();
  }

  std::string read_count(std::string atom) {
    std::int64_t low = 1;
    std::int64_t high = 1;
    bool endless = false;
    if (take('*')) {
      low = 0, endless = true;
    } else if (take('+')) {
      endless = true;
    } else if (take('?')) {
      low = 0;
    } else if (take('{')) {
      if (!read_bounds(low, high, endless)) return refuse("a count that cannot be read");
    } else {
      return atom;
    }
    take('?');  // lazy or not, the language is the same
    if (more() && std::string_view("*+{").find(pattern_[at_]) != std::string_view::npos)
      return refuse("a count of a count");
    if (atom.empty()) return atom;
    repeats_ *= std::max<std::int64_t>({low, endless ? 1 : high, 1});
    cost_ += std::max<std::int64_t>(repeats_, 1) + (low == 0 ? kOptionalCost : 0);
    if (repeats_ > kMaxRepeat || cost_ > kMaxCost) return refuse("it repeats too often");
    const std::string rule = rules_.add(atom);
    if (endless)
      return low == 0 ? rule + "*" : low == 1 ? rule + "+" : rule + "{" + std::to_string(low) + ",}";
    if (high == 0) return {};
    return rule + "{" + std::to_string(low) + "," + std::to_string(high) + "}";
  }

  bool read_bounds(std::int64_t& low, std::int64_t& high, bool& endless) {
    if (!read_number(low)) return false;
    high = low;
    if (take(',')) {
      endless = more() && pattern_[at_] == '}';
      if (!endless && !read_number(high)) return false;
    }
    return take('}') && low <= high;
  }

  bool read_number(std::int64_t& number) {
    const std::size_t start = at_;
    number = 0;
    while (more() && pattern_[at_] >= '0' && pattern_[at_] <= '9' && at_ - start < 6)
      number = number * 10 + (pattern_[at_++] - '0');
    return at_ > start;
  }

  // A character of these as it is written.
  std::string spelled(const Ranges& ranges) {
    if (spelling_ == Spelling::raw) return class_text(without(ranges, {{0, 8}, {'<', '<'}}));
    std::vector<std::string> ways{class_text(without(ranges, {{0, 0x1F}, {'"', '"'}, {'\\', '\\'}}))};
    if (ways[0].empty()) ways.clear();
    for (const auto& [code, text] :
         {std::pair{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {'\r', "\\r"}, {'\t', "\\t"}}) {
      if (holds(ranges, static_cast<std::uint32_t>(code))) ways.push_back(quoted(text));
    }
    if (ways.empty()) return refuse("a character that JSON strings do not hold");
    return ways.size() == 1 ? ways[0] : "(" + alternatives(ways) + ")";
  }

  static std::string class_text(const Ranges& ranges) {
    if (ranges.empty()) return {};
    std::string text = "[";
    for (const Range& range : ranges) text += class_range(range.first, range.last);
    return text + "]";
  }

  std::string_view pattern_;
  Spelling spelling_;
  GrammarRules& rules_;
  std::size_t at_ = 0;
  int nesting_ = 0;
  std::int64_t repeats_ = 1;  // the product of counts inside the atom being read
  std::int64_t cost_ = 0;     // of all counts so far
  bool several_ = false;      // alternatives outside of groups
  bool ended_ = false;        // by $
  std::string error_;
};

}  // namespace

base::Result<std::string> pattern_grammar(std::string_view pattern, Spelling spelling, GrammarRules& rules) {
  if (!wire::is_valid_utf8(pattern)) return base::invalid("", "the pattern is not UTF-8");
  return PatternReader(pattern, spelling, rules).read();
}

}  // namespace trilogue::engine::syntax
