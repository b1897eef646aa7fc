// SPDX-License-Identifier: Apache-2.0
#include "aws/service_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aws {
namespace {

constexpr Operation update{Service::AppRunner, "UpdateService", false, ""};

struct Case {
  std::string_view name;
  Service service;
  http::Response response;
  std::string_view code;
  std::string_view message;
};

TEST(ServiceError, ReadsEveryForm) {
  const Case cases[] = {
      {"type",
       Service::Ecr,
       {400, {}, R"({"__type":"RepositoryNotFoundException","message":"none"})"},
       "RepositoryNotFoundException",
       "none"},
      {"namespace",
       Service::AppRunner,
       {400, {}, R"({"__type":"com.amazonaws.apprunner#InvalidStateException","Message":"busy"})"},
       "InvalidStateException",
       "busy"},
      {"namespace and URL", Service::AppRunner, {400, {}, R"({"__type":"a#B:http://internal/"})"}, "B", ""},
      {"code", Service::Logs, {400, {}, R"({"code":"X","message":null,"Message":"y"})"}, "X", "y"},
      {"Code", Service::Logs, {400, {}, R"({"Code":"X"})"}, "X", ""},
      {"header",
       Service::AppRunner,
       {400, {{"x-amzn-ErrorType", "AccessDeniedException:http://internal/"}}, R"({"message":"no"})"},
       "AccessDeniedException",
       "no"},
      {"header first", Service::AppRunner, {400, {{"X-Amzn-ErrorType", "One"}}, R"({"__type":"Two"})"}, "One", ""},
      {"message only", Service::AppRunner, {400, {}, R"({"message":"why"})"}, "", "why"},
      {"query code",
       Service::Sqs,
       {400, {{"x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"}}, "{}"},
       "QueueDoesNotExist",
       ""},
      {"both codes",
       Service::Sqs,
       {400,
        {{"x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"}},
        R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist"})"},
       "QueueDoesNotExist",
       ""},
      {"HTML", Service::AppRunner, {503, {{"Content-Type", "text/html"}}, "<html><Code>X</Code></html>"}, "", ""},
      {"nothing", Service::AppRunner, {500, {}, ""}, "", ""},
      {"no object", Service::AppRunner, {500, {}, "[1]"}, "", ""},
      {"a number for a code", Service::AppRunner, {400, {}, R"({"__type":7,"code":"X"})"}, "X", ""},
      {"a code with blanks", Service::AppRunner, {400, {}, R"({"__type":"no code\nat all"})"}, "", ""},
      {"cut JSON", Service::AppRunner, {400, {}, R"({"__type":"Thrott)"}, "", ""},
      {"XML",
       Service::S3,
       {404,
        {},
        R"(<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>The &lt;key&gt; &#x201C;&#97;&quot; &amp; &bogus;</Message></Error>)"},
       "NoSuchKey",
       "The <key> \u201Ca\" & &bogus;"},
      {"XML with attributes and blanks",
       Service::S3,
       {400, {}, "<Error xmlns='x'>\n <CodeX>a</CodeX><Code >B</Code >\n<Message/></Error>"},
       "B",
       ""},
      {"XML without end", Service::S3, {400, {}, "<Error><Code>Thrott"}, "", ""},
      {"XML without an error", Service::S3, {500, {}, "<Other><Code>X</Code></Other>"}, "", ""},
      {"HTML from S3", Service::S3, {503, {}, "<html><body>busy</body></html>"}, "", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const ServiceError error = read_service_error(c.service, c.response);
    EXPECT_EQ(error.code, c.code);
    EXPECT_EQ(error.message, c.message);
  }
}

TEST(ServiceError, ReadsTheBucketsRegion) {
  const http::Response malformed{
      400, {}, "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>"};
  EXPECT_EQ(read_service_error(Service::S3, malformed).region, "eu-west-1");
  EXPECT_EQ(read_service_error(Service::S3, {301, {{"x-amz-bucket-region", "eu-west-2"}}, ""}).region, "eu-west-2");
}

TEST(ServiceError, BoundsWhatItReads) {
  const std::string much(1 << 20, 'a');
  EXPECT_FALSE(xml_text("<x>" + much + "<Code>A</Code>", "Code"));
  const ServiceError error = read_service_error(
      Service::S3, {400, {}, "<Error><Code>A</Code><Message>" + std::string(9000, 'm') + "</Message>"});
  EXPECT_EQ(error.code, "A");
  EXPECT_LE(error.message.size(), 300U);
  EXPECT_EQ(read_service_error(Service::Ecr, {400, {}, R"({"__type":")" + much + R"("})"}).code, "");
}

TEST(ServiceError, IsDescribedInOneLine) {
  const http::Response refused{
      400,
      {{"x-amzn-RequestId", "7f6b"}},
      R"({"__type":"AccessDeniedException","message":"not authorized to perform: iam:PassRole"})"};
  EXPECT_EQ(describe(update, refused, read_service_error(Service::AppRunner, refused)),
            "apprunner UpdateService: AccessDeniedException (not authorized to perform: iam:PassRole) request 7f6b");
  const http::Response page{502, {{"Content-Type", "text/html; charset=utf-8"}}, "<html>secret</html>"};
  EXPECT_EQ(describe(update, page, read_service_error(Service::AppRunner, page)),
            "apprunner UpdateService: HTTP 502 (text/html)");
  const http::Response nothing{503, {{"x-amz-request-id", "A1\r\nforged"}}, ""};
  EXPECT_EQ(describe(update, nothing, {}), "apprunner UpdateService: HTTP 503 request A1");
}

TEST(OneLine, IsSafeToShow) {
  struct Text {
    std::string_view name;
    std::string_view text;
    std::string_view want;
  };
  const Text texts[] = {
      {"plain", "The image does not exist.", "The image does not exist."},
      {"only the first line", "It does not match.\n\nThe Canonical String was 'x-amz-security-token:hush'",
       "It does not match."},
      {"control characters",
       "a\x1b[31mb\x07\x7f"
       "c\td",
       "a[31mbcd"},
      {"C1 controls",
       "a\xc2\x9b"
       "31mb",
       "a31mb"},
      {"line separators", "a\u2028b\u202Ec", "abc"},
      {"isolates", "a\u2066b\u2067c\u2068d\u2069e", "abcde"},
      {"marks of direction", "a\u200Eb\u200Fc\u061Cd", "abcd"},
      {"broken UTF-8",
       "a\xff\xc3(\xed\xa0\x80\xc0\xaf"
       "b",
       "a(b"},
      {"other scripts", "ü 漢 🚀", "ü 漢 🚀"},
      {"a value", "1 validation error: Value 'hush' at 'source' failed: …",
       "1 validation error: Value '…' at 'source' failed: …"},
      {"a value with quotes", "Value 'hu' sh' at 'source' failed", "Value '…' at 'source' failed"},
      {"a value without end", "value 'hush", "value '…"},
      {"nothing", "", ""},
  };
  for (const Text& t : texts) {
    SCOPED_TRACE(t.name);
    EXPECT_EQ(one_line(t.text, 100), t.want);
  }
}

TEST(OneLine, IsCutBetweenCharacters) {
  EXPECT_EQ(one_line("aaaaaaaaaa", 10), "aaaaaaaaaa");
  EXPECT_EQ(one_line("aaaaaaaaaaa", 10), "aaaaaaa…");
  EXPECT_EQ(one_line("üüüüüü", 10), "üüü…");
}

}  // namespace
}  // namespace aws
