// Whatever the store holds, reading it is never the caller's fault and never loses what the caller says: the
// request is refused as internal, or its last turn is the caller's own. And a response that was interrupted
// is told as one that failed, or as nothing when it cannot be read. Lines are items.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "dialect/responses/interrupted.h"
#include "dialect/responses/request.h"
#include "wire/json.h"

namespace responses = trilogue::dialect::responses;
namespace canon = trilogue::canon;
namespace wire = trilogue::wire;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

responses::Memory as_memory(std::string_view lines) {
  responses::Memory memory;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    memory.items.emplace_back(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  if (!memory.items.empty()) memory.referenced.emplace("x", memory.items.back());
  return memory;
}

responses::IdMaker one_id() {
  return [](std::string_view prefix) { return std::string(prefix) + "1"; };
}

void check_reading(const responses::Memory& memory) {
  const auto body = responses::Body::parse(R"({"model":"m","input":[{"role":"user","content":"mine"}]})");
  const auto request = responses::read(*body, memory, one_id());
  if (!request) return require(request.error().kind == trilogue::base::FailureKind::internal);
  require(request->request.turns.back() == canon::Turn(canon::UserTurn{"mine"}));
  require(request->input_items.size() == 1);
}

// A reference may hold anything too; what is wrong with it is said at the reference.
void check_reference(const responses::Memory& memory) {
  const auto body =
      responses::Body::parse(R"({"model":"m","input":[{"role":"user","content":"a"},{"id":"x"}]})");
  const auto request = responses::read(*body, {{}, memory.referenced}, one_id());
  if (!request) require(request.error().path == "input[1].id");
}

void check_ending(std::string_view reply) {
  const auto ending = responses::interrupted(std::string(reply), 7, "stopped");
  if (ending.reply.empty()) return require(ending.event.empty());
  const auto document = wire::Document::parse(ending.reply);
  require(document.has_value());
  require(ending.event.starts_with("event: response.failed\ndata: ") && ending.event.ends_with("\n\n"));
  const auto status = document->root().find("status");
  require(!status || status->text() == "failed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const responses::Memory memory = as_memory(bytes);
  check_reading(memory);
  if (!memory.items.empty()) check_reference(memory);
  check_ending(bytes);
  return 0;
}
