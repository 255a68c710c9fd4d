// The program: reads what was asked for and does it.
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "app/accounts_command.h"
#include "app/chat_command.h"
#include "app/command_line.h"
#include "app/doctor_command.h"
#include "app/keys_command.h"
#include "app/models_command.h"
#include "app/serve_command.h"
#include "app/usage_command.h"
#include "app/version.h"

namespace {

using namespace trilogue::app;

int run(const ServeCommand& command) {
  return serve(command);
}
int run(const ChatCommand& command) {
  return chat(command);
}
int run(const ModelsCommand& command) {
  return print_models(command.configuration);
}

int run(const KeysCommand& command) {
  return keys(command);
}
int run(const AccountsCommand& command) {
  return accounts(command);
}
int run(const UsageCommand& command) {
  return print_usage(command);
}
int run(const DoctorCommand& command) {
  return examine(command);
}

int run(const VersionCommand&) {
  std::printf("trilogue %s\n", std::string(kVersion).c_str());
  return 0;
}

int run(const PrintAndExit& command) {
  std::fputs(command.text.c_str(), command.code == 0 ? stdout : stderr);
  return command.code;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const Command command = read_command_line(count, arguments, environ);
    return std::visit([](const auto& one) { return run(one); }, command);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "trilogue: this should not have happened: %s\n", error.what());
    return 70;
  }
}
