// The files of the console's page, compiled in from console/dist (cmake/console.cmake). Constants; any
// thread.
#pragma once

#include <span>
#include <string_view>

namespace trilogue::serve {

struct ConsoleFile {
  std::string_view path;  // as it is asked for: /console, /console/console.js, …
  std::string_view content_type;
  std::string_view etag;  // of its bytes, in its quotes
  std::string_view body;
};

std::span<const ConsoleFile> console_files();

}  // namespace trilogue::serve
