#include "engine/llama/marker_guard.h"

#include <algorithm>
#include <array>

#include "wire/json_writer.h"

namespace trilogue::engine::llama {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Words by which templates look into a schema: they must stay what they are, and none of them is a caller's
// text.
constexpr std::array<std::string_view, 16> kSchemaWords{
    "type",  "properties", "required", "items", "enum",   "description", "anyOf",    "oneOf",
    "allOf", "title",      "default",  "const", "format", "parameters",  "nullable", "$ref"};

std::size_t character_length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte < 0xC0) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

std::string_view middle_of(std::string_view marker) {
  constexpr std::string_view kPunctuation = "<>|[]/{}=:";
  const std::size_t first = marker.find_first_not_of(kPunctuation);
  if (first == std::string_view::npos) return {};
  return marker.substr(first, marker.find_last_not_of(kPunctuation) - first + 1);
}

}  // namespace

MarkerGuard::MarkerGuard(std::vector<MarkerToken> markers) : markers_(std::move(markers)), nodes_(1) {
  for (std::size_t index = 0; index < markers_.size(); ++index) {
    const std::string& text = markers_[index].text;
    int node = 0;
    for (const char byte : text) {
      int next = child(node, byte);
      if (next < 0) {
        next = static_cast<int>(nodes_.size());
        nodes_[node].children.emplace_back(byte, next);
        nodes_.emplace_back();
      }
      node = next;
    }
    if (node != 0) nodes_[node].marker = static_cast<int>(index);
    for (std::size_t cut = 1; cut < text.size(); ++cut) ends_.insert(text.substr(cut));
    middles_.emplace(middle_of(text));
    longest_ = std::max(longest_, text.size());
  }
}

int MarkerGuard::child(int node, char byte) const {
  for (const auto& [key, next] : nodes_[node].children) {
    if (key == byte) return next;
  }
  return -1;
}

MarkerGuard::Walk MarkerGuard::walk(std::string_view text, std::size_t at) const {
  Walk result;
  int node = 0;
  for (; at < text.size(); ++at) {
    node = child(node, text[at]);
    if (node < 0) return result;
    if (nodes_[node].marker >= 0) result.marker = nodes_[node].marker;
  }
  result.reaches_end = true;
  return result;
}

const MarkerToken* MarkerGuard::marker_at(std::string_view text, std::size_t at) const {
  const int marker = walk(text, at).marker;
  return marker < 0 ? nullptr : &markers_[static_cast<std::size_t>(marker)];
}

// Whether a template that writes something right before this text could make a marker of both.
bool MarkerGuard::may_complete(std::string_view text) const {
  if (middles_.contains(std::string(text))) return true;
  for (std::size_t length = 1; length <= std::min(text.size(), longest_); ++length) {
    if (ends_.contains(std::string(text.substr(0, length)))) return true;
  }
  return false;
}

std::string MarkerGuard::defuse(std::string_view text) const {
  std::string safe;
  safe.reserve(text.size() + 16);
  if (may_complete(text)) safe += kSeparator;
  bool open_end = false;
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at, kSeparator.size()) == kSeparator) {
      safe += kReplacement;
      at += kSeparator.size();
      continue;
    }
    const Walk found = walk(text, at);
    const std::size_t length = std::min(character_length(text[at]), text.size() - at);
    safe.append(text, at, length);
    if (found.marker >= 0) safe += kSeparator;
    open_end |= found.reaches_end;
    at += length;
  }
  if (open_end) safe += kSeparator;
  return safe;
}

namespace {

void append_defused(const MarkerGuard& guard, const wire::Value& value, std::string& out) {
  switch (value.kind()) {
    case wire::Kind::null:
    case wire::Kind::boolean:
    case wire::Kind::number:
      return value.append_json(out);
    case wire::Kind::text:
      return wire::append_json_string(out, guard.defuse(*value.text()));
    case wire::Kind::array: {
      char before = '[';
      for (const wire::Value element : value.elements()) {
        out += before;
        append_defused(guard, element, out);
        before = ',';
      }
      if (before == '[') out += '[';
      out += ']';
      return;
    }
    case wire::Kind::object: {
      char before = '{';
      for (const auto& [key, member] : value.fields()) {
        out += before;
        const bool known = std::find(kSchemaWords.begin(), kSchemaWords.end(), key) != kSchemaWords.end();
        wire::append_json_string(out, known ? std::string(key) : guard.defuse(key));
        out += ':';
        append_defused(guard, member, out);
        before = ',';
      }
      if (before == '{') out += '{';
      out += '}';
      return;
    }
  }
}

}  // namespace

std::string MarkerGuard::defuse_json(const wire::Value& value) const {
  std::string json;
  append_defused(*this, value, json);
  return json;
}

}  // namespace trilogue::engine::llama
