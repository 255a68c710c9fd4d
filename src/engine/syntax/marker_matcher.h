// Finds the first of several markers in a stream of bytes, whatever pieces it comes in: text is let through
// as soon as no marker can begin in it, and no byte is compared twice (Aho-Corasick). Of markers that begin
// at the same byte the longest wins. Owned by one scanner; knows nothing about what a marker means.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trilogue::engine::syntax {

struct Marker {
  std::string text;    // not empty
  int meaning = 0;     // given back when found, ≥ 0
  bool eager = false;  // counts at its last byte, also where a longer eager one could follow (stop strings)
};

class MarkerMatcher final {
 public:
  static constexpr int kNothing = -1;

  MarkerMatcher() : MarkerMatcher(std::vector<Marker>{}) {}
  explicit MarkerMatcher(std::vector<Marker> markers);

  // Takes one byte; appends to `text` what is now known to be no marker. Returns the meaning of the marker
  // that became certain, or kNothing. After a find, take_rest() holds bytes that came after it and must be
  // fed again, to whatever reads from there on.
  int step(char byte, std::string& text);

  // No more bytes: a marker that only waited for a longer one is found, else what is held back is text.
  int end(std::string& text);

  std::string_view held_back() const { return held_; }
  std::string take_rest() { return std::exchange(rest_, {}); }
  const std::string& found_text() const { return markers_[found_].text; }

 private:
  struct Node {
    std::vector<std::pair<char, int>> children;
    int fail = 0;
    int depth = 0;
    int marker = kNothing;  // the longest that ends here
    bool leads_to_patient = false;
  };

  int child(int node, char byte) const;
  void link();
  bool may_grow() const;
  void consider(int marker);
  int fire(std::string& text);
  std::size_t live_start() const { return held_.size() - static_cast<std::size_t>(nodes_[at_].depth); }

  std::vector<Marker> markers_;
  std::vector<Node> nodes_;
  int at_ = 0;
  std::string held_;  // bytes not yet known to be text
  int best_ = kNothing;
  std::size_t best_start_ = 0;
  std::size_t found_ = 0;
  std::string rest_;
};

}  // namespace trilogue::engine::syntax
