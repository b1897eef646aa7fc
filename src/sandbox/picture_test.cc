// SPDX-License-Identifier: Apache-2.0
#include "sandbox/picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sandbox {
namespace {

using testing::ElementsAre;

constexpr base::Time noon{std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + std::chrono::hours(12)};

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

Picture busy() {
  Picture picture;
  picture.happened({noon, "push", "shop:1.2.7 pushed, sha256:c638d0906807"});
  picture.happened({noon, "event", "ECR Image Action PUSH shop:1.2.7 matches event rule caretaker-image-pushes"});
  picture.happened({noon, "caretaker", "not JSON"});
  picture.happened({noon, "caretaker",
                    R"({"event":"decision","decision":"wait","service":"arn:aws:apprunner:r:1:service/shop/8f",)"
                    R"("from":"1.2.4","to":"1.2.7","why":"an operation runs","until":"2026-01-02T12:00:04Z"})"});
  for (
      const std::string_view line :
      {R"({"event":"message","message_id":"a","end":"waiting","pushed":"1.2.6","until":"2026-01-02T12:00:04Z"})",
       R"({"event":"message","message_id":"b","end":"waiting","pushed":"1.2.7","until":"2026-01-02T12:00:04Z"})",
       R"({"event":"message","message_id":"a","end":"done","reason":"superseded","pushed":"1.2.6","why":"1.2.7 is newer"})"})
    picture.happened({noon, "caretaker", std::string(line)});
  picture.take(boost::json::parse(R"({"time":"2026-01-02T12:00:01Z",
    "queues":[{"name":"caretaker","visible":0,"inFlight":1,"delayed":0,"returns":"2026-01-02T12:00:04Z"},
              {"name":"caretaker-dead-letters","visible":0,"inFlight":0,"delayed":0},
              {"name":"other","visible":0,"inFlight":0,"delayed":0}],
    "services":[{"name":"shop","status":"OPERATION_IN_PROGRESS","image":"1.dkr.ecr.r.amazonaws.com/shop:1.2.4",
                 "operation":{"type":"UPDATE_SERVICE","status":"IN_PROGRESS","image":"1.dkr.ecr.r.amazonaws.com/shop:1.2.5",
                              "started":"2026-01-02T11:59:58Z","time":"5s"}}]})"));
  return picture;
}

TEST(Picture, ShowsEveryStation) {
  EXPECT_THAT(
      busy().lines(100, false),
      ElementsAre(
          "── pipeline ─────────────────────────────────────────────────────────────────────────────── 12:00:01",
          "push        shop:1.2.7 pushed, sha256:c638d0906807",
          "event       ECR Image Action PUSH shop:1.2.7 matches event rule caretaker-image-pushes",
          "queue       caretaker: 0 visible, 1 hidden (back in 3.0s); caretaker-dead-letters: 0 visible, 0 hid…",
          "decision    wait shop 1.2.4 → 1.2.7: an operation runs (again in 4.0s)",
          "operation   shop UPDATE_SERVICE IN_PROGRESS → shop:1.2.5, 3.0s of 5s", "running     shop runs shop:1.2.4",
          "waiting     1.2.7 (again in 3.0s)", "superseded  1.2.6: 1.2.7 is newer"));
}

TEST(Picture, KeepsToItsWidth) {
  for (const std::size_t width : {20U, 39U, 40U, 79U, 80U, 200U}) {
    SCOPED_TRACE(width);
    const auto lines = busy().lines(width, false);
    EXPECT_EQ(lines.size(), Picture::height);
    for (const auto& line : lines) EXPECT_LE(width_of(line), std::max<std::size_t>(width, 21)) << line;
  }
  EXPECT_EQ(busy().lines(40, false)[1], "push        shop:1.2.7 pushed, sha256:c…");
}

TEST(Picture, HasItsLinesBeforeAnythingHappens) {
  const auto lines = Picture().lines(40, false);
  ASSERT_EQ(lines.size(), Picture::height);
  EXPECT_EQ(lines[1], "push        –");
}

TEST(Picture, ColoursOnlyWhereAsked) {
  for (const auto& line : busy().lines(80, false)) EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_EQ(busy().lines(80, true)[6], "\x1b[1mrunning     \x1b[0mshop runs shop:1.2.4");
}

TEST(CutTo, KeepsWholeCharacters) {
  struct Case {
    std::string_view name;
    std::string_view text;
    std::size_t width;
    std::string_view want;
  };
  static constexpr Case cases[] = {
      {"fits", "abc", 3, "abc"}, {"cut", "abcd", 3, "ab…"}, {"of several bytes", "→→→→", 3, "→→…"},
      {"no room", "abc", 0, ""}, {"nothing", "", 3, ""},    {"a control", "a\nb\x1b[31m", 20, "a b [31m"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(cut_to(c.text, c.width), c.want);
  }
}

}  // namespace
}  // namespace sandbox
