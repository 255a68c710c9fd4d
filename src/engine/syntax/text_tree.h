// Texts of which one is to be written, each with what must follow it, as rules that branch only where the
// texts differ: the library carries every alternative that is still possible along, so a flat list of 300
// names would make each token 300 times as dear. Texts are added one by one, and rules taken in between share
// what has not changed. Owned by one compilation.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/syntax/grammar_rules.h"

namespace trilogue::engine::syntax {

class TextTree final {
 public:
  explicit TextTree(GrammarRules& rules) : rules_(&rules) {}

  // `tail` is the body of what follows. The first tail of a text counts.
  void add(std::string_view text, std::string tail);
  void clear();
  // A rule for any of the texts that have been added; "" when there is none.
  std::string rule();

  // More texts differ at one character than the library can carry along. Stays true.
  bool is_too_wide() const { return too_wide_; }

 private:
  static constexpr std::size_t kMaxWidth = 500;

  struct Node {
    std::map<std::string, std::size_t, std::less<>> children;  // by character
    std::optional<std::string> tail;                           // a text ends here
    std::string rule;                                          // made already: no longer to be changed
  };

  std::size_t changeable(std::size_t node);
  const std::string& rule_of(std::size_t node);

  GrammarRules* rules_;
  std::vector<Node> nodes_;
  std::optional<std::size_t> root_;
  bool too_wide_ = false;
};

}  // namespace trilogue::engine::syntax
