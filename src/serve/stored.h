// Awaits what the store answers: the question is asked on the database thread, the caller goes on where it
// waited.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "base/result.h"
#include "store/responses.h"

namespace trilogue::serve {

// `ask` is called once with a store::Responses::Answer<T>. The store answers everything it was asked, so this
// waits no longer than the disk does.
template <class T, class Ask>
boost::asio::awaitable<base::Result<T>> answered(Ask ask) {
  namespace asio = boost::asio;
  auto initiate = [ask = std::move(ask)](auto handler) mutable {
    const auto executor = asio::get_associated_executor(handler);
    auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
    auto guard = asio::make_work_guard(executor);  // nothing else may hold the loop open meanwhile
    ask([waiting, guard](base::Result<T> result) {
      asio::post(guard.get_executor(),
                 [waiting, guard, result = std::move(result)]() mutable { (*waiting)(std::move(result)); });
    });
  };
  auto result = co_await asio::async_initiate<const asio::use_awaitable_t<>, void(base::Result<T>)>(
      std::move(initiate), asio::use_awaitable);
  co_return result;
}

}  // namespace trilogue::serve
