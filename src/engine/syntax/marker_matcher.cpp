#include "engine/syntax/marker_matcher.h"

#include <deque>

namespace trilogue::engine::syntax {

MarkerMatcher::MarkerMatcher(std::vector<Marker> markers) : markers_(std::move(markers)), nodes_(1) {
  for (std::size_t index = 0; index < markers_.size(); ++index) {
    int node = 0;
    for (const char byte : markers_[index].text) {
      int next = child(node, byte);
      if (next < 0) {
        next = static_cast<int>(nodes_.size());
        nodes_[node].children.emplace_back(byte, next);
        nodes_.emplace_back().depth = nodes_[node].depth + 1;
      }
      node = next;
      nodes_[node].leads_to_patient |= !markers_[index].eager;
    }
    // The first of two equal markers counts: callers list the more important ones first.
    if (node != 0 && nodes_[node].marker == kNothing) nodes_[node].marker = static_cast<int>(index);
  }
  link();
}

int MarkerMatcher::child(int node, char byte) const {
  for (const auto& [key, next] : nodes_[node].children) {
    if (key == byte) return next;
  }
  return -1;
}

void MarkerMatcher::link() {
  std::deque<int> queue{0};
  while (!queue.empty()) {
    const int node = queue.front();
    queue.pop_front();
    for (const auto& [byte, next] : nodes_[node].children) {
      int fail = nodes_[node].fail;
      if (node != 0) {
        while (fail != 0 && child(fail, byte) < 0) fail = nodes_[fail].fail;
        const int target = child(fail, byte);
        nodes_[next].fail = target < 0 ? 0 : target;
      }
      if (nodes_[next].marker == kNothing) nodes_[next].marker = nodes_[nodes_[next].fail].marker;
      queue.push_back(next);
    }
  }
}

// Whether a marker that begins no later than the best one could still come true.
bool MarkerMatcher::may_grow() const {
  const std::size_t start = live_start();
  if (start != best_start_) return start < best_start_;
  return !nodes_[at_].children.empty();
}

void MarkerMatcher::consider(int marker) {
  const std::size_t start = held_.size() - markers_[marker].text.size();
  if (best_ != kNothing && start > best_start_) return;
  best_ = marker;
  best_start_ = start;
}

int MarkerMatcher::step(char byte, std::string& text) {
  held_ += byte;
  while (at_ != 0 && child(at_, byte) < 0) at_ = nodes_[at_].fail;
  if (const int next = child(at_, byte); next >= 0) at_ = next;

  if (nodes_[at_].marker != kNothing) consider(nodes_[at_].marker);
  if (best_ != kNothing) {
    const bool hurried =
        markers_[best_].eager && !(nodes_[at_].leads_to_patient && live_start() < best_start_);
    if (hurried || !may_grow()) return fire(text);
  }
  std::size_t certain = live_start();
  if (best_ != kNothing) certain = std::min(certain, best_start_);
  if (certain == 0) return kNothing;
  text.append(held_, 0, certain);
  held_.erase(0, certain);
  best_start_ -= best_ == kNothing ? 0 : certain;
  return kNothing;
}

int MarkerMatcher::end(std::string& text) {
  if (best_ != kNothing) return fire(text);
  text += held_;
  held_.clear();
  at_ = 0;
  return kNothing;
}

int MarkerMatcher::fire(std::string& text) {
  found_ = static_cast<std::size_t>(best_);
  text.append(held_, 0, best_start_);
  rest_ = held_.substr(best_start_ + markers_[found_].text.size());
  held_.clear();
  at_ = 0;
  best_ = kNothing;
  return markers_[found_].meaning;
}

}  // namespace trilogue::engine::syntax
