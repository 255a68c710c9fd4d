// Reads the arguments of one call, byte by byte, from where its name ended, and gives the text of a JSON
// object as it comes into being. One per call, owned by the scanner. It never decides whether a call is a
// call.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "engine/syntax/marker_matcher.h"
#include "engine/syntax/output_syntax.h"
#include "engine/syntax/value_kind.h"

namespace trilogue::engine::syntax {

class ArgumentReader {
 public:
  ArgumentReader() = default;
  ArgumentReader(const ArgumentReader&) = delete;
  ArgumentReader& operator=(const ArgumentReader&) = delete;
  virtual ~ArgumentReader() = default;

  // Appends what this byte made certain. True when the object is whole.
  virtual bool step(char byte, std::string& json) = 0;

  // The model ended here. Appends what can still be said; true when the object is whole nevertheless.
  virtual bool end(bool cut, std::string& json) = 0;
};

// The markers in `call` are in the scanner's inner spelling. `schema` is the tool's.
std::unique_ptr<ArgumentReader> make_argument_reader(const CallSyntax& call, std::string_view schema);

}  // namespace trilogue::engine::syntax
