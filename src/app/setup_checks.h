// The single checks of `trilogue doctor`. Each looks at one thing and says in words how it is and what to do
// about it; none changes the set-up, and none shows a secret.
#pragma once

#include <string>
#include <vector>

#include "app/configuration.h"
#include "base/enum_table.h"

namespace trilogue::app {

struct Check {
  enum class State { ok, warning, wrong };
  State state = State::ok;
  std::string about;
  std::string words;
  std::string advice = {};  // what to do; "" when all is well
};
inline constexpr base::EnumTable<Check::State, 3> kCheckStates{
    {{Check::State::ok, "ok"}, {Check::State::warning, "warning"}, {Check::State::wrong, "wrong"}}};
static_assert(base::is_complete(kCheckStates));
using Checks = std::vector<Check>;

// ---- data_checks.cpp ----

struct DataFindings {
  Checks checks;
  bool server = false;        // one holds the directory
  bool requires_key = false;  // callers must show a key, as far as can be told
};
// The directory, its room and privacy, the server that holds it, or else its databases.
DataFindings check_data(const Configuration& configuration);

// ---- machine_checks.cpp ----

// `file` "": there is none.
Checks check_configuration_file(const Configuration& configuration, const std::string& file);
Checks check_listening(const Configuration& configuration, bool server, bool requires_key);
Checks check_tls(const Configuration& configuration);
Checks check_limits_store(const Configuration& configuration);
Checks check_models(const Configuration& configuration);
Checks check_open_files(const Configuration& configuration);

}  // namespace trilogue::app
