// SPDX-License-Identifier: Apache-2.0
#include "sandbox/s3.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/test_account.h"

namespace sandbox {
namespace {

using test::TestAccount;

class S3Test : public testing::Test {
 protected:
  http::Response ask(std::string method, std::string target, http::Headers headers = {}, std::string body = {}) {
    if (!headers.get("host")) headers.add("Host", "localhost:4566");
    return sandbox_.answer({{}, std::move(method), std::move(target), std::move(headers), std::move(body)});
  }
  static std::string code_of(const http::Response& response) {
    const auto begin = response.body.find("<Code>");
    if (begin == std::string::npos) return fmt::format("{}", response.status);
    return fmt::format("{} {}", response.status,
                       response.body.substr(begin + 6, response.body.find("</Code>") - begin - 6));
  }

  TestAccount sandbox_;
};

TEST_F(S3Test, HoldsTheRulesOfTheStack) {
  const auto response = ask("GET", "/caretaker/rules.json");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "[]");
  EXPECT_EQ(response.headers.get("etag"), "\"d751713988987e9331980363e24189ce\"");
  EXPECT_EQ(response.headers.get("last-modified"), "Fri, 02 Jan 2026 12:00:00 GMT");
}

TEST_F(S3Test, FindsTheBucketInPathOrHost) {
  struct Case {
    std::string_view host;
    std::string_view target;
  };
  const Case cases[] = {{"localhost:4566", "/caretaker/rules.json"},
                        {"127.0.0.1:4566", "/caretaker/rules.json"},
                        {"s3.localhost:4566", "/caretaker/rules.json"},
                        {"caretaker.s3.localhost:4566", "/rules.json"},
                        {"Caretaker.S3.localhost", "/rules.json"},
                        {"caretaker.localhost:4566", "/rules.json"},
                        {"caretaker.s3.us-east-1.amazonaws.com", "/rules.json"},
                        {"caretaker", "/rules.json"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.host);
    EXPECT_EQ(ask("GET", std::string(c.target), {{"Host", std::string(c.host)}}).status, 200);
  }
}

TEST_F(S3Test, ComparesAndSwaps) {
  struct Step {
    std::string_view name;
    http::Headers headers;
    std::string_view body;
    std::string_view want;
  };
  // The entity tag of `1` and of `2`.
  const std::string one = "\"c4ca4238a0b923820dcc509a6f75849b\"";
  const Step steps[] = {
      {"if it is there, and it is not", {{"If-Match", one}}, "1", "404 NoSuchKey"},
      {"if it is not there", {{"If-None-Match", "*"}}, "1", "200"},
      {"if it is not there, but it is", {{"If-None-Match", "*"}}, "1", "412 PreconditionFailed"},
      {"if it is another", {{"If-Match", "\"0123\""}}, "2", "412 PreconditionFailed"},
      {"if it is this", {{"If-Match", one}}, "2", "200"},
      {"if it is what it was", {{"If-Match", one}}, "3", "412 PreconditionFailed"},
      {"without a condition", {}, "3", "200"},
      {"a body that is not what was hashed", {{"Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="}}, "4", "400 BadDigest"},
      {"a condition that S3 has not", {{"If-None-Match", one}}, "4", "501 NotImplemented"},
  };
  for (const auto& step : steps) {
    SCOPED_TRACE(step.name);
    EXPECT_EQ(code_of(ask("PUT", "/caretaker/records/x", step.headers, std::string(step.body))), step.want);
  }
  EXPECT_EQ(ask("GET", "/caretaker/records/x").body, "3");
}

TEST_F(S3Test, AnswersConditionsAndRanges) {
  ask("PUT", "/caretaker/k", {{"Content-Type", "text/plain"}, {"x-amz-meta-Colour", "red"}}, "0123456789");
  const std::string etag = "\"781e5e245d69b566979b86e28d23f2c7\"";
  struct Case {
    std::string_view name;
    http::Headers headers;
    int status;
    std::string_view body;
  };
  const Case cases[] = {
      {"plain", {}, 200, "0123456789"},
      {"known", {{"If-None-Match", etag}}, 304, ""},
      {"known, without quotes", {{"If-None-Match", etag.substr(1, 32)}}, 304, ""},
      {"one of several known", {{"If-None-Match", "\"x\", W/" + etag}}, 304, ""},
      {"another known", {{"If-None-Match", "\"x\""}}, 200, "0123456789"},
      {"wanted", {{"If-Match", etag}}, 200, "0123456789"},
      {"first bytes", {{"Range", "bytes=0-3"}}, 206, "0123"},
      {"from a byte on", {{"Range", "bytes=7-"}}, 206, "789"},
      {"last bytes", {{"Range", "bytes=-2"}}, 206, "89"},
      {"beyond the end", {{"Range", "bytes=8-99"}}, 206, "89"},
      {"more than all", {{"Range", "bytes=-99"}}, 206, "0123456789"},
      {"the largest number", {{"Range", "bytes=0-18446744073709551615"}}, 206, "0123456789"},
      {"two ranges are none", {{"Range", "bytes=0-1,3-4"}}, 200, "0123456789"},
      {"nonsense is none", {{"Range", "bytes=a-b"}}, 200, "0123456789"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = ask("GET", "/caretaker/k", c.headers);
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(response.body, c.body);
    EXPECT_EQ(response.headers.get("etag"), etag);
    EXPECT_EQ(response.headers.get("content-type"), "text/plain");
    EXPECT_EQ(response.headers.get("x-amz-meta-colour"), "red");
  }
  EXPECT_EQ(code_of(ask("GET", "/caretaker/k", {{"If-Match", "\"x\""}})), "412 PreconditionFailed");
  EXPECT_EQ(code_of(ask("GET", "/caretaker/k", {{"Range", "bytes=10-"}})), "416 InvalidRange");
  EXPECT_EQ(code_of(ask("GET", "/caretaker/k", {{"Range", "bytes=5-2"}})), "416 InvalidRange");
}

TEST_F(S3Test, RefusesInTheWordsOfAws) {
  struct Case {
    std::string_view name;
    std::string method;
    std::string target;
    std::string_view want;
  };
  const Case cases[] = {
      {"no such bucket", "GET", "/none/k", "404 NoSuchBucket"},
      {"no such key", "GET", "/caretaker/none", "404 NoSuchKey"},
      {"bucket not empty", "DELETE", "/caretaker", "409 BucketNotEmpty"},
      {"bad bucket name", "PUT", "/A_B", "400 InvalidBucketName"},
      {"own bucket again", "PUT", "/caretaker", "200"},
      {"subresource", "GET", "/caretaker?lifecycle", "501 NotImplemented"},
      {"access control", "GET", "/caretaker/rules.json?acl", "501 NotImplemented"},
      {"part of nothing", "PUT", "/caretaker/k?partNumber=1&uploadId=x", "404 NoSuchUpload"},
      {"method", "PATCH", "/caretaker/k", "405 MethodNotAllowed"},
      {"not UTF-8", "PUT", "/caretaker/%ff", "400 InvalidURI"},
      {"long key", "PUT", "/caretaker/" + std::string(1'025, 'k'), "400 KeyTooLongError"},
      {"deleting nothing", "DELETE", "/caretaker/none", "204"},
      {"max-keys", "GET", "/caretaker?list-type=2&max-keys=many", "400 InvalidArgument"},
      {"token", "GET", "/caretaker?list-type=2&continuation-token=x", "400 InvalidArgument"},
      {"what SDKs add", "GET", "/caretaker/rules.json?x-id=GetObject", "200"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(code_of(ask(c.method, c.target)), c.want);
  }
}

TEST_F(S3Test, ListsByPrefixDelimiterAndPage) {
  ask("PUT", "/mine");
  for (const auto* key : {"a", "d/1", "d/2", "e%20%26/3", "z"}) ask("PUT", fmt::format("/mine/{}", key), {}, "x");
  const auto list = [&](std::string query) { return ask("GET", "/mine?list-type=2" + query).body; };
  EXPECT_THAT(list(""), testing::HasSubstr("<KeyCount>5</KeyCount>"));
  EXPECT_THAT(list("&prefix=d/"), testing::HasSubstr("<KeyCount>2</KeyCount>"));
  EXPECT_THAT(list("&delimiter=/"),
              testing::HasSubstr(
                  "<CommonPrefixes><Prefix>d/</Prefix></CommonPrefixes><CommonPrefixes><Prefix>e &amp;/</Prefix>"));
  EXPECT_THAT(list("&encoding-type=url&prefix=e"), testing::HasSubstr("<Key>e%20%26/3</Key>"));
  EXPECT_THAT(list("&start-after=d/2"), testing::HasSubstr("<KeyCount>2</KeyCount>"));
  EXPECT_THAT(list("&max-keys=0"), testing::HasSubstr("<IsTruncated>false</IsTruncated>"));
  constexpr std::string_view owner = "<Owner><ID>123456789012</ID></Owner>";
  EXPECT_THAT(list(""), testing::Not(testing::HasSubstr(owner)));
  EXPECT_THAT(list("&fetch-owner=true"), testing::HasSubstr(owner));
  EXPECT_THAT(ask("GET", "/mine").body, testing::HasSubstr(owner));
  std::vector<std::string> seen;
  std::string token;
  do {
    const auto page =
        list("&max-keys=1&delimiter=/" + (token.empty() ? "" : "&continuation-token=" + uri_encode(token)));
    const auto after = [&](std::string_view mark) {
      const auto at = page.find(mark);
      return at == std::string::npos
                 ? std::string()
                 : page.substr(at + mark.size(), page.find('<', at + mark.size()) - at - mark.size());
    };
    for (const std::string_view mark : {"<Key>", "<CommonPrefixes><Prefix>"}) {
      if (const auto found = after(mark); !found.empty()) seen.push_back(found);
    }
    token = after("<NextContinuationToken>");
  } while (!token.empty() && seen.size() < 10);
  EXPECT_EQ(seen, (std::vector<std::string>{"a", "d/", "e &amp;/", "z"}));
}

TEST_F(S3Test, CopiesAndDeletes) {
  EXPECT_EQ(ask("PUT", "/caretaker/copy", {{"x-amz-copy-source", "/caretaker/rules.json"}}).status, 200);
  EXPECT_EQ(ask("GET", "/caretaker/copy").body, "[]");
  EXPECT_EQ(code_of(ask("PUT", "/caretaker/copy", {{"x-amz-copy-source", "caretaker/none"}})), "404 NoSuchKey");
  EXPECT_EQ(code_of(ask("PUT", "/caretaker/copy", {{"x-amz-copy-source", "nonsense"}})), "400 InvalidArgument");
  EXPECT_EQ(ask("DELETE", "/caretaker/copy").status, 204);
  EXPECT_EQ(code_of(ask("GET", "/caretaker/copy")), "404 NoSuchKey");
}

}  // namespace
}  // namespace sandbox
