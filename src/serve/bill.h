// What a running answer is charged: against the limits of its key while it is made, and in the ledger, where
// it is settled exactly once, when the bill goes. Lives on the strand of its errand, which outlives it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>

#include "base/result.h"
#include "canon/event.h"
#include "serve/call.h"
#include "serve/services.h"
#include "store/ledger.h"

namespace trilogue::serve {

class Bill final {
 public:
  Bill(Services& services, Errand& errand, const Model& model)
      : services_(services), errand_(errand), model_(model) {}
  Bill(const Bill&) = delete;
  Bill& operator=(const Bill&) = delete;
  ~Bill();  // settles with the usage and the outcome that the errand has by then

  // Charges the prompt, and returns when the ledger has it where no kill can take it: nothing may leave
  // before. Failures: rate_limited, for too many tokens in a minute; unavailable, when the ledger cannot be
  // written: then no budget is charged.
  boost::asio::awaitable<base::Result<void>> open(std::optional<int> prompt_tokens);

  // The errand's usage has grown.
  void note();

 private:
  // Where other servers count too.
  boost::asio::awaitable<base::Result<void>> charge_in_the_store(int tokens);
  base::Failure refuse(const base::Failure& why);
  store::Spent spent() const;

  Services& services_;
  Errand& errand_;
  const Model& model_;
  int charged_prompt_ = 0;  // tokens
  std::shared_ptr<store::Ledger::Entry> entry_;
};

// In millionths, rounded to the nearest; what costs anything costs one at least.
std::int64_t cost_of(const canon::Usage& usage, const Prices& prices);

}  // namespace trilogue::serve
