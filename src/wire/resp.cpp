#include "wire/resp.h"

#include <charconv>
#include <utility>

namespace trilogue::wire {
namespace {

using base::Result;

constexpr std::string_view kLineEnd = "\r\n";

tl::unexpected<base::Failure> not_resp(const char* why) {
  return base::invalid("", std::string("not an answer in RESP: ") + why);
}

// Nothing: not all of it is there yet.
template <class T>
using Read = Result<std::optional<T>>;

// Reads one value from the beginning of what is there.
class Cursor final {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}

  std::size_t consumed() const { return at_; }

  Read<RespValue> value(int depth) {
    if (at_ == bytes_.size()) return std::nullopt;
    const char kind = bytes_[at_++];
    const auto line = take_line();
    if (!line) return std::nullopt;
    switch (kind) {
      case '+':
        return RespValue{std::string(*line)};
      case '-':
        return RespValue{RespError{std::string(*line)}};
      case ':':
        return number(*line).map([](std::int64_t value) { return std::optional(RespValue{value}); });
      case '$':
        return number(*line).and_then([this](std::int64_t length) { return text(length); });
      case '*':
        return number(*line).and_then([this, depth](std::int64_t length) { return list(length, depth); });
      default:
        return not_resp("a value of an unknown kind");
    }
  }

 private:
  std::optional<std::string_view> take_line() {
    const auto end = bytes_.find(kLineEnd, at_);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = bytes_.substr(at_, end - at_);
    at_ = end + kLineEnd.size();
    return line;
  }

  static Result<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return not_resp("a number was expected");
    return value;
  }

  Read<RespValue> text(std::int64_t length) {
    if (length == -1) return RespValue{};
    if (length < 0 || std::cmp_greater(length, RespReader::kMostWaitedFor))
      return not_resp("a text of an impossible length");
    const auto size = static_cast<std::size_t>(length);
    if (bytes_.size() - at_ < size + kLineEnd.size()) return std::nullopt;
    if (bytes_.substr(at_ + size, kLineEnd.size()) != kLineEnd)
      return not_resp("a text is longer than it says");
    RespValue value{std::string(bytes_.substr(at_, size))};
    at_ += size + kLineEnd.size();
    return value;
  }

  Read<RespValue> list(std::int64_t length, int depth) {
    if (length == -1) return RespValue{};
    if (length < 0 || std::cmp_greater(length, RespReader::kMostWaitedFor))
      return not_resp("a list of an impossible length");
    if (depth == RespReader::kMostNested) return not_resp("lists are nested too deeply");
    RespValue::List items;  // grows with what really came, whatever the length says
    for (std::int64_t i = 0; i < length; ++i) {
      auto item = value(depth + 1);
      if (!item || !*item) return item;
      items.push_back(std::move(**item));
    }
    return RespValue{std::move(items)};
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

void append_head(std::string& out, char kind, std::size_t length) {
  out += kind;
  out += std::to_string(length);
  out += kLineEnd;
}

}  // namespace

void append_resp_command(std::string& out, std::span<const std::string> words) {
  append_head(out, '*', words.size());
  for (const std::string& word : words) {
    append_head(out, '$', word.size());
    out += word;
    out += kLineEnd;
  }
}

Result<std::optional<RespValue>> RespReader::next() {
  Cursor cursor(std::string_view(bytes_).substr(read_));
  auto value = cursor.value(0);
  if (!value) return value;
  if (*value) {
    read_ += cursor.consumed();
  } else if (bytes_.size() - read_ > kMostWaitedFor) {
    return not_resp("a value that is too long");
  }
  if (!*value || read_ == bytes_.size()) bytes_.erase(0, std::exchange(read_, 0));
  return value;
}

}  // namespace trilogue::wire
