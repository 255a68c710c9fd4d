#include "app/accounts_command.h"

#include <string>

#include "app/answer_fields.h"
#include "app/operator_calls.h"
#include "app/text_table.h"
#include "serve/query.h"

namespace trilogue::app {

namespace {

using Action = AccountsCommand::Action;

OperatorCall call_of(const AccountsCommand& command) {
  const std::string all = "/admin/v1/accounts";
  switch (command.action) {
    case Action::create:
      return {"POST", all, command.settings};
    case Action::list:
      return {"GET", all, ""};
    case Action::update:
      return {"POST", all + "/" + serve::percent_encoded(command.id), command.settings};
  }
  return {};
}

std::string list_text(const wire::Value& list) {
  TextTable table;
  table.rows.push_back({"ID", "NAME", "TIER", "MADE", "KEYS", "RPM", "TPM", "TOKENS"});
  table.numbers = {false, false, false, false, true, true, true, true};
  const auto data = list.find("data");
  if (!data) return "";
  for (const auto account : data->elements()) {
    const auto limits = account.find("limits");
    const auto used = account.find("used");
    table.rows.push_back({text_of(account, "id"), text_of(account, "name"), text_of(account, "tier"),
                          day_of(account, "created_at"), count_of(account, "keys"),
                          limits ? count_of(*limits, "requests_per_minute") : "",
                          limits ? count_of(*limits, "tokens_per_minute") : "",
                          used ? count_of(*used, "tokens") : ""});
  }
  if (table.rows.size() == 1) return "There are no accounts. Make one: trilogue accounts create NAME\n";
  return table.text();
}

std::string text_for(const AccountsCommand& command, const wire::Value& answer) {
  if (command.action == Action::list) return list_text(answer);
  return "Account " + text_of(answer, "id") + " (" + text_of(answer, "name") + ") is " +
         (command.action == Action::create ? "made.\n" : "changed.\n");
}

}  // namespace

int accounts(const AccountsCommand& command) {
  return print_answer(command.configuration, call_of(command), command.json,
                      [&command](const wire::Value& answer) { return text_for(command, answer); });
}

}  // namespace trilogue::app
