// Keeps text from callers from turning into control tokens. Every string of a request goes through defuse()
// before the template sees it: wherever the string holds a marker of the vocabulary, could complete one that
// the template begins, or begins one that the template could complete, a separator character is put between.
// The template's own markers stay whole; tokenizer.h cuts the rendered prompt at the separators and drops
// them. Built once per vocabulary; const and free to use from any thread.
#pragma once

#include <llama.h>

#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "wire/json.h"

namespace trilogue::engine::llama {

// U+FDD0, a noncharacter: Unicode keeps it for such uses inside a program. In a caller's text it becomes
// U+FFFD.
inline constexpr std::string_view kSeparator = "\xEF\xB7\x90";

struct MarkerToken {
  std::string text;
  llama_token id = LLAMA_TOKEN_NULL;
  bool control = false;        // never text, whoever writes it
  bool strips_before = false;  // the vocabulary wants whitespace on that side dropped
  bool strips_after = false;
};

class MarkerGuard final {
 public:
  explicit MarkerGuard(std::vector<MarkerToken> markers);

  std::string defuse(std::string_view text) const;
  // The compact text of the value with all its strings and member names defused.
  std::string defuse_json(const wire::Value& value) const;

  // The longest marker that stands at `at`; nullptr when there is none.
  const MarkerToken* marker_at(std::string_view text, std::size_t at) const;

  const std::vector<MarkerToken>& markers() const { return markers_; }

 private:
  struct Walk {
    int marker = -1;           // index of the longest one that ends
    bool reaches_end = false;  // the text ended where a marker could still go on
  };
  struct Node {
    std::vector<std::pair<char, int>> children;
    int marker = -1;
  };

  Walk walk(std::string_view text, std::size_t at) const;
  int child(int node, char byte) const;
  bool may_complete(std::string_view text) const;

  std::vector<MarkerToken> markers_;
  std::vector<Node> nodes_;
  std::unordered_set<std::string> ends_;     // every proper end of a marker
  std::unordered_set<std::string> middles_;  // markers without the punctuation around them
  std::size_t longest_ = 0;
};

}  // namespace trilogue::engine::llama
