// Recorded events as the stream helper of the openai package reads them: it throws at
// response.reasoning_part.*, so reasoning goes out as a part of the content, as if the response had been made
// for it (ReasoningStyle::content). Belongs to one reader of one response; never changes what was recorded,
// nor a number.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "wire/json.h"
#include "wire/sse.h"

namespace trilogue::dialect::responses {

class HelperView final {
 public:
  // `frames`: whole events, in their order from call to call. What it has not seen of an item's reasoning,
  // because its reader began in mid-stream, it cannot show.
  std::string show(std::string_view frames);

 private:
  void show(const wire::SseEvent& event, std::string& out);
  void show_part(const wire::SseEvent& event, wire::Value data, std::string& out);
  void hear(wire::Value delta);
  std::string with_reasoning(wire::Value data) const;
  std::string response_with_reasoning(wire::Value response) const;
  std::string item_with_reasoning(wire::Value item) const;

  wire::SseDeframer deframer_;
  std::map<std::string, std::string, std::less<>> reasoning_;  // of an item by its id, since its part began
};

}  // namespace trilogue::dialect::responses
