#include "engine/llama/pool.h"

#include <gtest/gtest.h>

#include <numeric>

#include "engine/llama/context.h"
#include "engine/llama/test_model.h"

namespace trilogue::engine::llama {
namespace {

std::vector<llama_token> text(int from, int size) {
  std::vector<llama_token> out(static_cast<std::size_t>(size));
  std::iota(out.begin(), out.end(), from);
  return out;
}

// A pool of 512 cells over the bundled model; decode() does what the decode thread does after open().
class PoolTest : public ::testing::Test {
 protected:
  PoolTest()
      : model_(std::move(Model::load(testing::library(), {testing::model_path(), 0, {}}).value())),
        context_(
            std::move(Context::make(testing::library(), *model_, {512, 4, 512, 1, CacheType::f16}).value())),
        pool_(context_->memory(), context_->shape()) {}

  // Runs a text: opens, computes what was not reused.
  Pool::Opened run(const std::vector<llama_token>& tokens, const Pool::Owner& owner = {1}) {
    const auto opened = pool_.open(tokens, owner).value();
    Batch batch(512);
    const auto size = static_cast<int>(tokens.size());
    EXPECT_TRUE(pool_.make_room(size - opened.reused));
    for (int i = opened.reused; i < size; ++i) {
      batch.add(tokens[static_cast<std::size_t>(i)], i, opened.id, i + 1 == size);
    }
    EXPECT_EQ(context_->decode(batch), Context::Outcome::done);
    pool_.extend(opened.id, std::span(tokens).subspan(static_cast<std::size_t>(opened.reused)));
    return opened;
  }

  std::unique_ptr<Model> model_;
  std::unique_ptr<Context> context_;
  Pool pool_;
};

TEST_F(PoolTest, CountsASharedPrefixOnce) {
  const auto first = run(text(10, 100));
  EXPECT_EQ(pool_.pinned_cells(), 100);
  auto longer = text(10, 80);
  const auto tail = text(500, 20);
  longer.insert(longer.end(), tail.begin(), tail.end());
  const auto second = run(longer);
  EXPECT_EQ(second.reused, 80);
  EXPECT_EQ(pool_.pinned_cells(), 120);
  pool_.drop(first.id);
  EXPECT_EQ(pool_.pinned_cells(), 100);
  pool_.drop(second.id);
  EXPECT_EQ(pool_.free_cells(), 512);
}

TEST_F(PoolTest, NeverReusesTheLastToken) {
  pool_.keep(run(text(10, 50)).id);
  EXPECT_EQ(run(text(10, 50)).reused, 49);
}

TEST_F(PoolTest, GoesOnWithACachedTextWhereItEnds) {
  const auto first = run(text(10, 50));
  pool_.keep(first.id);
  const auto next = run(text(10, 60));
  EXPECT_EQ(next.reused, 50);
  EXPECT_EQ(next.id, first.id);
}

TEST_F(PoolTest, TakesNothingFromOthersWhenToldSo) {
  pool_.keep(run(text(10, 50), {1}).id);
  EXPECT_EQ(run(text(10, 50), {2, true}).reused, 0);
  EXPECT_EQ(run(text(10, 50), {2, true}).reused, 49);
}

TEST_F(PoolTest, SharesBetweenEqualSaltsOnly) {
  pool_.keep(run(text(10, 50), {1, false, "key_a"}).id);
  EXPECT_EQ(run(text(10, 50), {2, false, "key_b"}).reused, 0);
  EXPECT_EQ(run(text(10, 50), {3}).reused, 0);
  EXPECT_EQ(run(text(10, 50), {4, false, "key_a"}).reused, 49);
}

TEST_F(PoolTest, GivesUpTheOldestCachedTextFirst) {
  pool_.keep(run(text(10, 200)).id);
  pool_.keep(run(text(1000, 200)).id);
  EXPECT_TRUE(pool_.make_room(300));
  EXPECT_EQ(pool_.free_cells(), 312);
  const auto again = pool_.open(text(1000, 200), {9});
  EXPECT_EQ(again->reused, 199);
}

TEST_F(PoolTest, NeverGivesUpWhatRuns) {
  run(text(10, 200));
  pool_.keep(run(text(1000, 200)).id);
  EXPECT_FALSE(pool_.make_room(313));
  EXPECT_EQ(pool_.free_cells(), 112);
  EXPECT_TRUE(pool_.make_room(312));
}

TEST_F(PoolTest, AgreesWithLlamaCppToTheLastCell) {
  run(text(10, 300));
  run(text(1000, 212));
  EXPECT_EQ(pool_.free_cells(), 0);
  Batch batch(1);
  batch.add(5, 300, 0, true);
  EXPECT_EQ(context_->decode(batch), Context::Outcome::no_room);
}

}  // namespace
}  // namespace trilogue::engine::llama
