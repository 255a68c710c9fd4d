// The rules of a GBNF text as they are put together, with a limit on how many and how long they may become:
// over it everything that is added is dropped, and overflowed() says so. Owned by one compilation.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace trilogue::engine::syntax {

class GrammarRules final {
 public:
  // Adds a rule under a name of its own and gives the name.
  std::string add(std::string_view body);
  // A name for a rule that is to be defined later, so that rules can refer to themselves.
  std::string reserve();
  void define(const std::string& name, std::string_view body);
  // A rule that is the same wherever it is wanted: added once.
  const std::string& shared(const std::string& name, std::string_view body);

  // What has been added so far, to go back to when what comes after it turns out to be of no use.
  struct Mark {
    std::size_t rules = 0;
    std::size_t bytes = 0;
    bool overflowed = false;
    std::map<std::string, std::string, std::less<>> shared;
  };
  Mark mark() const { return {rules_.size(), bytes_, overflowed_, shared_}; }
  void go_back_to(Mark mark);

  bool overflowed() const { return overflowed_; }
  // All rules, `root` first.
  std::string text(std::string_view root_body) const;

 private:
  static constexpr std::size_t kMaxRules = 20'000;
  static constexpr std::size_t kMaxBytes = 2'000'000;

  std::vector<std::pair<std::string, std::string>> rules_;
  std::map<std::string, std::string, std::less<>> shared_;
  std::map<std::string, std::string> same_body_;
  std::size_t bytes_ = 0;
  std::size_t next_ = 0;
  bool overflowed_ = false;
};

// A terminal that stands for exactly this text; "" for nothing.
std::string quoted(std::string_view text);

// The inside of a character class.
std::string class_range(std::uint32_t first, std::uint32_t last);

// The parts one after another, empty ones left out; an empty alternative is "".
std::string sequence(const std::vector<std::string>& parts);
std::string alternatives(const std::vector<std::string>& parts);

// JSON in general. Each adds what it needs and gives the name of its rule.
std::string json_space(GrammarRules& rules);
std::string json_character(GrammarRules& rules);  // inside a string, escapes included
std::string json_string(GrammarRules& rules);
std::string json_value(GrammarRules& rules);
std::string json_object(GrammarRules& rules);

}  // namespace trilogue::engine::syntax
