#include "http/request_head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "http/target.h"

namespace trilogue::http {
namespace {

using Refused = tl::unexpected<Refusal>;

Refused refuse(int status, std::string_view reason) {
  return Refused(Refusal{status, reason});
}

// The characters of RFC 9110's `token`.
constexpr std::array<bool, 256> kToken = [] {
  std::array<bool, 256> table{};
  for (unsigned char c = '0'; c <= '9'; ++c) table[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) table[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) table[c] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

constexpr bool is_token(char c) {
  return kToken[static_cast<unsigned char>(c)];
}

constexpr bool is_field_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7f);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Cuts the next line off `rest`, without its CR LF; the scanner has seen to it that there is one.
std::string_view next_line(std::string_view& rest) {
  const auto end = std::min(rest.find('\n'), rest.size());
  const auto line = rest.substr(0, end == 0 ? 0 : end - 1);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

bool lists(std::string_view value, std::string_view word) {
  while (!value.empty()) {
    const auto comma = std::min(value.find(','), value.size());
    if (same_word(trimmed(value.substr(0, comma)), word)) return true;
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
  return false;
}

// Fills the method and the version; the target is returned as it stands.
tl::expected<std::string_view, Refusal> read_request_line(std::string_view line, const HeadLimits& limits,
                                                          RequestHead& request) {
  const auto method_end = line.find(' ');
  const auto version_at = line.rfind(' ');
  if (method_end == std::string_view::npos || method_end == 0 || version_at <= method_end) {
    return refuse(400, "the request line is not METHOD TARGET VERSION");
  }
  const auto method = line.substr(0, method_end);
  const auto version = line.substr(version_at + 1);
  const auto target = line.substr(method_end + 1, version_at - method_end - 1);
  if (method.size() > 32 || !std::ranges::all_of(method, is_token)) {
    return refuse(400, "the method is not a word");
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return version.starts_with("HTTP/") ? refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken here")
                                        : refuse(400, "the request line does not end with an HTTP version");
  }
  if (target.size() > limits.target) return refuse(414, "the request target is too long");
  request.head.method = method;
  request.minor_version = version.back() - '0';
  return target;
}

tl::expected<Header, Refusal> read_field(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') return refuse(400, "a header line is folded");
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return refuse(400, "a header line has no name");
  const auto name = line.substr(0, colon);
  if (!std::ranges::all_of(name, is_token)) return refuse(400, "a header name holds a forbidden character");
  const auto value = trimmed(line.substr(colon + 1));
  if (!std::ranges::all_of(value, is_field_char)) {
    return refuse(400, "a header value holds a control character");
  }
  return Header{std::string(name), std::string(value)};
}

// What the fields that frame the message have said so far.
struct Framing {
  int hosts = 0;
  int lengths = 0;
  int codings = 0;
  bool close = false;
  bool keep_alive = false;
};

tl::expected<void, Refusal> take_field(const Header& field, Framing& framing, RequestHead& request) {
  if (same_word(field.name, "host")) {
    if (++framing.hosts > 1) return refuse(400, "there is more than one Host header");
  } else if (same_word(field.name, "content-length")) {
    const auto* const end = field.value.data() + field.value.size();
    const auto parsed = std::from_chars(field.value.data(), end, request.content_length);
    if (++framing.lengths > 1 || parsed.ec != std::errc{} || parsed.ptr != end) {
      return refuse(400, "Content-Length is not one number");
    }
  } else if (same_word(field.name, "transfer-encoding")) {
    if (++framing.codings > 1 || !same_word(field.value, "chunked")) {
      return refuse(400, "Transfer-Encoding may only be chunked");
    }
    request.chunked = true;
  } else if (same_word(field.name, "connection")) {
    framing.close = framing.close || lists(field.value, "close");
    framing.keep_alive = framing.keep_alive || lists(field.value, "keep-alive");
  } else if (same_word(field.name, "expect")) {
    if (!same_word(field.value, "100-continue")) return refuse(417, "only 100-continue can be expected");
    request.expects_continue = request.minor_version == 1;
  }
  return {};
}

tl::expected<void, Refusal> settle(const Framing& framing, RequestHead& request) {
  if (request.chunked && framing.lengths > 0) {
    return refuse(400, "Transfer-Encoding and Content-Length exclude each other");
  }
  if (request.chunked && request.minor_version == 0)
    return refuse(400, "HTTP/1.0 knows no Transfer-Encoding");
  if (framing.hosts == 0 && request.minor_version == 1) return refuse(400, "the Host header is missing");
  request.keep_alive = !framing.close && (request.minor_version == 1 || framing.keep_alive);
  return {};
}

// RFC 9112 3.2.2: the authority of an absolute target stands in for whatever Host says.
void override_host(Head& head, std::string_view authority) {
  if (authority.empty()) return;
  for (auto& field : head.headers) {
    if (same_word(field.name, "host")) field.value = authority;
  }
}

}  // namespace

tl::expected<std::optional<HeadScanner::Span>, Refusal> HeadScanner::find(std::string_view bytes) {
  const auto visible = bytes.substr(0, limits_.bytes);
  for (;;) {
    if (line_ == begin_ && line_ < visible.size()) {
      const char first = visible[line_];
      if (first != '\r' && first != '\n' && !is_token(first)) return refuse(400, "this is not HTTP");
    }
    const auto newline = visible.find('\n', seen_);
    if (newline == std::string_view::npos) break;
    if (newline == line_ || visible[newline - 1] != '\r') {
      return refuse(400, "a line does not end with CR LF");
    }
    const bool empty = newline == line_ + 1;
    seen_ = newline + 1;
    if (empty && line_ != begin_) return Span{begin_, seen_};
    line_ = seen_;
    if (empty) {
      begin_ = seen_;
    } else if (++lines_ > limits_.lines + 1) {
      return refuse(431, "there are too many header lines");
    }
  }
  seen_ = visible.size();
  if (bytes.size() > limits_.bytes) return refuse(431, "the head of the request is too large");
  return std::nullopt;
}

tl::expected<RequestHead, Refusal> parse_head(std::string_view bytes, const HeadLimits& limits) {
  RequestHead request;
  const auto target = read_request_line(next_line(bytes), limits, request);
  if (!target) return Refused(target.error());
  const auto parts = split_target(*target);
  if (!parts) return Refused(parts.error());
  request.head.path = parts->path;
  request.head.query = parts->query;

  Framing framing;
  request.head.headers.reserve(16);
  for (auto line = next_line(bytes); !line.empty(); line = next_line(bytes)) {
    auto field = read_field(line);
    if (!field) return Refused(field.error());
    if (const auto taken = take_field(*field, framing, request); !taken) return Refused(taken.error());
    request.head.headers.push_back(std::move(*field));
  }
  if (const auto settled = settle(framing, request); !settled) return Refused(settled.error());
  override_host(request.head, parts->authority);
  return request;
}

}  // namespace trilogue::http
