#include "admission/shared_limits.h"

#include <boost/asio/post.hpp>
#include <optional>
#include <utility>

#include "admission/limits_office.h"
#include "admission/refusals.h"

namespace trilogue::admission {
namespace asio = boost::asio;
using base::Result;
using redis::Counted;
using redis::Decision;
using redis::Verdict;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

// Nothing when it passed.
std::optional<base::Failure> refusal(const Decision& decision, std::int64_t tokens) {
  const milliseconds wait(decision.wait_ms);
  switch (decision.verdict) {
    case Verdict::passed:
      return std::nullopt;
    case Verdict::too_many_at_once:
      return too_many_at_once(decision.limit);
    case Verdict::too_many_requests:
      return too_many_requests(decision.limit, wait);
    case Verdict::too_many_tokens:
      return too_many_tokens(decision.limit, wait);
    case Verdict::never_fits:
      return prompt_never_fits(tokens, decision.limit);
    case Verdict::lease_is_gone:
      break;
  }
  return cannot_be_checked();
}

}  // namespace

SharedLimits::SharedLimits(redis::Address address, std::string server, const base::Log& log,
                           std::string_view clock)
    : office_(std::make_unique<LimitsOffice>(std::move(address), std::move(server), log, clock)) {
  office_->start();
}

SharedLimits::~SharedLimits() {
  close();
}

void SharedLimits::begin(Counted counted, std::function<void(Result<SharedAnswer>)> answer) {
  if (office_->closed()) {
    answer(base::fail(cannot_be_checked()));
    return;
  }
  asio::post(office_->loop(), [this, counted = std::move(counted), answer = std::move(answer)] {
    auto ask = [this, counted](const std::string& lease) { return office_->rules().begin(lease, counted); };
    auto decided = [this, counted, answer](const Result<Decision>& decision) {
      if (!decision) {
        answer(base::fail(decision.error()));
        return;
      }
      auto rates = std::make_shared<SharedRates>();
      rates->set(counted, decision->use, steady_clock::now());
      if (auto refused = refusal(*decision, 0)) {
        answer(SharedAnswer{base::fail(std::move(*refused)), std::move(rates)});
        return;
      }
      auto place = std::make_shared<SharedPlace>(*this, counted, rates);
      office_->take_in(place);
      answer(SharedAnswer{std::move(place), std::move(rates)});
    };
    office_->decide(std::move(ask), std::move(decided));
  });
}

void SharedLimits::charge(std::shared_ptr<SharedPlace> place, std::int64_t tokens,
                          std::function<void(Result<void>)> answer) {
  if (office_->closed()) {
    answer(base::fail(cannot_be_checked()));
    return;
  }
  asio::post(office_->loop(), [this, place = std::move(place), tokens, answer = std::move(answer)] {
    auto ask = [this, place, tokens](const std::string& lease) {
      return office_->rules().charge(lease, place->counted(), tokens);
    };
    auto decided = [place, tokens, answer](const Result<Decision>& decision) {
      if (!decision) {
        answer(base::fail(decision.error()));
        return;
      }
      place->rates().set(place->counted(), decision->use, steady_clock::now());
      auto refused = refusal(*decision, tokens);
      answer(refused ? Result<void>(base::fail(std::move(*refused))) : Result<void>());
    };
    office_->decide(std::move(ask), std::move(decided));
  });
}

void SharedLimits::end(std::shared_ptr<SharedPlace> place) {
  asio::post(office_->loop(), [this, place = std::move(place)] { office_->give_back(place); });
}

void SharedLimits::close() {
  office_->close();
}

}  // namespace trilogue::admission
