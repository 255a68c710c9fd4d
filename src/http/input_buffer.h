// The bytes of a connection that have arrived and not been used. Grows with what comes in and gives the
// memory back when it is empty, so that an idle connection costs one small block. One thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace trilogue::http {

class InputBuffer final {
 public:
  std::string_view view() const { return {bytes_.get() + begin_, size()}; }
  bool empty() const { return begin_ == end_; }
  std::size_t size() const { return end_ - begin_; }

  // Room to read into, after the bytes that are there. Valid until the next call; views are not.
  std::span<char> prepare();
  void commit(std::size_t count) { end_ += count; }

  // Views stay valid.
  void consume(std::size_t count) { begin_ += count; }

 private:
  void resize(std::size_t capacity);

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace trilogue::http
