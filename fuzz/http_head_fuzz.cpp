// The head of a request, from any bytes. Held to: any cut into pieces gives the same end or the same refusal;
// what is accepted and written out again reads the same; and Beast, a parser by other hands, accepts it too
// and reads the same fields and the same framing, so no request can mean one thing here and another next
// door.
#include <algorithm>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string>

#include "http/request_head.h"

namespace {

using namespace trilogue::http;
namespace beast = boost::beast;

constexpr HeadLimits kLimits{2048, 32, 512};

void require(bool holds) {
  if (!holds) std::abort();
}

using Found = tl::expected<std::optional<HeadScanner::Span>, Refusal>;

// A refusal may come before the last byte, but then it is the one that all bytes give.
Found scan_in_pieces(std::string_view bytes, std::size_t step) {
  HeadScanner scanner(kLimits);
  Found found;
  for (std::size_t size = 0; size < bytes.size() && found && !found->has_value();) {
    size = std::min(bytes.size(), size + step);
    found = scanner.find(bytes.substr(0, size));
  }
  return found;
}

std::string written(const RequestHead& request) {
  std::string bytes = request.head.method + " " + request.head.path;
  if (!request.head.query.empty()) bytes += "?" + request.head.query;
  bytes += " HTTP/1." + std::to_string(request.minor_version) + "\r\n";
  for (const auto& field : request.head.headers) bytes += field.name + ": " + field.value + "\r\n";
  return bytes + "\r\n";
}

void agree_with_beast(std::string_view bytes, const RequestHead& ours) {
  beast::http::request_parser<beast::http::empty_body> parser;
  parser.eager(false);
  parser.header_limit(64 * 1024);
  parser.body_limit(boost::none);
  beast::error_code error;
  parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  // Beast also wants words in Connection and its kin; those do not frame a message.
  if (error == beast::http::error::bad_value) return;
  require(!error && parser.is_header_done());
  require(std::string_view(parser.get().method_string()) == ours.head.method);
  require(parser.chunked() == ours.chunked);
  require(parser.content_length().value_or(0) == ours.content_length);
  // Beast keeps fields of one name together, so they are compared by name.
  const auto& fields = ours.head.headers;
  require(static_cast<std::size_t>(std::distance(parser.get().begin(), parser.get().end())) == fields.size());
  for (const auto& field : fields) {
    const auto alike = [&](const Header& other) { return same_word(other.name, field.name); };
    const auto count = std::count_if(fields.begin(), fields.end(), alike);
    require(parser.get().count(field.name) == static_cast<std::size_t>(count));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto found = HeadScanner(kLimits).find(bytes);
  if (size > 0) {
    require(scan_in_pieces(bytes, 1) == found);
    require(scan_in_pieces(bytes, 1 + data[0] % 37) == found);
  }
  if (!found || !found->has_value()) return 0;
  const auto head = bytes.substr((*found)->begin, (*found)->end - (*found)->begin);
  const auto request = parse_head(head, kLimits);
  if (!request) return 0;

  const auto again = written(*request);
  const HeadLimits roomy{64 * 1024, 32, 4096};
  const auto same = HeadScanner(roomy).find(again);
  require(same && same->has_value() && (*same)->end == again.size());
  const auto reread = parse_head(again, roomy);
  require(reread && *reread == *request);
  agree_with_beast(head, *request);
  return 0;
}
