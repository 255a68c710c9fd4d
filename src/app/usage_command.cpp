#include "app/usage_command.h"

#include <cstdio>
#include <string>
#include <vector>

#include "app/operator_calls.h"
#include "app/terminal_text.h"
#include "app/text_table.h"
#include "wire/json.h"

namespace trilogue::app {

namespace {

constexpr const char* kCounts[] = {"requests", "prompt_tokens", "cached_tokens", "completion_tokens",
                                   "reasoning_tokens"};

std::vector<std::string> row_of(const wire::Value& object, std::string group) {
  std::vector<std::string> row{std::move(group)};
  for (const char* const name : kCounts) {
    const auto value = object.find(name);
    row.push_back(value ? std::to_string(value->integer().value_or(0)) : "");
  }
  const auto cost = object.find("cost");
  char text[32];
  std::snprintf(text, sizeof text, "%.6f", cost ? cost->number().value_or(0) : 0);
  row.emplace_back(text);
  return row;
}

std::string group_of(const wire::Value& row) {
  for (const char* const name : {"day", "key", "model", "api"}) {
    const auto value = row.find(name);
    const auto text = value ? value->text() : std::nullopt;
    if (text) return text->empty() ? "(no key)" : shown_on_terminal(std::string(*text));
  }
  return "";
}

std::string table_of(const wire::Value& usage) {
  TextTable table;
  table.rows.push_back({"", "REQUESTS", "PROMPT", "CACHED", "COMPLETION", "REASONING", "COST"});
  table.numbers = {false, true, true, true, true, true, true};
  if (const auto rows = usage.find("rows")) {
    for (const auto row : rows->elements()) table.rows.push_back(row_of(row, group_of(row)));
  }
  table.rows.push_back(row_of(usage, "total"));
  return table.text();
}

}  // namespace

int print_usage(const UsageCommand& command) {
  const OperatorCall call{"GET", "/admin/v1/usage" + command.query, ""};
  return print_answer(command.configuration, call, command.json, table_of);
}

}  // namespace trilogue::app
