#include "canon/checker.h"

#include <gtest/gtest.h>

namespace trilogue::canon {
namespace {

std::string verdict(std::vector<Happening> story, int choices = 1) {
  std::vector<Event> events;
  for (auto& what : story) events.push_back({0, std::move(what)});
  return first_violation(events, choices).value_or("fine");
}

const Started kStarted{10, 4};
const BlockOpened kText{BlockKind::text, "", ""};
const BlockOpened kReasoning{BlockKind::reasoning, "", ""};

BlockOpened call(std::string id) {
  return {BlockKind::call, std::move(id), "tool"};
}
Delta piece(std::string text, int output = 1, int reasoning = 0) {
  return {std::move(text), output, reasoning, {}};
}
Finished finished(StopReason reason = StopReason::end_of_turn, Usage usage = {10, 4, 9, 2}) {
  return {reason, reason == StopReason::stop_string ? "END" : "", usage};
}
Failed failed() {
  return {{base::FailureKind::internal, "broke", "", std::nullopt}, {10, 4, 1, 0}};
}

TEST(Checker, finds_nothing_in_good_stories) {
  EXPECT_EQ(verdict({kStarted, finished()}), "fine");
  EXPECT_EQ(verdict({kStarted, failed()}), "fine");
  EXPECT_EQ(verdict({kStarted, kReasoning, piece("é", 1, 1), BlockClosed{}, kText, piece("😀", 2, 1),
                     BlockClosed{}, call("a"), piece("{}", 3, 1), BlockClosed{}, call("b"), BlockClosed{},
                     finished(StopReason::tool_calls)}),
            "fine");
  EXPECT_EQ(verdict({kStarted, kText, piece("x"), BlockClosed{true}, finished(StopReason::token_limit)}),
            "fine");
  EXPECT_EQ(verdict({kStarted, kText, piece("x"), BlockClosed{true}, failed()}), "fine");
  EXPECT_EQ(verdict({kStarted, finished(StopReason::stop_string)}), "fine");
  EXPECT_EQ(verdict({Started{}, finished()}), "fine");
}

TEST(Checker, finds_events_out_of_place) {
  EXPECT_EQ(verdict({kText}), "event 0: an event before Started");
  EXPECT_EQ(verdict({kStarted, kStarted}), "event 1: a second Started");
  EXPECT_EQ(verdict({kStarted, piece("x")}), "event 1: text outside a block");
  EXPECT_EQ(verdict({kStarted, BlockClosed{}}), "event 1: a block closed that was not open");
  EXPECT_EQ(verdict({kStarted, kText, kText}), "event 2: a block opened inside another");
  EXPECT_EQ(verdict({kStarted, kText, finished()}), "event 2: the end inside an open block");
  EXPECT_EQ(verdict({kStarted, kText, failed()}), "event 2: the end inside an open block");
  EXPECT_EQ(verdict({kStarted, finished(), kText}), "event 2: an event after the end of its choice");
  EXPECT_EQ(verdict({kStarted}), "choice 0 has no end");
  EXPECT_EQ(verdict({kStarted, finished()}, 2), "choice 1 has no end");
  EXPECT_EQ(first_violation({{1, kStarted}}, 1), "event 0: no such choice");
}

TEST(Checker, finds_blocks_that_may_not_be) {
  const std::string order =
      "event 3: blocks out of order: reasoning, then text, then calls, only calls more than once";
  EXPECT_EQ(verdict({kStarted, kText, BlockClosed{}, kReasoning}), order);
  EXPECT_EQ(verdict({kStarted, kText, BlockClosed{}, kText}), order);
  EXPECT_EQ(verdict({kStarted, call("a"), BlockClosed{}, kText}), order);
  EXPECT_EQ(verdict({kStarted, call("a"), BlockClosed{}, call("a")}), "event 3: two calls with one id");
  EXPECT_EQ(verdict({kStarted, call("")}), "event 1: a call without an id");
  EXPECT_EQ(verdict({kStarted, BlockOpened{BlockKind::call, "a", ""}}),
            "event 1: a call without the name of its tool");
  EXPECT_EQ(verdict({kStarted, BlockOpened{BlockKind::text, "a", ""}}),
            "event 1: a name on a block that is no call");
  EXPECT_EQ(verdict({kStarted, kText, BlockClosed{true}, call("a")}),
            "event 3: a block after the one that was cut off");
}

TEST(Checker, finds_split_characters) {
  EXPECT_EQ(verdict({kStarted, kText, piece("\xF0\x9F")}), "event 2: a character split between two pieces");
  EXPECT_EQ(verdict({kStarted, kText, piece("\x98")}), "event 2: a character split between two pieces");
}

TEST(Checker, finds_numbers_that_cannot_be) {
  EXPECT_EQ(verdict({Started{1, 2}}), "event 0: more cached tokens than the prompt has");
  EXPECT_EQ(verdict({kStarted, kText, piece("x", 2), piece("x", 1)}),
            "event 3: fewer output tokens than before");
  EXPECT_EQ(verdict({kStarted, kText, piece("x", 1, 2)}),
            "event 2: more reasoning tokens than output tokens");
  EXPECT_EQ(verdict({kStarted, finished(StopReason::end_of_turn, {11, 4, 1, 0})}),
            "event 1: another prompt than at the start");
  EXPECT_EQ(verdict({kStarted, finished(StopReason::end_of_turn, {10, 3, 1, 0})}),
            "event 1: another cache than at the start");
  EXPECT_EQ(verdict({kStarted, kText, piece("x", 5), BlockClosed{},
                     finished(StopReason::end_of_turn, {10, 4, 4, 0})}),
            "event 4: fewer output tokens than before");
}

TEST(Checker, finds_reasons_without_their_cause) {
  EXPECT_EQ(verdict({kStarted, finished(StopReason::tool_calls)}),
            "event 1: tool calls as the reason, but none");
  EXPECT_EQ(verdict({kStarted, kText, BlockClosed{true}, finished()}),
            "event 3: a block cut off by no limit");
  EXPECT_EQ(verdict({kStarted, Finished{StopReason::end_of_turn, "END", {10, 4, 1, 0}}}),
            "event 1: a stop string goes with its reason and no other");
  EXPECT_EQ(verdict({kStarted, Failed{{}, {10, 4, 0, 0}}}), "event 1: a failure that says nothing");
}

}  // namespace
}  // namespace trilogue::canon
