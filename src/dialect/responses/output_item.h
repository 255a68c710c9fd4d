// One item of a response's `output`, as it grows and as it is written. For the encoders of this folder.
#pragma once

#include <string>
#include <vector>

#include "base/enum_table.h"
#include "canon/event.h"
#include "dialect/responses/options.h"

namespace trilogue::dialect::responses {

enum class ItemKind { reasoning, message, function_call, custom_call };
enum class ItemStatus { in_progress, completed, incomplete };

inline constexpr base::EnumTable<ItemStatus, 3> kItemStatusNames{{{ItemStatus::in_progress, "in_progress"},
                                                                  {ItemStatus::completed, "completed"},
                                                                  {ItemStatus::incomplete, "incomplete"}}};
static_assert(base::is_complete(kItemStatusNames));

struct OutputItem {
  ItemKind kind = ItemKind::message;
  std::string id;
  ItemStatus status = ItemStatus::in_progress;
  std::string text;  // of the message, the reasoning, the arguments, or the input of a custom tool
  std::vector<canon::TokenLogprob> logprobs;  // of a message
  std::string call_id;                        // of a call, with the caller's names for the tool
  std::string name;
  std::string name_space;
};

// A whole reply writes the status of a reasoning item as null, a stream writes it out: so the documents do.
enum class Form { whole, streamed };

struct ItemStyle {
  Form form = Form::whole;
  ReasoningStyle reasoning = ReasoningStyle::documented;
  bool encrypted = false;  // reasoning travels in encrypted_content, once the item has ended
  bool logprobs = false;
};

// `filled`: with what is in it by now; else as response.output_item.added shows it.
void append_item(std::string& out, const OutputItem& item, const ItemStyle& style, bool filled = true);

// What the events of a part show: {"type":"output_text",…}, {"type":"reasoning_text",…} or, by the style,
// {"type":"summary_text",…}. Of a message or a reasoning item; not `filled`: with an empty text.
void append_part(std::string& out, const OutputItem& item, const ItemStyle& style, bool filled = true);

}  // namespace trilogue::dialect::responses
