// A JSON value together with the way to it, and a Reader that takes typed fields out of it. The way costs
// nothing until a fault is reported: each Node points at its parent on the stack, so a Node must not outlive
// the one it came from (temporaries as parents do not compile).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/failure.h"
#include "wire/json.h"

namespace trilogue::wire {

class NodeElements;

class Node final {
 public:
  explicit Node(Value root) : value_(root), there_(!root.is_null()) {}

  // There, and not null: everywhere null says the same as leaving the field out.
  bool present() const { return there_; }
  const Value& value() const { return value_; }  // only when present()

  Node field(std::string_view key) const&;  // an absent one when there is none
  Node field(std::string_view key) && = delete;
  Node field(std::string_view key) const&& = delete;
  NodeElements elements() const&;  // of an array; none otherwise
  NodeElements elements() const&& = delete;
  Node member(const Field& of_this_object) const& {
    return {this, of_this_object.key, kNoIndex, of_this_object.value};
  }

  // `messages[3].content[0].type`; "" for the document itself. Long or odd keys are cut and quoted.
  std::string path() const;

 private:
  friend class NodeElements;
  static constexpr std::size_t kNoIndex = static_cast<std::size_t>(-1);
  Node(const Node* parent, std::string_view key, std::size_t index, std::optional<Value> value)
      : value_(value.value_or(Value())),
        parent_(parent),
        key_(key),
        index_(index),
        there_(value.has_value() && !value->is_null()) {}
  void append_step(std::string& out) const;

  Value value_;
  const Node* parent_ = nullptr;
  std::string_view key_;
  std::size_t index_ = kNoIndex;  // a real one: an element of an array, without a key
  bool there_;
};

class NodeElements {
 public:
  class Iterator {
   public:
    Iterator(const Node* array, Elements::Iterator at) : array_(array), at_(at) {}
    Node operator*() const { return {array_, {}, index_, *at_}; }
    Iterator& operator++() {
      ++at_;
      ++index_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    const Node* array_;
    Elements::Iterator at_;
    std::size_t index_ = 0;
  };
  explicit NodeElements(const Node* array, Elements elements) : array_(array), elements_(elements) {}
  Iterator begin() const { return {array_, elements_.begin()}; }
  Iterator end() const { return {array_, elements_.end()}; }

 private:
  const Node* array_;
  Elements elements_;
};

struct NumberRange {
  double low;
  double high;
  bool over_low = false;  // low itself is outside
};

// Takes typed values out of nodes and remembers the first fault, so that a parser reads as a list of fields:
// after a fault every read still answers, with a default. Ask failed() before using what was read. An absent
// (or null) node gives the fallback; a required one is a fault. Views live as long as the Document.
class Reader final {
 public:
  bool failed() const { return fault_.has_value(); }
  base::Failure take_fault() { return std::move(*fault_); }
  void fault(const Node& at, std::string message);  // only the first is kept

  bool require(const Node& node);  // false, and a fault, when it is absent
  std::optional<std::string_view> text(const Node& node);
  std::string_view required_text(const Node& node);
  bool boolean(const Node& node, bool fallback);
  double number(const Node& node, NumberRange range, double fallback);
  std::optional<std::int64_t> integer(const Node& node, std::int64_t low, std::int64_t high);
  bool is_array(const Node& node);   // present and an array; another kind is a fault
  bool is_object(const Node& node);  // present and an object; another kind is a fault
  // A fault for a field of another name, or one that is there twice: for settings, where one that is
  // overlooked is a limit that does not hold.
  void only(const Node& object, std::initializer_list<std::string_view> names);

 private:
  void wrong_kind(const Node& node, std::string_view expected);

  std::optional<base::Failure> fault_;
};

}  // namespace trilogue::wire
