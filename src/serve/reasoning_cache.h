// Remembers what a model thought before it called a tool, so that the next round finds it although the client
// did not send it back: the template, and so the cached prefix, stay the same. Bounded in bytes, oldest out
// first, and scoped to the key: one caller never sees another's. Any thread.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "canon/request.h"

namespace trilogue::serve {

class ReasoningCache final {
 public:
  explicit ReasoningCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  void remember(std::string_view key_id, std::string_view call_id, std::string reasoning);

  // Fills in the reasoning of every assistant turn that holds a remembered call and came without; where more
  // turns name the same call, of the first: a short request never asks for many copies.
  void recall(std::string_view key_id, canon::Request& request);

 private:
  struct Entry {
    std::string name;  // key id and call id
    std::string reasoning;
  };
  static std::string name_of(std::string_view key_id, std::string_view call_id);

  std::mutex mutex_;
  std::list<Entry> newest_first_;
  std::unordered_map<std::string, std::list<Entry>::iterator> by_name_;
  std::size_t bytes_ = 0;
  std::size_t max_bytes_;
};

}  // namespace trilogue::serve
