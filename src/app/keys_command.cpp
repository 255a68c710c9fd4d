#include "app/keys_command.h"

#include <string>

#include "app/answer_fields.h"
#include "app/operator_calls.h"
#include "app/text_table.h"
#include "serve/query.h"
#include "wire/json.h"

namespace trilogue::app {

namespace {

using Action = KeysCommand::Action;

OperatorCall call_of(const KeysCommand& command) {
  const std::string all = "/admin/v1/keys";
  const std::string one = all + "/" + serve::percent_encoded(command.id);
  switch (command.action) {
    case Action::create:
      return {"POST", all, command.settings};
    case Action::list:
      return {"GET", all, ""};
    case Action::update:
      return {"POST", one, command.settings};
    case Action::revoke:
      return {"POST", one + "/revoke", "{}"};
    case Action::rotate:
      return {"POST", one + "/rotate", "{}"};
  }
  return {};
}

std::string list_text(const wire::Value& list) {
  TextTable table;
  table.rows.push_back({"ID", "NAME", "ACCOUNT", "KEY", "TIER", "STATUS", "MADE", "EXPIRES", "TOKENS"});
  table.numbers = {false, false, false, false, false, false, false, false, true};
  const auto data = list.find("data");
  if (!data) return "";
  for (const auto key : data->elements()) {
    const auto used = key.find("used");
    table.rows.push_back({text_of(key, "id"), text_of(key, "name"), text_of(key, "account"),
                          text_of(key, "hint"), text_of(key, "tier"), text_of(key, "status"),
                          day_of(key, "created_at"), day_of(key, "expires_at"),
                          used ? count_of(*used, "tokens") : ""});
  }
  if (table.rows.size() == 1) return "There are no keys. Make one: trilogue keys create NAME\n";
  return table.text();
}

std::string text_for(const KeysCommand& command, const wire::Value& answer) {
  const std::string id = text_of(answer, "id");
  const std::string once = "  " + text_of(answer, "key") + "\n\nIt is shown this once: keep it now.\n";
  switch (command.action) {
    case Action::create:
      return "Key " + id + " (" + text_of(answer, "name") + ") is\n\n" + once;
    case Action::rotate:
      return "Key " + id + " is from now on\n\n" + once;
    case Action::update:
      return "Key " + id + " is changed.\n";
    case Action::revoke:
      return "Key " + id + " is revoked.\n";
    case Action::list:
      return list_text(answer);
  }
  return "";
}

}  // namespace

int keys(const KeysCommand& command) {
  return print_answer(command.configuration, call_of(command), command.json,
                      [&command](const wire::Value& answer) { return text_for(command, answer); });
}

}  // namespace trilogue::app
