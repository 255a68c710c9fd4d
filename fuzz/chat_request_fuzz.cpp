// Whatever the request parser accepts, the client half writes in a form that the parser reads as the same
// request; and what it refuses, it refuses with a reason.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "dialect/chat/client.h"
#include "dialect/chat/request.h"

namespace chat = trilogue::dialect::chat;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto request = chat::parse(std::string(reinterpret_cast<const char*>(data), size));
  if (!request) {
    if (request.error().message.empty()) std::abort();
    return 0;
  }
  const auto again = chat::parse(chat::write(request->request, request->reply));
  if (!again || *again != *request) std::abort();
  return 0;
}
