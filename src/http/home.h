// The event loop of a coroutine, as other threads may reach it: what they post arrives as long as the loop
// exists, and is dropped from the moment its destruction begins (Asio itself must not be posted to then).
// Made on the loop; copies share it. Any thread may post.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <mutex>
#include <utility>

namespace trilogue::http {

class Home final {
 public:
  explicit Home(boost::asio::any_io_executor executor)
      : executor_(std::move(executor)),
        gate_(boost::asio::use_service<Guard>(boost::asio::query(executor_, boost::asio::execution::context))
                  .gate) {}

  const boost::asio::any_io_executor& executor() const { return executor_; }

  template <class Callback>
  void post(Callback callback) const {
    const std::scoped_lock lock(gate_->mutex);
    if (gate_->open) boost::asio::post(executor_, std::move(callback));
  }

 private:
  struct Gate {
    std::mutex mutex;
    bool open = true;
  };

  // The loop's services end before its queue does, the youngest first.
  struct Guard final : boost::asio::execution_context::service {
    using key_type = Guard;
    inline static boost::asio::execution_context::id id;
    explicit Guard(boost::asio::execution_context& context) : service(context) {}
    void shutdown() noexcept override {
      const std::scoped_lock lock(gate->mutex);
      gate->open = false;
    }
    std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  };

  boost::asio::any_io_executor executor_;
  std::shared_ptr<Gate> gate_;
};

}  // namespace trilogue::http
