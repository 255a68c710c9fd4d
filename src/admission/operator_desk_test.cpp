#include "admission/operator_desk.h"

#include <gtest/gtest.h>

namespace trilogue::admission {
namespace {

using base::FailureKind;
using namespace std::chrono_literals;

class OperatorDeskTest : public testing::Test {
 protected:
  base::WallTime now_ = base::WallTime(1000h);
  base::Random random_{1};
  OperatorDesk desk_{base::Secret("admin-secret"), random_, [this] { return now_; }};
};

TEST_F(OperatorDeskTest, KnowsItsTokenAndNoOther) {
  EXPECT_TRUE(desk_.is_admin_token("admin-secret"));
  for (const auto* wrong : {"", "admin", "admin-secret ", "Admin-secret"})
    EXPECT_FALSE(desk_.is_admin_token(wrong)) << wrong;
}

TEST_F(OperatorDeskTest, ASessionLastsTwelveHoursAndEndsWhenItIsToldTo) {
  const auto session = desk_.sign_in("admin-secret");
  ASSERT_TRUE(session);
  EXPECT_EQ(desk_.session(session->id)->csrf, session->csrf);
  now_ += 12h - 1s;
  EXPECT_TRUE(desk_.session(session->id));
  now_ += 1s;
  EXPECT_EQ(desk_.session(session->id).error().kind, FailureKind::unauthenticated);
  const auto other = desk_.sign_in("admin-secret");
  desk_.sign_out(other->id);
  EXPECT_FALSE(desk_.session(other->id));
}

TEST_F(OperatorDeskTest, ALinkOpensOnceAndWithinAnHour) {
  const base::Secret used = desk_.one_time_token(), late = desk_.one_time_token();
  EXPECT_TRUE(desk_.sign_in(used.expose()));
  EXPECT_FALSE(desk_.sign_in(used.expose()));
  now_ += 1h;
  EXPECT_FALSE(desk_.sign_in(late.expose()));
}

TEST_F(OperatorDeskTest, GuessesAreSlowedDownForAMinute) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(desk_.sign_in("guess").error().kind, FailureKind::unauthenticated);
  EXPECT_TRUE(desk_.sign_in("admin-secret")) << "strangers lock nobody out";
  const base::Secret link = desk_.one_time_token();  // cannot be guessed
  EXPECT_TRUE(desk_.sign_in(link.expose()));
  EXPECT_EQ(desk_.sign_in(link.expose()).error().kind, FailureKind::rate_limited);
  now_ += 61s;
  EXPECT_EQ(desk_.sign_in("guess").error().kind, FailureKind::unauthenticated);
}

TEST_F(OperatorDeskTest, TheOldestOfTooManySessionsGoes) {
  const auto first = desk_.sign_in("admin-secret");
  for (int i = 0; i < 100; ++i) {
    now_ += 1s;
    EXPECT_TRUE(desk_.sign_in("admin-secret"));
  }
  EXPECT_FALSE(desk_.session(first->id));
}

}  // namespace
}  // namespace trilogue::admission
