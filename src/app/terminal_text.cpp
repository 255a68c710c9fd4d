#include "app/terminal_text.h"

namespace trilogue::app {

std::string shown_on_terminal(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    if (byte == 0x7F) {
      shown += "\xE2\x90\xA1";  // U+2421
    } else if (byte < 0x20 && byte != '\n' && byte != '\t') {
      shown += "\xE2\x90";  // U+2400 and on: the sign of each
      shown += static_cast<char>(0x80 + byte);
    } else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {  // U+0080 to U+009F
      shown += "\xEF\xBF\xBD";
      ++i;
    } else {
      shown += text[i];
    }
  }
  return shown;
}

}  // namespace trilogue::app
