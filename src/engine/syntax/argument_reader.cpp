#include "engine/syntax/argument_reader.h"

#include "engine/syntax/spelling.h"
#include "wire/json_writer.h"

namespace trilogue::engine::syntax {
namespace {

// The model writes the object itself: only its end has to be known.
class JsonArguments final : public ArgumentReader {
 public:
  bool step(char byte, std::string& json) override {
    if (byte == kAtomOpens || byte == kAtomCloses) return false;
    if (depth_ == 0) return begin(byte, json);
    json += byte;
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (byte == '\\') {
        escaped_ = true;
      } else if (byte == '"') {
        in_string_ = false;
      }
      return false;
    }
    in_string_ = byte == '"';
    if (byte == '{' || byte == '[') ++depth_;
    if (byte == '}' || byte == ']') --depth_;
    return depth_ == 0;
  }

  bool end(bool cut, std::string& json) override {
    if (depth_ > 0 || cut) return false;
    json += "{}";
    return true;
  }

 private:
  bool begin(char byte, std::string& json) {
    if (is_space(byte)) return false;
    if (byte != '{') {
      json += "{}";  // a call without an object has no arguments
      return true;
    }
    json += byte;
    depth_ = 1;
    return false;
  }

  int depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

// The model writes each value between tags, strings without quotes.
class TaggedArguments final : public ArgumentReader {
 public:
  TaggedArguments(const CallSyntax& call, std::string_view schema)
      : kinds_(schema),
        name_end_(without_outer_space(call.parameter_name_end)),
        between_({{std::string(without_outer_space(call.parameter_begin)), kParameter},
                  {first_word(call.call_end), kEnd}}),
        value_({{std::string(without_outer_space(call.parameter_end)), kEnd}}) {}

  bool step(char byte, std::string& json) override {
    std::string bytes(1, byte);
    // A find leaves bytes that belong to the next zone; they are few, and come from one find only.
    while (!bytes.empty()) {
      const char next = bytes.front();
      bytes.erase(0, 1);
      if (step_one(next, bytes, json)) return true;
    }
    return false;
  }

  bool end(bool cut, std::string& json) override {
    // What the limit cut off may be the beginning of a tag; what the model left so is what it wrote.
    if (zone_ == Zone::value && !cut) add_held(json);
    if (zone_ != Zone::between || cut) return false;
    close(json);
    return true;
  }

 private:
  enum class Zone { between, name, value };
  static constexpr int kParameter = 0;
  static constexpr int kEnd = 1;

  static std::string first_word(std::string_view marker) {
    marker = without_outer_space(marker);
    std::size_t end = 0;
    while (end < marker.size() && !is_space(marker[end])) ++end;
    return std::string(marker.substr(0, end));
  }

  bool step_one(char byte, std::string& rest, std::string& json) {
    switch (zone_) {
      case Zone::between:
        return step_between(byte, rest, json);
      case Zone::name:
        return step_name(byte, json), false;
      case Zone::value:
        return step_value(byte, rest, json), false;
    }
    return false;
  }

  bool step_between(char byte, std::string& rest, std::string& json) {
    std::string ignored;
    const int found = between_.step(byte, ignored);
    if (found == MarkerMatcher::kNothing) return false;
    rest.insert(0, between_.take_rest());
    if (found == kEnd) {
      close(json);
      return true;
    }
    zone_ = Zone::name;
    name_.clear();
    return false;
  }

  void step_name(char byte, std::string& json) {
    name_ += byte;
    if (!std::string_view(name_).ends_with(name_end_)) return;
    name_.resize(name_.size() - name_end_.size());
    name_ = plain(without_outer_space(name_));
    begin_value(json);
  }

  void begin_value(std::string& json) {
    zone_ = Zone::value;
    first_byte_ = true;
    newline_ = false;
    raw_.clear();
    repeated_ = !names_.insert(name_).second;
    kind_ = kinds_.of(name_);
    if (repeated_) return;
    json += names_.size() == 1 ? "{" : ",";
    wire::append_json_string(json, name_);
    json += kind_ == ValueKind::text ? ":\"" : ":";
  }

  void step_value(char byte, std::string& rest, std::string& json) {
    if (first_byte_) {
      first_byte_ = false;
      if (byte == '\n') return;
    }
    std::string text;
    const int found = value_.step(byte, text);
    add_value(text, json);
    if (found == MarkerMatcher::kNothing) return;
    rest.insert(0, value_.take_rest());
    end_value(json);
  }

  // The newline before the closing tag belongs to the tag: the last one waits until something follows it.
  void add_value(std::string_view text, std::string& json) {
    if (text.empty() || repeated_) return;
    std::string value = (newline_ ? "\n" : "") + plain(text);
    newline_ = value.ends_with('\n');
    if (newline_) value.pop_back();
    if (kind_ == ValueKind::text) {
      wire::append_json_escaped(json, value);
    } else {
      raw_ += value;
    }
  }

  void end_value(std::string& json) {
    zone_ = Zone::between;
    if (repeated_) return;
    json += kind_ == ValueKind::text ? "\"" : kinds_.json_of(name_, raw_);
  }

  void add_held(std::string& json) {
    std::string text;
    value_.end(text);
    if (kind_ == ValueKind::text) add_value(text, json);
  }

  void close(std::string& json) { json += names_.empty() ? "{}" : "}"; }

  ParameterKinds kinds_;
  std::string name_end_;
  MarkerMatcher between_;
  MarkerMatcher value_;
  Zone zone_ = Zone::between;
  std::set<std::string> names_;
  std::string name_;
  ValueKind kind_ = ValueKind::either;
  bool repeated_ = false;    // the first value of a name counts
  bool first_byte_ = false;  // of a value: one newline is trimmed
  bool newline_ = false;     // held back
  std::string raw_;          // of a value that is no plain string
};

}  // namespace

std::unique_ptr<ArgumentReader> make_argument_reader(const CallSyntax& call, std::string_view schema) {
  if (call.style == ArgumentStyle::json) return std::make_unique<JsonArguments>();
  return std::make_unique<TaggedArguments>(call, schema);
}

}  // namespace trilogue::engine::syntax
