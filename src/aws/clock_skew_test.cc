// SPDX-License-Identifier: Apache-2.0
#include "aws/clock_skew.h"

#include <gtest/gtest.h>

#include <chrono>

namespace aws {
namespace {

using namespace std::chrono_literals;

const http::Origin here{true, "sqs.us-east-1.amazonaws.com", 443};
const base::Time noon = base::parse_iso8601("2026-01-02T12:00:00Z").value();

TEST(ClockSkew, IsTheDistanceToTheMiddleOfTheExchange) {
  ClockSkew skew;
  skew.learn(here, {{"Date", "Fri, 02 Jan 2026 13:00:00 GMT"}}, noon, 4s);
  EXPECT_EQ(skew.offset(here), 1h - 2s);
  EXPECT_EQ(skew.offset({true, "other", 443}), 0s);
}

TEST(ClockSkew, IsNotLearntFromEveryAnswer) {
  struct Case {
    std::string_view name;
    http::Headers headers;
    base::Duration took;
  };
  const Case cases[] = {
      {"no date", {}, 1s},
      {"no such date", {{"Date", "2026-01-02T13:00:00Z"}}, 1s},
      {"from a cache", {{"Date", "Fri, 02 Jan 2026 13:00:00 GMT"}, {"Age", "0"}}, 1s},
      {"too slow", {{"Date", "Fri, 02 Jan 2026 13:00:00 GMT"}}, 61s},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ClockSkew skew;
    skew.learn(here, c.headers, noon, c.took);
    EXPECT_EQ(skew.offset(here), 0s);
  }
}

TEST(HttpDate, IsReadStrictly) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), base::parse_iso8601("1994-11-06T08:49:37Z"));
  for (const std::string_view text :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 2026 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 -8:49:37 GMT"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

}  // namespace
}  // namespace aws
