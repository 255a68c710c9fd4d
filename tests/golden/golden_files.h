// What the golden tests of every dialect work with: the stories of this folder, and files that must hold
// given bytes. TRILOGUE_UPDATE_GOLDEN=1 in the environment writes the files anew.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "canon/event.h"

namespace trilogue::golden {

// The stories, by name, in order.
std::vector<std::string> story_names();

struct Told {
  std::vector<canon::Event> events;
  int choices = 1;
  bool logprobs = false;
};
Told told(const std::string& name);

// The events of one choice, for the dialects that have no more.
std::vector<canon::Event> first_choice(const Told& story);

// Expects that the file of this name holds these bytes.
void expect_file(const std::string& name, std::string_view bytes);

}  // namespace trilogue::golden
