// SPDX-License-Identifier: Apache-2.0
#include "http/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace http {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Headers, FindNamesWithoutCase) {
  Headers headers{{"Content-Type", "text/plain"}, {"ACCEPT", "a"}, {"Accept", "b"}};
  EXPECT_EQ(headers.get("content-type"), "text/plain");
  EXPECT_EQ(headers.get("accept"), "a");
  EXPECT_FALSE(headers.get("accep"));
  headers.set("accept", "c");
  EXPECT_EQ(headers, (Headers{{"Content-Type", "text/plain"}, {"ACCEPT", "c"}}));
  headers.add("Accept", "d");
  headers.remove("aCCEPT");
  EXPECT_EQ(headers, (Headers{{"Content-Type", "text/plain"}}));
  headers.set("New", "e");
  EXPECT_EQ(headers.get("new"), "e");
}

TEST(Origin, WritesThePortOnlyWhereItIsNotTheSchemesOwn) {
  EXPECT_EQ((Origin{false, "host", 80}.authority()), "host");
  EXPECT_EQ((Origin{true, "host", 443}.authority()), "host");
  EXPECT_EQ((Origin{true, "host", 80}.authority()), "host:80");
  EXPECT_EQ((Origin{false, "::1", 80}.authority()), "[::1]");
  EXPECT_EQ((Origin{false, "::1", 8080}.authority()), "[::1]:8080");
}

TEST(ParseUrl, ReadsOriginAndTarget) {
  struct Case {
    std::string_view text;
    Origin origin;
    std::string_view target;
  };
  const Case cases[] = {
      {"http://host", {false, "host", 80}, "/"},
      {"https://host", {true, "host", 443}, "/"},
      {"HTTPS://Host.Example/", {true, "host.example", 443}, "/"},
      {"http://host:8080/a/b?c=d", {false, "host", 8080}, "/a/b?c=d"},
      {"http://host:/a", {false, "host", 80}, "/a"},
      {"http://host?c=d/e", {false, "host", 80}, "/?c=d/e"},
      {"http://host/a#fragment?no", {false, "host", 80}, "/a"},
      {"http://host#fragment", {false, "host", 80}, "/"},
      {"http://[::1]", {false, "::1", 80}, "/"},
      {"https://[FD00:ec2::23]:8443/v1", {true, "fd00:ec2::23", 8443}, "/v1"},
      {"http://169.254.170.2/v2/x", {false, "169.254.170.2", 80}, "/v2/x"},
      {"http://my_bucket.s3.localhost:4566/%20", {false, "my_bucket.s3.localhost", 4566}, "/%20"},
      {"http://host/@:8080/", {false, "host", 80}, "/@:8080/"},
      {"http://host:65535", {false, "host", 65535}, "/"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto url = parse_url(c.text);
    ASSERT_TRUE(url) << url.error().message;
    EXPECT_EQ(url->origin, c.origin);
    EXPECT_EQ(url->target, c.target);
  }
}

TEST(ParseUrl, RefusesWhatIsNone) {
  const std::string_view cases[] = {"",
                                    "host",
                                    "host:80",
                                    "//host",
                                    "ftp://host",
                                    "http:/host",
                                    "http://",
                                    "http:///path",
                                    "http://:80",
                                    "http://host:0",
                                    "http://host:65536",
                                    "http://host:8080x",
                                    "http://host:-1",
                                    "http://ho st",
                                    "http://host/a b",
                                    "http://host/a\r\nHost: other",
                                    "http://host/\xc3\xa4",
                                    "http://h\xc3\xa4st",
                                    "http://host\\path",
                                    "http://[::1",
                                    "http://[::1]x",
                                    "http://[host]",
                                    "http://::1/"};
  for (const auto text : cases) {
    SCOPED_TRACE(text);
    const auto url = parse_url(text);
    ASSERT_FALSE(url);
    EXPECT_EQ(url.error().kind, base::ErrorKind::Invalid);
    EXPECT_THAT(url.error().message, Not(HasSubstr("\n")));
  }
}

TEST(ParseUrl, NamesTheTextButNoPassword) {
  EXPECT_THAT(parse_url("ftp://somewhere").error().message, HasSubstr("ftp://somewhere"));
  EXPECT_THAT(parse_url("http://user:secret@host").error().message, Not(HasSubstr("secret")));
}

TEST(ValidField, RefusesWhatWouldEndTheField) {
  EXPECT_TRUE(valid_field("X-Amz-Date", "a b\tc"));
  EXPECT_TRUE(valid_field("x", ""));
  EXPECT_FALSE(valid_field("", "a"));
  EXPECT_FALSE(valid_field("a b", "c"));
  EXPECT_FALSE(valid_field("a:", "c"));
  EXPECT_FALSE(valid_field("a\n", "c"));
  EXPECT_FALSE(valid_field("a", "b\nc"));
  EXPECT_FALSE(valid_field("a", "b\r"));
  EXPECT_FALSE(valid_field("a", std::string_view("\0", 1)));
}

TEST(PercentEncode, KeepsTheUnreservedOnly) {
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode("a/b c+d"), "a%2Fb%20c%2Bd");
  EXPECT_EQ(percent_encode("a/b c+d", true), "a/b%20c%2Bd");
  EXPECT_EQ(percent_encode("\xc3\xa4%"), "%C3%A4%25");
  EXPECT_EQ(percent_encode(std::string_view("\0", 1)), "%00");
}

TEST(PercentDecode, LeavesBrokenEscapesAlone) {
  EXPECT_EQ(percent_decode("a%2Fb%2fc"), "a/b/c");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
  EXPECT_EQ(percent_decode("a+b%2B", true), "a b+");
  EXPECT_EQ(percent_decode("%"), "%");
  EXPECT_EQ(percent_decode("%4"), "%4");
  EXPECT_EQ(percent_decode("%4g%41"), "%4gA");
  EXPECT_EQ(percent_decode("%%41"), "%A");
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(percent_decode(percent_encode(all)), all);
}

}  // namespace
}  // namespace http
