#include "store/database_thread.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>

#include "store/sqlite.h"

namespace trilogue::store {
namespace {

constexpr std::chrono::seconds kPatience{10};

// Something that work holds, and that says when it goes.
std::shared_ptr<int> held(std::promise<void>& gone) {
  return {new int(1), [&gone](const int* number) {
            delete number;
            gone.set_value();
          }};
}

class DatabaseThreadTest : public testing::Test {
 protected:
  DatabaseThread thread_{*open_sqlite("")};
  std::promise<void> gone_;
};

TEST_F(DatabaseThreadTest, LetsGoOfWorkThatNobodyWaitedForWithoutMoreOfIt) {
  thread_.post_later([kept = held(gone_)](Database&) {}, {});
  EXPECT_EQ(gone_.get_future().wait_for(kPatience), std::future_status::ready);
}

TEST_F(DatabaseThreadTest, LetsGoOfAnAnswerOnceItIsGiven) {
  thread_.post_later([](Database&) {}, [kept = held(gone_)](const auto&) {});
  EXPECT_EQ(gone_.get_future().wait_for(kPatience), std::future_status::ready);
}

TEST_F(DatabaseThreadTest, DoesWhatWasPostedInItsOrderWhetherAwaitedOrNot) {
  std::string order;
  std::promise<void> done;
  thread_.post_later([&order](Database&) { order += 'a'; }, {});
  thread_.post([&order](Database&) { order += 'b'; }, {});
  thread_.post_later([&order](Database&) { order += 'c'; }, [&done](const auto&) { done.set_value(); });
  done.get_future().get();
  EXPECT_EQ(order, "abc");
}

}  // namespace
}  // namespace trilogue::store
