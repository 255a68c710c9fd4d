// The end of a stored response whose server stopped while it was made. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace trilogue::dialect::responses {

struct Ending {
  std::string reply;  // the response object, failed
  std::string event;  // response.failed with it
};

// `reply`: the object as it was last stored; `number`: of the event that comes next.
Ending interrupted(std::string reply, int number, std::string_view message);

}  // namespace trilogue::dialect::responses
