#include "wire/json.h"

#include <simdjson.h>

#include <bit>
#include <charconv>
#include <cmath>

#include "wire/json_escapes.h"
#include "wire/json_numbers.h"
#include "wire/json_writer.h"

namespace trilogue::wire {

namespace dom = simdjson::dom;

namespace {

using Raw = std::array<std::uint64_t, 2>;
static_assert(sizeof(dom::element) == sizeof(Raw) && std::is_trivially_copyable_v<dom::element>);
static_assert(sizeof(dom::array::iterator) == sizeof(Raw) && sizeof(dom::object::iterator) == sizeof(Raw));

dom::element element_of(Raw raw) {
  return std::bit_cast<dom::element>(raw);
}

template <class Cursor>
Raw raw_of(const Cursor& cursor) {
  return std::bit_cast<Raw>(cursor);
}

std::string explain(simdjson::error_code error, std::string_view text) {
  switch (error) {
    case simdjson::EMPTY:
      return "the JSON document is empty";
    case simdjson::DEPTH_ERROR:
      return "the JSON document is nested deeper than " + std::to_string(kMaxJsonDepth) + " levels";
    case simdjson::UTF8_ERROR:
      return "the JSON document is not valid UTF-8";
    case simdjson::UNCLOSED_STRING:
      return "malformed JSON: a string does not end";
    case simdjson::UNESCAPED_CHARS:
      return "malformed JSON: a control character in a string is not escaped";
    case simdjson::NUMBER_ERROR:
      return "malformed JSON: a number is not well formed";
    case simdjson::STRING_ERROR:
      return has_lone_surrogate_escape(text) ? "a string holds a lone surrogate, which is not a character"
                                             : "malformed JSON: an escape in a string is not well formed";
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return "the JSON document is too large";
    default:
      return "malformed JSON";
  }
}

void append_double(std::string& out, double value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  const std::string_view text(digits, static_cast<std::size_t>(end - digits));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

template <class Integer>
void append_integer(std::string& out, Integer value) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void append_tree(std::string& out, dom::element element);

void append_array(std::string& out, dom::array array) {
  char before = '[';
  for (const dom::element item : array) {
    out += before;
    append_tree(out, item);
    before = ',';
  }
  if (before == '[') out += '[';
  out += ']';
}

void append_object(std::string& out, dom::object object) {
  char before = '{';
  for (const auto& field : object) {
    out += before;
    append_json_string(out, field.key);
    out += ':';
    append_tree(out, field.value);
    before = ',';
  }
  if (before == '{') out += '{';
  out += '}';
}

// As deep as the document is, so kMaxJsonDepth at most.
void append_tree(std::string& out, dom::element element) {
  switch (element.type()) {
    case dom::element_type::ARRAY:
      return append_array(out, dom::array(element));
    case dom::element_type::OBJECT:
      return append_object(out, dom::object(element));
    case dom::element_type::INT64:
      return append_integer(out, std::int64_t(element));
    case dom::element_type::UINT64:
      return append_integer(out, std::uint64_t(element));
    case dom::element_type::DOUBLE:
      return append_double(out, double(element));
    case dom::element_type::STRING:
      return append_json_string(out, std::string_view(element));
    case dom::element_type::BOOL:
      out += bool(element) ? "true" : "false";
      return;
    case dom::element_type::NULL_VALUE:
      out += "null";
      return;
  }
}

int depth_of(dom::element element) {
  int deepest = -1;
  if (element.is_array()) {
    deepest = 0;
    for (const dom::element item : dom::array(element)) deepest = std::max(deepest, depth_of(item));
  } else if (element.is_object()) {
    deepest = 0;
    for (const auto& field : dom::object(element)) deepest = std::max(deepest, depth_of(field.value));
  }
  return deepest + 1;
}

// What a parser needs beside the tree, a few times the text, is dear to make; that for usual texts is kept.
constexpr std::size_t kKeptCapacity = 128 * 1024;

// `body` is followed by SIMDJSON_PADDING readable bytes.
simdjson::error_code read(dom::document& tree, std::string_view body, int depth) {
  thread_local dom::parser kept;
  dom::parser large;
  const bool usual = body.size() < kKeptCapacity;
  dom::parser& parser = usual ? kept : large;
  const auto levels = static_cast<std::size_t>(depth);
  if (parser.capacity() <= body.size() || parser.max_depth() != levels) {
    if (const auto error = parser.allocate(usual ? kKeptCapacity : body.size() + 1, levels)) return error;
  }
  return parser.parse_into_document(tree, body.data(), body.size(), false).error();
}

}  // namespace

struct Document::Tree {
  dom::document document;
};

Document::Document(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {
  root_ = Value(raw_of(tree_->document.root()));
}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

base::Result<Document> Document::parse(std::string text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const std::size_t skip = std::string_view(text).starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  const std::size_t size = text.size() - skip;
  text.append(simdjson::SIMDJSON_PADDING, ' ');  // the scanner reads whole blocks

  const std::string_view body(text.data() + skip, size);

  auto tree = std::make_unique<Tree>();
  simdjson::error_code error = read(tree->document, body, kMaxJsonDepth);
  if (error == simdjson::DEPTH_ERROR) {
    // The library counts the innermost container only where it holds something: one level more, counted here.
    error = read(tree->document, body, kMaxJsonDepth + 1);
    if (!error && depth_of(tree->document.root()) > kMaxJsonDepth) error = simdjson::DEPTH_ERROR;
  }
  if (error == simdjson::NUMBER_ERROR) {
    // The library refuses integers that no 64 bits hold; in a field that nobody reads they do no harm.
    if (auto narrower = with_narrower_numbers(body)) return parse(std::move(*narrower));
  }
  if (error) return base::invalid({}, explain(error, body));
  return Document(std::move(tree));
}

Kind Value::kind() const {
  switch (element_of(raw_).type()) {
    case dom::element_type::ARRAY:
      return Kind::array;
    case dom::element_type::OBJECT:
      return Kind::object;
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
      return Kind::number;
    case dom::element_type::STRING:
      return Kind::text;
    case dom::element_type::BOOL:
      return Kind::boolean;
    case dom::element_type::NULL_VALUE:
      return Kind::null;
  }
  return Kind::null;
}

std::optional<bool> Value::boolean() const {
  bool out = false;
  if (element_of(raw_).get_bool().get(out)) return std::nullopt;
  return out;
}

std::optional<std::string_view> Value::text() const {
  std::string_view out;
  if (element_of(raw_).get_string().get(out)) return std::nullopt;
  return out;
}

std::optional<double> Value::number() const {
  double out = 0;
  if (element_of(raw_).get_double().get(out)) return std::nullopt;
  return out;
}

std::optional<std::int64_t> Value::integer() const {
  const dom::element element = element_of(raw_);
  if (element.type() != dom::element_type::DOUBLE) {
    std::int64_t out = 0;
    if (element.get_int64().get(out)) return std::nullopt;
    return out;
  }
  const double value = double(element);
  if (value != std::trunc(value) || std::abs(value) > kExactIntegers) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::optional<Value> Value::find(std::string_view key) const {
  dom::object object;
  if (element_of(raw_).get_object().get(object)) return std::nullopt;
  std::optional<Value> found;
  for (auto at = object.begin(), end = object.end(); at != end; ++at) {
    if (at.key_equals(key)) found = Value(raw_of(at.value()));
  }
  return found;
}

Elements Value::elements() const {
  dom::array array;
  if (element_of(raw_).get_array().get(array)) return {};
  return {Value(raw_of(array.begin())), Value(raw_of(array.end()))};
}

Fields Value::fields() const {
  dom::object object;
  if (element_of(raw_).get_object().get(object)) return {*this, *this};
  return {Value(raw_of(object.begin())), Value(raw_of(object.end()))};
}

Elements::Iterator& Elements::Iterator::operator++() {
  auto at = std::bit_cast<dom::array::iterator>(at_.raw_);
  at_.raw_ = raw_of(++at);
  return *this;
}

Field Fields::Iterator::operator*() const {
  const auto at = std::bit_cast<dom::object::iterator>(at_.raw_);
  return {at.key(), Value(raw_of(at.value()))};
}

Fields::Iterator& Fields::Iterator::operator++() {
  auto at = std::bit_cast<dom::object::iterator>(at_.raw_);
  at_.raw_ = raw_of(++at);
  return *this;
}

void Value::append_json(std::string& out) const {
  append_tree(out, element_of(raw_));
}

std::string Value::to_json() const {
  std::string out;
  append_json(out);
  return out;
}

}  // namespace trilogue::wire
