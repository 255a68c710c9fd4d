// Whether a text fits a GBNF grammar, decided without the model library: for tests and fuzzing. Slow and
// plain. Reads the part of GBNF that grammar.h writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trilogue::engine::syntax {

class GbnfMatcher final {
 public:
  // Throws std::runtime_error for a text that is no grammar: a grammar that we wrote must be one.
  explicit GbnfMatcher(std::string_view grammar);

  bool matches(std::string_view text) const;
  // Whether the text can still become one that fits.
  bool may_begin(std::string_view text) const;
  // How many places the grammar could stand at, at most, after any beginning of the text: what each further
  // token costs.
  std::size_t most_alive(std::string_view text) const;

 private:
  struct Element {
    enum class Kind { characters, rule, end } kind = Kind::end;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges;
    bool negated = false;
    int rule = 0;
  };
  using Way = std::vector<Element>;
  using Stack = std::vector<std::pair<int, int>>;  // ways and places in them, the innermost last
  using Stacks = std::set<Stack>;

  friend class GbnfReader;
  void settle(Stack stack, Stacks& stacks, int depth) const;
  Stacks begin() const;
  Stacks step(const Stacks& stacks, std::uint32_t code) const;
  Stacks run(std::string_view text) const;

  std::vector<std::vector<int>> rules_;  // to the ways of each
  std::vector<Way> ways_;
  int root_ = 0;
};

}  // namespace trilogue::engine::syntax
