// A value that must not leak: it cannot be printed and compares in constant time. Whoever needs the bytes
// says so by calling expose(), which is easy to search for.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace trilogue::base {

class Secret final {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  std::string_view expose() const { return value_; }
  bool empty() const { return value_.empty(); }

  // Takes the same time wherever the first difference stands; only the lengths may be learned.
  friend bool operator==(const Secret& a, const Secret& b) {
    if (a.value_.size() != b.value_.size()) return false;
    unsigned char difference = 0;
    for (std::size_t i = 0; i < a.value_.size(); ++i) {
      difference = static_cast<unsigned char>(difference | (a.value_[i] ^ b.value_[i]));
    }
    return difference == 0;
  }

 private:
  std::string value_;
};

}  // namespace trilogue::base
