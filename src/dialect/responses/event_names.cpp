#include "dialect/responses/event_names.h"

namespace trilogue::dialect::responses {

namespace {

constexpr std::string_view kContentPlace = R"(,"content_index":0)";

constexpr EventNames kText{.part_added = "response.content_part.added",
                           .delta = "response.output_text.delta",
                           .done = "response.output_text.done",
                           .part_done = "response.content_part.done",
                           .place = kContentPlace,
                           .whole = "text"};
constexpr EventNames kDocumentedReasoning{.part_added = "response.reasoning_part.added",
                                          .delta = "response.reasoning_text.delta",
                                          .done = "response.reasoning_text.done",
                                          .part_done = "response.reasoning_part.done",
                                          .place = kContentPlace,
                                          .whole = "text"};
constexpr EventNames kReasoningContent{.part_added = "response.content_part.added",
                                       .delta = "response.reasoning_text.delta",
                                       .done = "response.reasoning_text.done",
                                       .part_done = "response.content_part.done",
                                       .place = kContentPlace,
                                       .whole = "text"};
constexpr EventNames kReasoningSummary{.part_added = "response.reasoning_summary_part.added",
                                       .delta = "response.reasoning_summary_text.delta",
                                       .done = "response.reasoning_summary_text.done",
                                       .part_done = "response.reasoning_summary_part.done",
                                       .place = R"(,"summary_index":0)",
                                       .whole = "text"};
constexpr EventNames kArguments{.part_added = {},
                                .delta = "response.function_call_arguments.delta",
                                .done = "response.function_call_arguments.done",
                                .part_done = {},
                                .place = {},
                                .whole = "arguments"};
constexpr EventNames kCustomInput{.part_added = {},
                                  .delta = "response.custom_tool_call_input.delta",
                                  .done = "response.custom_tool_call_input.done",
                                  .part_done = {},
                                  .place = {},
                                  .whole = "input"};

const EventNames& reasoning_names(ReasoningStyle style) {
  switch (style) {
    case ReasoningStyle::documented:
      break;
    case ReasoningStyle::summary:
      return kReasoningSummary;
    case ReasoningStyle::content:
      return kReasoningContent;
  }
  return kDocumentedReasoning;
}

}  // namespace

const EventNames& names_of(ItemKind kind, ReasoningStyle style) {
  switch (kind) {
    case ItemKind::reasoning:
      return reasoning_names(style);
    case ItemKind::function_call:
      return kArguments;
    case ItemKind::custom_call:
      return kCustomInput;
    case ItemKind::message:
      break;
  }
  return kText;
}

}  // namespace trilogue::dialect::responses
