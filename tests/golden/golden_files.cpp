#include "golden_files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "engine/scripted/story.h"

namespace trilogue::golden {
namespace files = std::filesystem;

namespace {

std::string content_of(const files::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

std::vector<std::string> story_names() {
  std::vector<std::string> names;
  for (const auto& entry : files::directory_iterator(TRILOGUE_GOLDEN_DIR)) {
    if (entry.path().extension() == ".story") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Told told(const std::string& name) {
  const auto story =
      engine::scripted::Story::parse(content_of(files::path(TRILOGUE_GOLDEN_DIR) / (name + ".story")));
  if (!story) throw std::runtime_error(name + ": " + story.error().message);
  Told out{{}, story->choices(), false};
  for (const auto& step : story->steps) {
    out.events.push_back(step.event);
    const auto* delta = std::get_if<canon::Delta>(&step.event.what);
    if (delta != nullptr && !delta->logprobs.empty()) out.logprobs = true;
  }
  return out;
}

std::vector<canon::Event> first_choice(const Told& story) {
  std::vector<canon::Event> out;
  std::copy_if(story.events.begin(), story.events.end(), std::back_inserter(out),
               [](const canon::Event& event) { return event.choice == 0; });
  return out;
}

void expect_file(const std::string& name, std::string_view bytes) {
  const files::path path = files::path(TRILOGUE_GOLDEN_DIR) / name;
  if (std::getenv("TRILOGUE_UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << bytes;
  EXPECT_EQ(content_of(path), bytes) << name;
}

}  // namespace trilogue::golden
