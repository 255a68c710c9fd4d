// The files of the console's page as the build embeds them (cmake/embed_console.cmake).
#pragma once

#include <span>
#include <string_view>

namespace trilogue::serve {

struct ConsoleFile {
  std::string_view path;  // `/console`, `/console/console.js`
  std::string_view content_type;
  std::string_view tag;  // in its quotes: changes with the bytes
  std::string_view bytes;
};

std::span<const ConsoleFile> console_files();

}  // namespace trilogue::serve
