// The text that a model gives to a `custom` tool. The model is shown a function with one string, so what it
// writes is {"input": "…"}; this takes the string out of it while it is being written, piece by piece.
// Belongs to one call; one thread.
#pragma once

#include <string>
#include <string_view>

namespace trilogue::dialect::responses {

class CustomInput final {
 public:
  // Appends what this piece adds to the text: whole characters, an escape that is not complete waits.
  void feed(std::string_view piece, std::string& text);

  // The call has ended. What was no such object is the text itself, all of it, unless it was cut off.
  void end(bool cut, std::string& text);

  // The arguments that give this text.
  static std::string arguments_of(std::string_view text);

 private:
  enum class At { start, before_key, key, before_value, value, after };
  void outside(char c);
  void inside(char c, std::string& text);
  void hex_digit(char c, std::string& text);
  void code_unit(unsigned unit, std::string& text);
  void lone_surrogate(std::string& text);

  At at_ = At::start;
  bool escaped_ = false;  // after a backslash
  int hex_left_ = 0;      // digits of \u that are still to come
  unsigned hex_ = 0;
  unsigned high_ = 0;    // the first half of a pair, waiting for its second
  bool found_ = false;   // the string has begun
  std::string written_;  // everything, until it has
};

}  // namespace trilogue::dialect::responses
