// The text that a model gives to a `custom` tool. The model is shown a function with one string, so what it
// writes is {"input": "…"}; this takes the string out of it while it is being written, piece by piece.
// Belongs to one call; one thread.
#pragma once

#include <string>
#include <string_view>

namespace trilogue::dialect::responses {

class CustomInput final {
 public:
  // Appends what these characters add to the text. Whole characters only: an escape that is not complete
  // waits.
  void feed(std::string_view piece, std::string& text);

  // The call is over: what was no such object is the text itself, all of it.
  void end(std::string& text);

  // The arguments that give this text.
  static std::string arguments_of(std::string_view text);

 private:
  enum class At { start, before_key, key, before_value, value, after };
  void step(char c, std::string& text);
  void in_string(char c, std::string& text);
  void escaped(char c, std::string& text);
  void code_unit(unsigned unit, std::string& text);
  void flush_surrogate(std::string& text);

  At at_ = At::start;
  bool escape_ = false;
  int hex_left_ = 0;
  unsigned hex_ = 0;
  unsigned high_ = 0;    // a high surrogate that waits for its other half
  bool found_ = false;   // a string has begun
  std::string written_;  // all of it, as long as none has
};

}  // namespace trilogue::dialect::responses
