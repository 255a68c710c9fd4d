#include "store/usage.h"

#include <gtest/gtest.h>

#include "store/platform.h"
#include "store/store_testing.h"

namespace trilogue::store {
namespace {

constexpr std::int64_t kDay = 86'400'000;

struct Used {
  std::string key, model, api;
  std::int64_t day = 0, prompt = 0, output = 0, cost = 0;
};

class UsageTest : public OnBothDatabases {
 protected:
  void SetUp() override {
    OnBothDatabases::SetUp();
    if (IsSkipped()) return;
    auto opened = open_platform(server_ ? folder_.path() : "", false, shared());
    ASSERT_TRUE(opened);
    platform_ = std::move(*opened);
    const std::vector<Used> all{{"key_a", "small", "chat", 20'000, 10, 1, 100},
                                {"key_a", "large", "chat", 20'000, 20, 2, 200},
                                {"key_b", "small", "messages", 20'001, 40, 4, 900},
                                {"key_a", "small", "responses", 20'002, 80, 8, 300}};
    for (const Used& used : all) use(used);
    ASSERT_TRUE(platform_.ledger->flush());
  }
  void use(const Used& used) {
    const auto entry = platform_.ledger->admit({std::to_string(used.prompt),
                                                used.key,
                                                "acct_" + used.key,
                                                used.model,
                                                used.api,
                                                used.day * kDay,
                                                {}},
                                               {});
    platform_.ledger->settle(entry, {{used.prompt, 0, used.output, 0, used.cost}, "ok", 5, 9});
  }
  UsageReport report(const UsageQuery& query) {
    auto found = answer_of<UsageReport>([&](auto answer) { platform_.usage->report(query, answer); });
    EXPECT_TRUE(found);
    return std::move(*found);
  }
  std::string groups(const UsageQuery& query) {
    std::string names;
    for (const UsageRow& row : report(query).rows) names += row.group + " ";
    return names;
  }
  std::string requests(const RequestQuery& query) {  // their trace ids
    std::string names;
    const auto found =
        answer_of<std::vector<LedgerRow>>([&](auto answer) { platform_.usage->requests(query, answer); });
    for (const LedgerRow& row : *found) names += row.admission.trace_id + " ";
    return names;
  }

  TestFolder folder_;
  Platform platform_;
};

TEST_P(UsageTest, SumsEverything) {
  const UsageReport found = report({});
  EXPECT_EQ(found.total, (UsageRow{"", 4, {150, 0, 15, 0, 1500}}));
  EXPECT_TRUE(found.rows.empty());
}

TEST_P(UsageTest, GroupsDaysInOrderAndOthersByCost) {
  EXPECT_EQ(groups({"", {}, {}, UsageGroup::day}), "2024-10-04 2024-10-05 2024-10-06 ");
  EXPECT_EQ(groups({"", {}, {}, UsageGroup::key}), "key_b key_a ");
  EXPECT_EQ(groups({"", {}, {}, UsageGroup::model}), "small large ");
  EXPECT_EQ(groups({"", {}, {}, UsageGroup::api}), "messages responses chat ");
  const UsageReport found = report({"", {}, {}, UsageGroup::key});
  EXPECT_EQ(found.rows[1], (UsageRow{"key_a", 3, {110, 0, 11, 0, 600}}));
  EXPECT_EQ(found.total.requests, 4);
}

TEST_P(UsageTest, KeepsToAKeyAndToDays) {
  EXPECT_EQ(report({"key_a", {}, {}, UsageGroup::none}).total.requests, 3);
  EXPECT_EQ(report({"key_a", 20'000, 20'002, UsageGroup::none}).total.requests, 2);
  EXPECT_EQ(report({"", 20'001, {}, UsageGroup::none}).total.requests, 2);
  EXPECT_EQ(groups({"key_a", {}, {}, UsageGroup::model}), "small large ");
  EXPECT_EQ(report({"key_none", {}, {}, UsageGroup::day}).total, UsageRow{});
  EXPECT_EQ(report({"' OR 1=1 --", {}, {}, UsageGroup::none}).total, UsageRow{});
}

TEST_P(UsageTest, ListsTheNewestRequestsPageByPage) {
  EXPECT_EQ(requests({"", {}, 3}), "80 40 20 ");
  const auto page =
      answer_of<std::vector<LedgerRow>>([&](auto answer) { platform_.usage->requests({"", {}, 3}, answer); });
  EXPECT_EQ(requests({"", page->back().number, 3}), "10 ");
  EXPECT_EQ(requests({"key_a", {}, 2}), "80 20 ");  // of two of its models
  EXPECT_EQ(requests({"key_a", page->back().number, 2}), "10 ");
  EXPECT_EQ(requests({"nobody", {}, 50}), "");
}

TEST_P(UsageTest, TellsAllOfARequest) {
  const auto found = answer_of<std::vector<LedgerRow>>(
      [&](auto answer) { platform_.usage->requests({"key_b", {}, 50}, answer); });
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ((*found)[0].admission,
            (Admission{"40", "key_b", "acct_key_b", "small", "messages", 20'001 * kDay, {}}));
  EXPECT_EQ((*found)[0].settlement, (Settlement{{40, 0, 4, 0, 900}, "ok", 5, 9}));
}

TEST_P(UsageTest, SumsTheLifeOfAKey) {
  const auto found = answer_of<Lifetimes>([&](auto answer) { platform_.usage->lifetimes(answer); });
  ASSERT_EQ(found->rows.size(), 2U);
  EXPECT_EQ(found->rows[0].key_id, "key_a");
  EXPECT_EQ(found->rows[0].account_id, "acct_key_a");
  EXPECT_EQ(found->rows[0].tokens, 121);
  EXPECT_EQ(found->rows[0].cost, 600);
  EXPECT_EQ(found->newest, 4);
}

TEST_P(UsageTest, KnowsTheDaysBefore1970AndAfterEverything) {
  use({"key_c", "m", "chat", -1, 1, 1, 1});
  use({"key_c", "m", "chat", 100'000'000, 1, 1, 1});
  ASSERT_TRUE(platform_.ledger->flush());
  const UsageReport found = report({"key_c", {}, {}, UsageGroup::day});
  ASSERT_EQ(found.rows.size(), 2U);
  EXPECT_EQ(found.rows[0].group, "1969-12-31");
}

INSTANTIATE_TEST_SUITE_P(Both, UsageTest, both_databases(), kind_name);

}  // namespace
}  // namespace trilogue::store
