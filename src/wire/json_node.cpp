#include "wire/json_node.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "wire/json_writer.h"
#include "wire/utf8.h"

namespace trilogue::wire {

namespace {

constexpr std::size_t kLongestKey = 64;

bool plain_key(std::string_view key) {
  return std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "a boolean";
    case Kind::number:
      return "a number";
    case Kind::text:
      return "a string";
    case Kind::array:
      return "an array";
    case Kind::object:
      return "an object";
  }
  return "something else";
}

std::string number_text(double value) {
  std::string out;
  append_json_number(out, value);
  return out;
}

}  // namespace

Node Node::field(std::string_view key) const& {
  return {this, key, kNoIndex, there_ ? value_.find(key) : std::nullopt};
}

NodeElements Node::elements() const& {
  return NodeElements(this, there_ ? value_.elements() : Elements());
}

void Node::append_step(std::string& out) const {
  if (parent_ == nullptr) return;
  parent_->append_step(out);
  if (index_ != kNoIndex) {
    out += '[' + std::to_string(index_) + ']';
    return;
  }
  const std::string_view key = key_.substr(0, border_before(key_, kLongestKey));
  if (!plain_key(key)) {
    out += '[';
    append_json_string(out, key);
    out += ']';
    return;
  }
  if (!out.empty()) out += '.';
  out += key;
}

std::string Node::path() const {
  std::string out;
  append_step(out);
  return out;
}

void Reader::fault(const Node& at, std::string message) {
  if (fault_) return;
  fault_ = base::Failure{base::FailureKind::invalid_request, std::move(message), at.path(), std::nullopt};
}

void Reader::wrong_kind(const Node& node, std::string_view expected) {
  if (fault_) return;
  std::string message = "expected ";
  message += expected;
  message += ", got ";
  message += kind_name(node.value().kind());
  fault(node, std::move(message));
}

void Reader::only(const Node& object, std::initializer_list<std::string_view> names) {
  std::vector<std::string_view> seen;
  for (const auto& field : object.value().fields()) {
    if (std::ranges::find(names, field.key) == names.end()) fault(object.member(field), "is not a setting");
    if (std::ranges::find(seen, field.key) != seen.end()) fault(object.member(field), "is there twice");
    if (failed()) return;
    seen.push_back(field.key);
  }
}

bool Reader::require(const Node& node) {
  if (!node.present()) fault(node, "is required");
  return node.present();
}

std::optional<std::string_view> Reader::text(const Node& node) {
  if (!node.present()) return std::nullopt;
  const auto text = node.value().text();
  if (!text) wrong_kind(node, "a string");
  return text;
}

std::string_view Reader::required_text(const Node& node) {
  return require(node) ? text(node).value_or(std::string_view()) : std::string_view();
}

bool Reader::boolean(const Node& node, bool fallback) {
  if (!node.present()) return fallback;
  const auto flag = node.value().boolean();
  if (!flag) wrong_kind(node, "a boolean");
  return flag.value_or(fallback);
}

double Reader::number(const Node& node, NumberRange range, double fallback) {
  if (!node.present()) return fallback;
  const auto number = node.value().number();
  if (!number) {
    wrong_kind(node, "a number");
    return fallback;
  }
  const bool too_low = range.over_low ? *number <= range.low : *number < range.low;
  if (!too_low && *number <= range.high) return *number;
  if (!failed()) {
    const std::string_view open = range.over_low ? "over " : "from ";
    const std::string_view to = range.over_low ? ", up to " : " to ";
    fault(node, "expected a number " + std::string(open) + number_text(range.low) + std::string(to) +
                    number_text(range.high) + ", got " + number_text(*number));
  }
  return fallback;
}

std::optional<std::int64_t> Reader::integer(const Node& node, std::int64_t low, std::int64_t high) {
  if (!node.present()) return std::nullopt;
  if (node.value().kind() != Kind::number) {
    wrong_kind(node, "an integer");
    return std::nullopt;
  }
  const auto number = node.value().integer();
  if (number && *number >= low && *number <= high) return number;
  // Where there is no upper end of its own, a number beyond 2^53, which has no fraction, is as good as any.
  const bool endless = low >= 0 && high == std::numeric_limits<std::int64_t>::max();
  if (endless && !number && node.value().number().value_or(0) > kExactIntegers) return high;
  if (!failed()) {
    const bool capped = high < std::numeric_limits<std::int32_t>::max();
    const std::string range =
        "from " + std::to_string(low) + (capped ? " to " + std::to_string(high) : " on");
    fault(node, "expected an integer " + range + ", got " + node.value().to_json());
  }
  return std::nullopt;
}

bool Reader::is_array(const Node& node) {
  if (!node.present()) return false;
  if (node.value().kind() != Kind::array) wrong_kind(node, "an array");
  return node.value().kind() == Kind::array;
}

bool Reader::is_object(const Node& node) {
  if (!node.present()) return false;
  if (node.value().kind() != Kind::object) wrong_kind(node, "an object");
  return node.value().kind() == Kind::object;
}

}  // namespace trilogue::wire
