#include "serve/trace.h"

#include <gtest/gtest.h>

#include <vector>

namespace trilogue::serve {
namespace {

const std::string kId = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string kParent = "00f067aa0ba902b7";

http::Head with(const std::string& traceparent, const std::vector<std::string>& states = {"a=1"}) {
  http::Head head;
  head.headers.push_back({"Traceparent", traceparent});
  for (const auto& state : states) head.headers.push_back({"Tracestate", state});
  return head;
}

TEST(Trace, CarriesTheStateOfItsCaller) {
  base::Random random(1);
  const std::string parent = "00-" + kId + "-" + kParent + "-01";
  const auto carried = [&](const http::Head& head) { return tracestate_of(head, trace_of(head, random)); };
  EXPECT_EQ(carried(with(parent, {})), "");
  EXPECT_EQ(carried(with(parent, {"a=1,b=2", "", "c=3"})), "a=1,b=2,c=3");
  EXPECT_EQ(carried(with(parent, {std::string(513, 'x')})), "");
}

TEST(Trace, IsTheCallersWhereThereIsOne) {
  base::Random random(1);
  for (const char* const header :
       {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what comes later"}) {
    const Trace trace = trace_of(with(header), random);
    EXPECT_EQ(trace.id, kId);
    EXPECT_EQ(trace.parent, kParent);
    EXPECT_TRUE(trace.sampled);
    EXPECT_EQ(trace.span.size(), 16U);
    EXPECT_NE(trace.span, kParent);
    EXPECT_EQ(traceparent_of(trace), "00-" + kId + "-" + trace.span + "-01");
  }
}

TEST(Trace, KeepsTheFlagOfWhoDoesNotWantToSeeIt) {
  base::Random random(1);
  for (const auto& [flags, sampled] : {std::pair("00", false), {"01", true}, {"02", false}, {"ff", true}}) {
    const Trace trace = trace_of(with("00-" + kId + "-" + kParent + "-" + flags), random);
    EXPECT_EQ(trace.sampled, sampled) << flags;
    EXPECT_TRUE(traceparent_of(trace).ends_with(sampled ? "-01" : "-00"));
  }
}

TEST(Trace, IsANewOneWhereTheHeaderIsBroken) {
  base::Random random(1);
  const std::vector<std::string> all{"",
                                     "00-" + kId,
                                     "00-" + kId + "-00f067aa0ba902b7-0",
                                     "00-" + kId + "-00f067aa0ba902b7-01-more",
                                     "ff-" + kId + "-00f067aa0ba902b7-01",
                                     "00-" + std::string(32, '0') + "-00f067aa0ba902b7-01",
                                     "00-" + kId + "-0000000000000000-01",
                                     "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                                     "00_" + kId + "-00f067aa0ba902b7-01",
                                     "00-" + kId + "-00f067aa0ba902b7-01 "};
  for (const std::string& broken : all) {
    const Trace trace = trace_of(with(broken), random);
    EXPECT_EQ(trace.id.size(), 32U);
    EXPECT_NE(trace.id, kId) << broken;
    EXPECT_EQ(trace.parent, "");
    EXPECT_EQ(tracestate_of(with(broken), trace), "") << "the state of a trace that is not there";
  }
}

}  // namespace
}  // namespace trilogue::serve
