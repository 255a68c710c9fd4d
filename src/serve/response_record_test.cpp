#include "serve/response_record.h"

#include <gtest/gtest.h>

namespace trilogue::serve {
namespace {

using Items = std::vector<store::Item>;

TEST(ItemsOfAResponse, AreKnownByTheIdsThatTheirTextsHold) {
  const std::string plain = R"({"id":"msg_1","type":"message"})",
                    escaped = R"({"id":"a\"b\u0041","type":"message"})",
                    later = R"({"type":"message","id":"msg_2"})", nameless = R"({"type":"message"})",
                    number = R"({"id":7})", broken = R"({"id":"msg_3)";
  EXPECT_EQ(as_items({plain, escaped, later, nameless, number, broken}), (Items{{"msg_1", plain},
                                                                                {"a\"bA", escaped},
                                                                                {"msg_2", later},
                                                                                {"", nameless},
                                                                                {"", number},
                                                                                {"", broken}}));
}

TEST(Recording, IsReadFromAnyFrameOn) {
  Recording recording;
  recording.append("one\n\ntwo\n\n", {12, 17}, 7);  // behind seven bytes of something else
  recording.append("three\n\n", {7}, 0);
  EXPECT_EQ(recording.count(), 3);
  EXPECT_EQ(recording.read(0, 1000), (store::Frames{0, 3, "one\n\ntwo\n\nthree\n\n"}));
  EXPECT_EQ(recording.read(1, 1000), (store::Frames{1, 2, "two\n\nthree\n\n"}));
  EXPECT_EQ(recording.read(1, 1), (store::Frames{1, 1, "two\n\n"}));
  EXPECT_EQ(recording.read(3, 1000), (store::Frames{3, 0, ""}));
}

}  // namespace
}  // namespace trilogue::serve
