// SPDX-License-Identifier: Apache-2.0
#include "aws/caller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/testing.h"

namespace aws {
namespace {

using base::ErrorKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

constexpr Operation read{Service::AppRunner, "DescribeService", true, ""};
constexpr Operation change{Service::AppRunner, "UpdateService", false, ""};
constexpr Operation object{Service::S3, "GetObject", true, ""};

std::string error_body(std::string_view code) { return R"({"__type":")" + std::string(code) + R"(","message":"why"})"; }

class CallerTest : public ::testing::Test, protected testing::Bench {
 protected:
  base::Result<Caller::Answer> call(const Operation& operation, std::chrono::seconds time = 60s) {
    return caller.json(operation, "us-east-1", "{}", within(time));
  }
  base::Result<http::Response> get() {
    return caller.rest(object, "us-east-1",
                       {.method = "GET", .bucket = "rules", .key = "k", .query = {}, .headers = {}, .body = {}},
                       within());
  }
  std::string sent_header(std::size_t request, std::string_view name) {
    return std::string(client.sent.at(request).headers.get(name).value_or("(none)"));
  }
};

TEST_F(CallerTest, SendsWhatTheProtocolAsks) {
  client.answer(200, R"({"a":1})");
  const auto answer = call(read);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->text, R"({"a":1})");
  EXPECT_EQ(answer->tree, boost::json::value({{"a", 1}}));
  EXPECT_TRUE(answer->tree.storage().is_deallocate_trivial()) << "a copy outside of the storage it was read into";
  ASSERT_EQ(client.sent.size(), 1U);
  const auto& request = client.sent[0];
  EXPECT_EQ(request.origin, (http::Origin{true, "apprunner.us-east-1.amazonaws.com", 443}));
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/");
  EXPECT_EQ(sent_header(0, "host"), "apprunner.us-east-1.amazonaws.com");
  EXPECT_EQ(sent_header(0, "content-type"), "application/x-amz-json-1.0");
  EXPECT_EQ(sent_header(0, "x-amz-target"), "AppRunner.DescribeService");
  EXPECT_EQ(sent_header(0, "x-amz-date"), "20260102T030405Z");
  EXPECT_EQ(sent_header(0, "user-agent"), "caretaker");
  EXPECT_THAT(sent_header(0, "authorization"),
              StartsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/apprunner/aws4_request, "
                         "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature="));
  EXPECT_EQ(client.limits[0].deadline, clock.instant() + 10s);
}

TEST_F(CallerTest, KeepsThePathOfAnOverride) {
  endpoints.urls.emplace("", "http://localhost:4566/aws/");
  client.answer(200, "{}");
  EXPECT_TRUE(call(read));
  EXPECT_EQ(client.sent[0].target, "/aws/");
  EXPECT_EQ(sent_header(0, "host"), "localhost:4566");
}

TEST_F(CallerTest, TakesAnEmptyAnswerForAnEmptyObject) {
  client.answer(200, "");
  EXPECT_EQ(call(read).value().tree, boost::json::object());
}

// What one failure does to an operation, when it happens at every attempt.
struct Failing {
  std::string_view name;
  Operation operation;
  testing::ScriptedClient::Step step;
  int attempts;
  ErrorKind kind;
};

testing::ScriptedClient::Step cut(ErrorKind kind) {
  return [kind](const auto&, const auto&) { return base::fail(kind, "cut"); };
}
testing::ScriptedClient::Step too_large() {
  return [](const auto&, const auto&) { return base::fail(ErrorKind::Invalid, "AnswerTooLarge", "too large"); };
}
testing::ScriptedClient::Step answered(int status, std::string body) {
  return [status, body](const auto&, const auto&) { return http::Response{status, {}, body}; };
}

TEST(CallerRepeats, OnlyWhatIsSafe) {
  const Failing cases[] = {
      {"never sent", read, cut(ErrorKind::NotSent), 3, ErrorKind::NotSent},
      {"never sent, not repeatable", change, cut(ErrorKind::NotSent), 3, ErrorKind::NotSent},
      {"cut", read, cut(ErrorKind::Unknown), 3, ErrorKind::Unknown},
      {"cut, not repeatable", change, cut(ErrorKind::Unknown), 1, ErrorKind::Unknown},
      {"no HTTP", read, cut(ErrorKind::Invalid), 3, ErrorKind::Transient},
      {"no HTTP, not repeatable", change, cut(ErrorKind::Invalid), 1, ErrorKind::Unknown},
      {"too large", read, too_large(), 1, ErrorKind::Transient},
      {"too large, not repeatable", change, too_large(), 1, ErrorKind::Unknown},
      {"throttled", read, answered(400, error_body("ThrottlingException")), 3, ErrorKind::Transient},
      {"throttled, not repeatable", change, answered(400, error_body("ThrottlingException")), 3, ErrorKind::Transient},
      {"fault", read, answered(500, error_body("InternalServiceErrorException")), 3, ErrorKind::Transient},
      {"fault, not repeatable", change, answered(500, error_body("InternalServiceErrorException")), 1,
       ErrorKind::Unknown},
      {"a page with 503", read, answered(503, "<html>"), 3, ErrorKind::Transient},
      {"a page with 503, not repeatable", change, answered(503, "<html>"), 1, ErrorKind::Unknown},
      {"a page with 200", read, answered(200, "<html>"), 3, ErrorKind::Transient},
      {"a page with 200, not repeatable", change, answered(200, "<html>"), 1, ErrorKind::Unknown},
      {"cut JSON", read, answered(200, R"({"Service":{)"), 3, ErrorKind::Transient},
      {"cut JSON, not repeatable", change, answered(200, R"({"OperationId":"1)"), 1, ErrorKind::Unknown},
      {"busy", change, answered(400, error_body("InvalidStateException")), 1, ErrorKind::Conflict},
      {"no such service", read, answered(400, error_body("ResourceNotFoundException")), 1, ErrorKind::NotFound},
      {"denied", read, answered(400, error_body("AccessDeniedException")), 1, ErrorKind::Denied},
      {"not valid", read, answered(400, error_body("InvalidRequestException")), 1, ErrorKind::Invalid},
  };
  for (const Failing& c : cases) {
    SCOPED_TRACE(c.name);
    testing::Bench bench;
    for (int i = 0; i < c.attempts; ++i) bench.client.then(c.step);
    const auto result = bench.caller.json(c.operation, "us-east-1", "{}", bench.within());
    ASSERT_FALSE(result);
    EXPECT_EQ(to_string(result.error().kind), to_string(c.kind));
    EXPECT_TRUE(bench.client.done());
    EXPECT_THAT(result.error().message, StartsWith("apprunner " + std::string(c.operation.name) + ": "));
  }
}

TEST_F(CallerTest, BacksOffWithJitter) {
  client.answer(503, "");
  client.fail(ErrorKind::Unknown);
  client.answer(200, "{}");
  EXPECT_TRUE(call(read));
  EXPECT_THAT(clock.slept, ElementsAre(500ms, 1000ms));
}

TEST_F(CallerTest, SignsEachAttemptAnew) {
  client.answer(503, "");
  clock.advance(-100ms);
  client.answer(200, "{}");
  EXPECT_TRUE(call(read));
  EXPECT_EQ(sent_header(0, "x-amz-date"), "20260102T030404Z");
  EXPECT_EQ(sent_header(1, "x-amz-date"), "20260102T030405Z");
}

TEST_F(CallerTest, ReportsAttemptsAndTheRequest) {
  for (int i = 0; i < 3; ++i) client.answer(503, "", {{"x-amzn-RequestId", "r" + std::to_string(i)}});
  EXPECT_EQ(call(read).error().message, "apprunner DescribeService: HTTP 503 request r2 (attempt 3)");
}

TEST_F(CallerTest, NeverSleepsPastTheDeadline) {
  client.answer(503, "");
  client.answer(503, "");
  // 0.5 s pass, then the next pause of 1 s would end too late.
  EXPECT_EQ(caller.json(read, "us-east-1", "{}", {clock.instant() + 1400ms, {}}).error().kind, ErrorKind::Transient);
  EXPECT_THAT(clock.slept, ElementsAre(500ms));
  EXPECT_EQ(client.limits[1].deadline, clock.instant() + 900ms);
}

TEST_F(CallerTest, SendsNothingWithoutTime) {
  EXPECT_EQ(call(change, 0s).error().kind, ErrorKind::NotSent);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(caller.json(change, "us-east-1", "{}", {clock.instant() + 1s, stop.get_token()}).error().kind,
            ErrorKind::NotSent);
  EXPECT_TRUE(client.sent.empty());
}

TEST_F(CallerTest, StopsWaitingWhenAsked) {
  std::stop_source stop;
  client.then([&](const auto&, const auto&) {
    stop.request_stop();
    return http::Response{503, {}, ""};
  });
  EXPECT_FALSE(caller.json(read, "us-east-1", "{}", {clock.instant() + 60s, stop.get_token()}));
  EXPECT_EQ(client.sent.size(), 1U);
}

TEST_F(CallerTest, RemembersThatAnEarlierAttemptMayHaveTakenEffect) {
  client.fail(ErrorKind::Unknown);
  client.fail(ErrorKind::NotSent);
  client.answer(503, "");
  EXPECT_EQ(call(read).error().kind, ErrorKind::Unknown);
  client.fail(ErrorKind::Unknown);
  client.answer(400, error_body("InvalidStateException"));
  EXPECT_EQ(call(read).error().kind, ErrorKind::Conflict);
}

TEST_F(CallerTest, StopsRepeatingWhenTheBucketIsDry) {
  // A time-out costs 10 of 500: after 25 calls with two repetitions each nothing is left.
  for (int i = 0; i < 26; ++i) {
    for (int attempt = 0; attempt < (i < 25 ? 3 : 1); ++attempt) {
      client.then([&](const http::Request&, const http::Limits& limits) -> base::Result<http::Response> {
        clock.advance(std::chrono::duration_cast<base::Duration>(limits.deadline - clock.instant()));
        return base::fail(ErrorKind::Unknown, "timed out");
      });
    }
    EXPECT_FALSE(call(read));
  }
  EXPECT_TRUE(client.done());
}

TEST_F(CallerTest, RenewsExpiredCredentialsOnce) {
  credentials.keys.push_back(Credentials{"FRESH", "s", "t", {}});
  client.answer(400, error_body("ExpiredTokenException"));
  client.answer(200, "{}");
  EXPECT_TRUE(call(change));
  EXPECT_THAT(sent_header(1, "authorization"), HasSubstr("Credential=FRESH/"));
  EXPECT_EQ(sent_header(1, "x-amz-security-token"), "t");
  EXPECT_TRUE(clock.slept.empty());

  credentials.keys.push_back(Credentials{"FRESHER", "s", "t", {}});
  client.answer(400, error_body("ExpiredTokenException"));
  client.answer(400, error_body("ExpiredTokenException"));
  EXPECT_EQ(call(change).error().kind, ErrorKind::Transient);
  EXPECT_EQ(credentials.expirations, 2);
}

TEST_F(CallerTest, DoesNotRepeatWithTheSameCredentials) {
  client.answer(400, error_body("ExpiredTokenException"));
  const auto result = call(change);
  EXPECT_EQ(result.error().kind, ErrorKind::Transient);
  EXPECT_EQ(result.error().code, "ExpiredTokenException");
}

TEST_F(CallerTest, HandsOnWhyThereAreNoNewCredentials) {
  credentials.keys.push_back(base::fail(ErrorKind::Transient, "credentials: no answer"));
  client.answer(400, error_body("ExpiredTokenException"));
  const auto result = call(change);
  EXPECT_EQ(result.error().kind, ErrorKind::Transient);
  EXPECT_THAT(result.error().message, HasSubstr("credentials: no answer"));
}

TEST_F(CallerTest, MayBeGivenNewCredentialsLater) {
  credentials.keys.push_back(base::fail(ErrorKind::Denied, "credentials: HTTP 400"));
  client.answer(400, error_body("ExpiredTokenException"));
  const auto result = call(change);
  EXPECT_EQ(result.error().kind, ErrorKind::Transient);
  EXPECT_THAT(result.error().message, HasSubstr("credentials: HTTP 400"));
}

TEST_F(CallerTest, SaysThatThereAreNoCredentials) {
  credentials.keys = {base::fail(ErrorKind::Denied, "credentials: none found")};
  const auto result = call(read);
  EXPECT_EQ(result.error().kind, ErrorKind::Denied);
  EXPECT_TRUE(lacks_credentials(result.error()));
  EXPECT_EQ(result.error().message, "apprunner DescribeService: credentials: none found");
  EXPECT_TRUE(client.sent.empty());
}

// Our clock says 03:04:05.
const http::Headers an_hour_later{{"Date", "Fri, 02 Jan 2026 04:04:05 GMT"}};
const http::Headers a_minute_later{{"Date", "Fri, 02 Jan 2026 03:05:05 GMT"}};

TEST_F(CallerTest, CorrectsTheClockOnce) {
  client.answer(400, error_body("RequestExpired"), an_hour_later);
  client.answer(200, "{}", an_hour_later);
  EXPECT_TRUE(call(change));
  EXPECT_EQ(sent_header(1, "x-amz-date"), "20260102T040405Z");
  // And keeps it.
  client.answer(200, "{}");
  EXPECT_TRUE(call(change));
  EXPECT_EQ(sent_header(2, "x-amz-date"), "20260102T040405Z");
}

TEST_F(CallerTest, SuspectsTheClockOnlyWhenItIsFarOff) {
  client.answer(403, error_body("InvalidSignatureException"), a_minute_later);
  EXPECT_EQ(call(change).error().kind, ErrorKind::Denied);
  client.answer(403, error_body("InvalidSignatureException"), an_hour_later);
  client.answer(200, "{}");
  EXPECT_TRUE(call(change));
}

TEST_F(CallerTest, DoesNotRepeatForAClockThatIsRight) {
  client.answer(400, error_body("RequestExpired"));
  EXPECT_EQ(call(change).error().kind, ErrorKind::Denied);
}

TEST_F(CallerTest, FollowsABucketToItsRegion) {
  client.answer(301, "", {{"x-amz-bucket-region", "eu-west-1"}, {"Location", "http://evil.example/"}});
  client.answer(200, "body");
  EXPECT_EQ(get().value().body, "body");
  EXPECT_EQ(client.sent[1].origin.host, "rules.s3.eu-west-1.amazonaws.com");
  EXPECT_THAT(sent_header(1, "authorization"), HasSubstr("/eu-west-1/s3/"));
  // And goes there at once the next time.
  client.answer(200, "body");
  EXPECT_TRUE(get());
  EXPECT_EQ(client.sent[2].origin.host, "rules.s3.eu-west-1.amazonaws.com");
}

TEST_F(CallerTest, FollowsABucketOnlyOnceAndOnlyToARegion) {
  client.answer(307, "", {{"x-amz-bucket-region", "eu-west-1"}});
  client.answer(307, "", {{"x-amz-bucket-region", "eu-west-2"}});
  EXPECT_EQ(get().error().kind, ErrorKind::Invalid);
  client.answer(307, "", {{"x-amz-bucket-region", "evil.example/"}});
  EXPECT_EQ(get().error().kind, ErrorKind::Invalid);
  client.answer(301, "");
  EXPECT_EQ(get().error().kind, ErrorKind::Invalid);
}

TEST_F(CallerTest, BuildsS3Requests) {
  client.answer(304, "");
  const auto answer = caller.rest(object, "us-east-1",
                                  {.method = "GET",
                                   .bucket = "rules",
                                   .key = "a b",
                                   .query = {{"z", "1/2"}, {"a", ""}},
                                   .headers = {{"If-None-Match", "\"e\""}},
                                   .body = {},
                                   .body_max = 10},
                                  within());
  EXPECT_EQ(answer.value().status, 304);
  EXPECT_EQ(client.sent[0].target, "/a%20b?a=&z=1%2F2");
  EXPECT_EQ(client.limits[0].body_max, 10U);
  EXPECT_THAT(sent_header(0, "authorization"),
              HasSubstr("SignedHeaders=host;if-none-match;x-amz-content-sha256;x-amz-date,"));
}

TEST_F(CallerTest, ShowsNoSecret) {
  credentials.keys = {Credentials{"AKIDEXAMPLE", "hush-secret", "hush-token", {}}};
  client.answer(
      403,
      "<Error><Code>SignatureDoesNotMatch</Code><Message>It does not match.\nCanonical: hush-token</Message></Error>");
  const auto result = get();
  EXPECT_EQ(result.error().message, "s3 GetObject: SignatureDoesNotMatch (It does not match.)");
  EXPECT_THAT(result.error().message, Not(HasSubstr("hush")));
}

TEST_F(CallerTest, ConnectsToEachEndpointOnce) {
  const Service services[] = {Service::AppRunner, Service::Ecr, Service::Ecr};
  caller.connect(services, "us-east-1", "caretaker", within());
  EXPECT_THAT(client.connected, ElementsAre(http::Origin{true, "caretaker.s3.us-east-1.amazonaws.com", 443},
                                            http::Origin{true, "apprunner.us-east-1.amazonaws.com", 443},
                                            http::Origin{true, "api.ecr.us-east-1.amazonaws.com", 443}));
  endpoints.urls.emplace("", "http://localhost:4566");
  caller.connect(services, "us-east-1", "", within());
  EXPECT_THAT(client.connected, ElementsAre(http::Origin{false, "localhost", 4566}));
}

}  // namespace
}  // namespace aws
