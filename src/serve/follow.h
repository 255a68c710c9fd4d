// Shows a recording to one client: what is there from a number on, and what comes until its end.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>

#include "dialect/responses/helper_view.h"
#include "serve/call.h"
#include "serve/recording.h"

namespace trilogue::serve {

// Whether the stream helper of the openai package asks: it says so in a header, of a POST and of a GET.
bool asked_by_stream_helper(const Call& call);

// Recorded frames in the words of the client that asks for them.
class FrameView final {
 public:
  explicit FrameView(const Call& call);
  std::string show(std::string frames);

 private:
  std::optional<dialect::responses::HelperView> helper_;
};

boost::asio::awaitable<void> follow(Call& call, std::shared_ptr<Recording> recording, int from);

}  // namespace trilogue::serve
