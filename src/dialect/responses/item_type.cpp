#include "dialect/responses/item_type.h"

#include <algorithm>
#include <array>
#include <utility>

namespace trilogue::dialect::responses {

namespace {

constexpr std::array<std::string_view, 23> kForeign{"additional_tools",        "apply_patch_call",
                                                    "apply_patch_call_output", "code_interpreter_call",
                                                    "computer_call",           "computer_call_output",
                                                    "file_search_call",        "ghost_snapshot",
                                                    "image_generation_call",   "local_shell_call",
                                                    "local_shell_call_output", "mcp_approval_request",
                                                    "mcp_approval_response",   "mcp_call",
                                                    "mcp_list_tools",          "program",
                                                    "program_output",          "shell_call",
                                                    "shell_call_output",       "tool_search_call",
                                                    "tool_search_output",      "web_search_call",
                                                    "web_search_preview_call"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kPrefixes{
    {{"message", "msg_"},
     {"reasoning", "rs_"},
     {"function_call", "fc_"},
     {"function_call_output", "fco_"},
     {"custom_tool_call", "ctc_"},
     {"custom_tool_call_output", "ctco_"}}};

bool holds(const wire::Value& item, std::string_view key) {
  const auto value = item.find(key);
  return value && !value->is_null();
}

}  // namespace

std::string_view item_type(const wire::Value& item) {
  if (const auto type = item.find("type"); type && !type->is_null())
    return type->text().value_or(std::string_view());
  if (holds(item, "role")) return "message";
  return holds(item, "id") ? kItemReference : std::string_view();
}

bool is_foreign_item(std::string_view type) {
  return std::find(kForeign.begin(), kForeign.end(), type) != kForeign.end();
}

std::string_view id_prefix(std::string_view type) {
  for (const auto& [name, prefix] : kPrefixes) {
    if (name == type) return prefix;
  }
  return "item_";
}

}  // namespace trilogue::dialect::responses
