// SPDX-License-Identifier: Apache-2.0
#include "aws/timestamp.h"

#include <gtest/gtest.h>

namespace aws {
namespace {

TEST(Timestamp, IsReadInEverySpelling) {
  struct Case {
    std::string_view json;
    std::string_view want;  // Empty: no time.
  };
  const Case cases[] = {
      {"1709211600", "2024-02-29T13:00:00Z"},
      {"1709211600.123", "2024-02-29T13:00:00.123Z"},
      {"1.7092152E9", "2024-02-29T14:00:00Z"},
      {"0", "1970-01-01T00:00:00Z"},
      {R"("2024-02-29T14:00:00Z")", "2024-02-29T14:00:00Z"},
      {R"("2024-02-29T12:00:00.000+0000")", "2024-02-29T12:00:00Z"},
      {"null", ""},
      {"true", ""},
      {"{}", ""},
      {R"("soon")", ""},
      {"-1", ""},
      {"1e300", ""},
      {"18446744073709551615", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.json);
    const auto value = boost::json::parse("{\"t\":" + std::string(c.json) + "}");
    const auto time = time_member(value, "t");
    EXPECT_EQ(time ? base::to_iso8601(*time) : "", c.want);
  }
  EXPECT_FALSE(time_member(boost::json::parse("{}"), "t"));
}

TEST(Timestamp, IsReadInMilliseconds) {
  struct Case {
    std::string_view name;
    std::string_view json;
    std::string_view want;  // Empty: no time.
  };
  const Case cases[] = {
      {"a time", "1709211600123", "2024-02-29T13:00:00.123Z"},
      {"with an exponent", "1.7092152E12", "2024-02-29T14:00:00Z"},
      {"the beginning", "0", "1970-01-01T00:00:00Z"},
      {"the end", "253402300799999", "9999-12-31T23:59:59.999Z"},
      {"behind the end", "253402300800000", ""},
      {"before the beginning", "-1", ""},
      {"the least number", "-9223372036854775808", ""},
      {"the greatest number", "9223372036854775807", ""},
      {"a text", R"("1709211600123")", ""},
      {"null", "null", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto time = milliseconds_member(boost::json::parse("{\"t\":" + std::string(c.json) + "}"), "t");
    EXPECT_EQ(time ? base::to_iso8601(*time) : "", c.want);
  }
}

}  // namespace
}  // namespace aws
