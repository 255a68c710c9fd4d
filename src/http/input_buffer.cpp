#include "http/input_buffer.h"

#include <algorithm>

namespace trilogue::http {
namespace {

// A request of an ordinary client fits the first block; bodies are read in blocks of the largest size.
constexpr std::size_t kSmallest = 4 * 1024;
constexpr std::size_t kLargestStep = 64 * 1024;

}  // namespace

std::span<char> InputBuffer::prepare() {
  const bool was_full = capacity_ > 0 && end_ == capacity_;
  if (empty()) {
    begin_ = end_ = 0;
    if (!was_full && capacity_ > kSmallest) capacity_ = 0;  // a burst is over
  }
  if (capacity_ == 0) {
    resize(kSmallest);
  } else if (was_full) {
    resize(std::max(capacity_, size()) + std::min(std::max(capacity_, size()), kLargestStep));
  }
  return {bytes_.get() + end_, capacity_ - end_};
}

void InputBuffer::resize(std::size_t capacity) {
  auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
  std::ranges::copy(view(), bytes.get());
  end_ -= begin_;
  begin_ = 0;
  capacity_ = capacity;
  bytes_ = std::move(bytes);
}

}  // namespace trilogue::http
