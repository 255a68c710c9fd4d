// Inflates a gzip body piece by piece and stops at a cap, and at a hundred times what has come (but for the
// first MiB), so that a small body cannot become a huge one and a piece costs its thread no more than
// milliseconds. One object reads one body. Several gzip members in a row count as one, as RFC 1952 says.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace trilogue::http {

class Gunzip final {
 public:
  explicit Gunzip(std::size_t max_bytes);
  ~Gunzip();
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  // Appends what `piece` inflates to. Failures: invalid_request (not gzip), too_large (over the cap).
  base::Result<void> add(std::string_view piece, std::string& out);

  // Fails with invalid_request when the last member is not complete.
  base::Result<void> finish() const;

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
  const std::size_t max_bytes_;
  std::size_t received_ = 0;
  bool at_border_ = false;  // between two members
};

}  // namespace trilogue::http
