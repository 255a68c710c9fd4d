// The whole reply of Responses, folded from the same events that a stream would show. Belongs to one request;
// fed by one coroutine. Does no I/O.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "canon/event.h"
#include "dialect/responses/response.h"

namespace trilogue::dialect::responses {

class ReplyFold final {
 public:
  ReplyFold(ReplyContext context, const ResponsesRequest& request) : builder_(std::move(context), request) {}

  void on(const canon::Event& event) { builder_.on(event); }

  bool complete() const { return builder_.over(); }

  // The JSON body, or the failure that took its place. Internal failure when it is not complete.
  base::Result<std::string> finish() const;

  const ResponseBuilder& builder() const { return builder_; }

  // So far, for the ledger.
  const canon::Usage& usage() const { return builder_.usage(); }

 private:
  ResponseBuilder builder_;
};

}  // namespace trilogue::dialect::responses
