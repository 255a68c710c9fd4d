// The turns of a Responses request, gathered item by item: instructions, then what the store remembers, then
// the request's own input. For request.cpp only; faults go to the reader it is given. Consecutive reasoning,
// message and call items are one assistant turn, as they were one answer.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "canon/request.h"
#include "dialect/responses/request.h"
#include "wire/json_node.h"

namespace trilogue::dialect::responses {

class Conversation final {
 public:
  // Without `ids` no items are made of the input.
  explicit Conversation(const IdMaker* ids) : ids_(ids) {}

  void instruct(std::string_view instructions);

  // Failure: internal, when what the store holds cannot be read. `memory` must outlive this.
  base::Result<void> remember(const Memory& memory);

  void read_input(wire::Reader& reader, const wire::Node& input);

  // The fault is a reference to what the store does not hold.
  bool missing() const { return missing_; }

  std::vector<canon::Turn> take_turns() { return std::move(turns_); }
  std::vector<std::string> take_items() { return std::move(items_); }

 private:
  void read_item(wire::Reader& reader, const wire::Node& item);
  bool take_known(wire::Reader& reader, const wire::Node& item, std::string_view type);
  void take_message(wire::Reader& reader, const wire::Node& item);
  void take_assistant(std::string text);
  void take_reasoning(wire::Reader& reader, const wire::Node& item);
  void take_function_call(wire::Reader& reader, const wire::Node& item);
  void take_custom_call(wire::Reader& reader, const wire::Node& item);
  void skip(const wire::Node& item);
  void take_output(wire::Reader& reader, const wire::Node& item);
  void take_news(wire::Reader& reader, const wire::Node& item);
  void take_reference(wire::Reader& reader, const wire::Node& item);
  void add_call(wire::Reader& reader, const wire::Node& item, std::string arguments);
  void add(canon::Turn turn);
  canon::AssistantTurn* open_turn();  // none: the next item of the assistant begins another
  canon::AssistantTurn& begin_turn();
  void list(const wire::Node& item, std::string_view type);

  const IdMaker* ids_;
  std::vector<canon::Turn> turns_;
  std::vector<std::string> items_;
  std::unordered_map<std::string, std::string_view> stored_;    // texts of Memory's items, by id
  std::unordered_map<std::string, std::string> names_by_call_;  // as the model was shown them
  std::unordered_set<std::string> foreign_calls_;               // ids of calls that were left out
  std::unordered_set<std::string> referenced_;                  // ids of the references so far
  std::size_t references_ = 0;
  bool open_ = false;   // the last turn is the assistant's, and goes on
  bool taken_ = false;  // something of the input says something
  bool missing_ = false;
};

}  // namespace trilogue::dialect::responses
