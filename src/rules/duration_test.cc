// SPDX-License-Identifier: Apache-2.0
#include "rules/duration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rules {
namespace {

using std::chrono::milliseconds;

TEST(Duration, IsANumberAndAUnit) {
  struct Case {
    std::string_view text;
    milliseconds want;
  };
  constexpr Case cases[] = {
      {"0s", milliseconds(0)},
      {"90s", std::chrono::seconds(90)},
      {"10m", std::chrono::minutes(10)},
      {"24h", std::chrono::hours(24)},
      {"7d", std::chrono::days(7)},
      {"007m", std::chrono::minutes(7)},
      {"3650d", std::chrono::days(3650)},
  };
  for (const auto& c : cases) {
    const auto duration = parse_duration(c.text);
    ASSERT_TRUE(duration) << c.text;
    EXPECT_EQ(*duration, c.want) << c.text;
  }
}

TEST(Duration, SaysWhatWouldBeRight) {
  struct Case {
    std::string_view text;
    std::string_view says;
  };
  constexpr Case cases[] = {
      {"", "expected a whole number and a unit"},    {"m", "expected a whole number and a unit"},
      {"-1s", "expected a whole number and a unit"}, {"+1s", "expected a whole number and a unit"},
      {" 1s", "expected a whole number and a unit"}, {"10", "expected one of the units s, m, h and d"},
      {"1.5h", "expected one of the units"},         {"10M", "expected one of the units"},
      {"10 m", "expected one of the units"},         {"1h30m", "expected one of the units"},
      {"-0s", "expected a whole number and a unit"}, {"-0d", "expected a whole number and a unit"},
      {"10ms", "expected one of the units"},         {"3651d", "longer than ten years"},
      {"99999999999h", "longer than ten years"},     {"99999999999999999999s", "longer than ten years"},
  };
  for (const auto& c : cases) {
    const auto duration = parse_duration(c.text);
    ASSERT_FALSE(duration) << c.text;
    EXPECT_THAT(duration.error(), testing::HasSubstr(std::string(c.says)));
    EXPECT_THAT(duration.error(), testing::StartsWith("`" + std::string(c.text) + "` is no duration: "));
  }
}

}  // namespace
}  // namespace rules
