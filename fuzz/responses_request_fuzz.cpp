// Whatever the request parser accepts, it reads the same when it finds its input as what the store remembers:
// the items it lists of the input, followed by one more message, give the same turns and that message. And
// what it refuses, it refuses with a reason; a count and an answer agree about the prompt.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "dialect/responses/request.h"

namespace responses = trilogue::dialect::responses;
namespace canon = trilogue::canon;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

responses::IdMaker counting_ids() {
  return [next = 1](std::string_view prefix) mutable { return std::string(prefix) + std::to_string(next++); };
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = responses::Body::parse(std::string(reinterpret_cast<const char*>(data), size));
  if (!body) {
    require(!body.error().message.empty());
    return 0;
  }
  // References find something, so that what follows them is reached.
  responses::Memory memory;
  for (const std::string& id : body->item_references())
    memory.referenced.emplace(
        id, R"({"id":"fc_0","type":"function_call","call_id":"c","name":"f","arguments":"{}"})");
  const auto request = responses::read(*body, memory, counting_ids());
  const auto counted = responses::read_count(*body, memory);
  require(request.has_value() == counted.has_value());
  if (!request) {
    require(!request.error().message.empty() && request.error() == counted.error());
    return 0;
  }
  require(counted->request == request->request && counted->tools == request->tools);
  require(request->tools.size() == request->request.tools.size());

  const auto next = responses::Body::parse(R"({"model":"m","input":"and now?"})");
  const auto later = responses::read(*next, {request->input_items, {}}, counting_ids());
  require(later.has_value());
  std::vector<canon::Turn> expected = request->request.turns;
  if (request->echo.instructions && !request->echo.instructions->empty()) expected.erase(expected.begin());
  expected.push_back(canon::UserTurn{"and now?"});
  require(later->request.turns == expected);
  return 0;
}
