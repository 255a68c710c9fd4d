#include "dialect/responses/reply.h"

namespace trilogue::dialect::responses {

base::Result<std::string> ReplyFold::finish() const {
  if (builder_.failure()) return base::fail(*builder_.failure());
  if (!complete()) return base::fail(base::FailureKind::internal, "the generation did not come to its end");
  std::string out;
  builder_.append_response(out);
  return out;
}

}  // namespace trilogue::dialect::responses
