// JSON text as a tree to look at. A Document owns the parsed tree, a Value is a 16-byte cursor into it, as
// cheap to copy as a view and valid as long as its Document lives. Any one thread at a time. Knows no path
// and no field names: json_node.h adds the path of a fault. Where a key stands twice in an object, the last
// one counts, as in JSON.parse and Python's json.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace trilogue::wire {

inline constexpr int kMaxJsonDepth = 128;

enum class Kind { null, boolean, number, text, array, object };

// 2^53: up to it a double names one integer.
inline constexpr double kExactIntegers = 9007199254740992;

class Elements;
class Fields;

class Value {
 public:
  Value() = default;  // of no document: only assignment is allowed

  Kind kind() const;
  bool is_null() const { return kind() == Kind::null; }

  // Each is empty when the value is of another kind: nothing is converted.
  std::optional<bool> boolean() const;
  std::optional<std::string_view> text() const;  // unescaped, valid UTF-8; may hold U+0000
  std::optional<double> number() const;
  // A whole number within 64 bits. One written 1.0 or 1e2 counts, up to 2^53.
  std::optional<std::int64_t> integer() const;

  // The member of an object; empty when it has none of that name or this is no object.
  std::optional<Value> find(std::string_view key) const;

  Elements elements() const;  // of an array; none otherwise
  Fields fields() const;      // of an object, twice written keys twice; none otherwise

  // Compact JSON of this value: numbers keep their value and whether they are whole, keys their order.
  void append_json(std::string& out) const;
  std::string to_json() const;

 private:
  friend class Document;
  friend class Elements;
  friend class Fields;
  using Raw = std::array<std::uint64_t, 2>;
  explicit Value(Raw raw) : raw_(raw) {}

  Raw raw_{};  // the tree library's own cursor, so that its header stays in one source file
};

class Elements {
 public:
  class Iterator {
   public:
    explicit Iterator(Value at) : at_(at) {}
    Value operator*() const { return at_; }
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return at_.raw_ != other.at_.raw_; }

   private:
    Value at_;
  };
  Elements() : begin_(Value()), end_(Value()) {}  // none
  Iterator begin() const { return begin_; }
  Iterator end() const { return end_; }

 private:
  friend class Value;
  Elements(Value begin, Value end) : begin_(begin), end_(end) {}
  Iterator begin_, end_;
};

struct Field {
  std::string_view key;
  Value value;
};

class Fields {
 public:
  class Iterator {
   public:
    explicit Iterator(Value at) : at_(at) {}
    Field operator*() const;
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return at_.raw_ != other.at_.raw_; }

   private:
    Value at_;  // stands on the key
  };
  Iterator begin() const { return begin_; }
  Iterator end() const { return end_; }

 private:
  friend class Value;
  Fields(Value begin, Value end) : begin_(begin), end_(end) {}
  Iterator begin_, end_;
};

class Document final {
 public:
  // Takes the whole text, a byte order mark in front allowed. Failure: invalid_request saying what is wrong:
  // empty, malformed, invalid UTF-8, a lone surrogate, nesting over kMaxJsonDepth. A number that neither 64
  // bits nor a double hold is the double that is nearest to it.
  static base::Result<Document> parse(std::string text);

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  Value root() const { return root_; }

 private:
  struct Tree;
  explicit Document(std::unique_ptr<Tree> tree);

  std::unique_ptr<Tree> tree_;
  Value root_;
};

}  // namespace trilogue::wire
