#include "http/reply_head.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace trilogue::http {
namespace {

struct StatusLine {
  int status;
  std::string_view text;
};

constexpr StatusLine kStatusLines[] = {
    {200, "200 OK"},
    {201, "201 Created"},
    {202, "202 Accepted"},
    {204, "204 No Content"},
    {304, "304 Not Modified"},
    {400, "400 Bad Request"},
    {401, "401 Unauthorized"},
    {402, "402 Payment Required"},
    {403, "403 Forbidden"},
    {404, "404 Not Found"},
    {405, "405 Method Not Allowed"},
    {408, "408 Request Timeout"},
    {409, "409 Conflict"},
    {413, "413 Content Too Large"},
    {414, "414 URI Too Long"},
    {415, "415 Unsupported Media Type"},
    {417, "417 Expectation Failed"},
    {421, "421 Misdirected Request"},
    {422, "422 Unprocessable Content"},
    {429, "429 Too Many Requests"},
    {431, "431 Request Header Fields Too Large"},
    {500, "500 Internal Server Error"},
    {501, "501 Not Implemented"},
    {502, "502 Bad Gateway"},
    {503, "503 Service Unavailable"},
    {504, "504 Gateway Timeout"},
    {505, "505 HTTP Version Not Supported"},
};

void append_number(std::string& out, std::size_t number) {
  char digits[20];
  const auto* const end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(static_cast<const char*>(digits), end);
}

void append_status(std::string& out, int status) {
  for (const auto& line : kStatusLines) {
    if (line.status != status) continue;
    out += line.text;
    return;
  }
  append_number(out, static_cast<std::size_t>(status));
  out += " Status";
}

void append_framing(std::string& out, const Reply& reply, const ReplyShape& shape) {
  if (!reply.content_type.empty()) {
    out += "Content-Type: ";
    out += reply.content_type;
    out += "\r\n";
  }
  if (shape.framing == ReplyFraming::content_length) {
    out += "Content-Length: ";
    append_number(out, shape.content_length);
    out += "\r\n";
  } else if (shape.framing == ReplyFraming::chunked) {
    out += "Transfer-Encoding: chunked\r\n";
  }
}

}  // namespace

bool is_bodiless(int status) {
  return status < 200 || status == 204 || status == 304;
}

void append_reply_head(std::string& out, const Reply& reply, const ReplyShape& shape, std::string_view date) {
  out += "HTTP/1.1 ";
  append_status(out, reply.status);
  out += "\r\nDate: ";
  out += date;
  out += "\r\n";
  if (!is_bodiless(reply.status)) append_framing(out, reply, shape);
  out += reply.headers.text();
  if (!shape.keep_alive) {
    out += "Connection: close\r\n";
  } else if (shape.minor_version == 0) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
}

ChunkSize::ChunkSize(std::size_t size) : text_{} {
  auto* end = std::to_chars(text_.data(), text_.data() + 16, size, 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  length_ = static_cast<std::size_t>(end - text_.data());
}

}  // namespace trilogue::http
