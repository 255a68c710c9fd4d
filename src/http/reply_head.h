// The bytes around an answer: status line, headers, chunk borders. Appends to the caller's buffer, which a
// connection uses again for each answer.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "http/message.h"

namespace trilogue::http {

enum class ReplyFraming { content_length, chunked, until_close };

struct ReplyShape {
  ReplyFraming framing = ReplyFraming::content_length;
  std::size_t content_length = 0;
  int minor_version = 1;
  bool keep_alive = true;
};

// `date` is the whole value of the Date header.
void append_reply_head(std::string& out, const Reply& reply, const ReplyShape& shape, std::string_view date);

// True for the statuses that never carry a body (1xx, 204, 304).
bool is_bodiless(int status);

// "1f40\r\n"
class ChunkSize final {
 public:
  explicit ChunkSize(std::size_t size);
  std::string_view text() const { return {text_.data(), length_}; }

 private:
  std::array<char, 18> text_;
  std::size_t length_;
};

inline constexpr std::string_view kChunkEnd = "\r\n";
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";
inline constexpr std::string_view kLastChunkWithEnd = "\r\n0\r\n\r\n";  // behind another chunk's bytes
inline constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace trilogue::http
