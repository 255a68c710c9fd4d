#include "app/doctor_command.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <utility>

#include "app/setup_checks.h"
#include "app/terminal_text.h"
#include "app/text_table.h"
#include "wire/json_writer.h"
#include "wire/utf8.h"

namespace trilogue::app {

namespace {

using State = Check::State;

Checks check_all(const DoctorCommand& command) {
  if (!command.configuration) {
    return {{State::wrong, "configuration", command.problem,
             "correct it; trilogue.example.toml has every setting"}};
  }
  const Configuration& configuration = *command.configuration;
  Checks all = check_configuration_file(configuration, command.file);
  const auto append = [&all](Checks more) { std::ranges::move(more, std::back_inserter(all)); };
  DataFindings data = check_data(configuration);
  append(std::move(data.checks));
  append(check_listening(configuration, data.server, data.requires_key));
  append(check_tls(configuration));
  append(check_limits_store(configuration));
  append(check_models(configuration));
  append(check_open_files(configuration));
  return all;
}

// File names need not be UTF-8, and may hold what steers a terminal.
std::string clean(const std::string& text) {
  return wire::replace_invalid_utf8(text);
}

std::string table_of(const Checks& checks) {
  TextTable table;
  for (const auto& check : checks) {
    const std::string words = check.words + (check.advice.empty() ? "" : ". Do: " + check.advice);
    std::string line = shown_on_terminal(clean(words));
    std::ranges::replace(line, '\n', ' ');
    table.rows.push_back(
        {std::string(base::to_text(kCheckStates, check.state)), shown_on_terminal(clean(check.about)), line});
  }
  return table.text();
}

std::string json_of(const Checks& checks, bool fine) {
  std::string out;
  wire::JsonWriter json(out);
  json.begin_object().field("object", "doctor").field("ok", fine).key("checks").begin_array();
  for (const auto& check : checks) {
    json.begin_object().field("about", clean(check.about));
    json.field("state", base::to_text(kCheckStates, check.state)).field("message", clean(check.words));
    json.key("advice");
    check.advice.empty() ? json.null() : json.value(clean(check.advice));
    json.end_object();
  }
  json.end_array().end_object();
  return out + "\n";
}

}  // namespace

int examine(const DoctorCommand& command) {
  const Checks checks = check_all(command);
  const bool fine =
      std::ranges::none_of(checks, [](const Check& check) { return check.state == State::wrong; });
  std::fputs((command.json ? json_of(checks, fine) : table_of(checks)).c_str(), stdout);
  return fine ? 0 : 1;
}

}  // namespace trilogue::app
