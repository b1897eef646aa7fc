// SPDX-License-Identifier: Apache-2.0
#include "sandbox/account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/test_account.h"

namespace sandbox {
namespace {

using test::at;
using test::TestAccount;

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

http::Request form(std::string body) {
  return {
      {}, "POST", "/", {{"Host", "localhost"}, {"Content-Type", "application/x-www-form-urlencoded"}}, std::move(body)};
}

TEST(Account, AnswersHostileRequestsInTheShapeOfAws) {
  struct Case {
    std::string_view name;
    http::Request request;
    std::string_view want;  // Part of the answer.
  };
  const auto json = [](std::string_view target, std::string body) {
    return TestAccount::json_request(target, std::move(body));
  };
  const Case cases[] = {
      {"no JSON", json("ecr.ListImages", "{"), "SerializationException"},
      {"no object", json("ecr.ListImages", "[]"), "SerializationException"},
      {"text after the object", json("ecr.ListImages", "{} x"), "SerializationException"},
      {"deep", json("ecr.ListImages", R"({"repositoryName":)" + nested(100'000) + "}"), "SerializationException"},
      {"not UTF-8", json("ecr.ListImages", "{\"repositoryName\":\"\xff\"}"), "SerializationException"},
      {"huge number", json("ecr.ListImages", R"({"repositoryName":"ab","maxResults":99999999999999999999999})"),
       "SerializationException"},
      {"infinite number", json("ecr.ListImages", R"({"repositoryName":"ab","maxResults":1e999})"),
       "SerializationException"},
      {"largest number", json("ecr.ListImages", R"({"repositoryName":"ab","maxResults":18446744073709551615})"),
       "InvalidParameterException"},
      {"wrong types everywhere", json("sqs.SendMessage", R"({"QueueUrl":[],"MessageBody":{}})"),
       "SerializationException"},
      {"target without operation", json("AppRunner", "{}"), "UnknownOperationException"},
      {"empty target", json("", "{}"), "UnknownOperationException"},
      {"empty operation", json("apprunner.", "{}"), "UnknownOperationException"},
      {"unknown service", json("DynamoDB_20120810.ListTables", "{}"), "DynamoDB_20120810.ListTables"},
      {"unknown action", form("Action=Nonsense&Version=2011-06-15"), "<Code>UnknownOperationException</Code>"},
      {"unknown version", form("Action=GetCallerIdentity&Version=1"), "<Code>UnknownOperationException</Code>"},
      {"form without action", form("x=y"), "MethodNotAllowed"},
      {"deep form", form("Action=SendMessage&Version=2012-11-05&a.b.c.d.e.f.g.h.i.j=1"),
       "<Code>MalformedQueryString</Code>"},
      {"broken escapes", form("Action=SendMessage&Version=2012-11-05&%=%2&%zz=%ff"),
       "<Code>MalformedQueryString</Code>"},
      {"dots only", form("Action=SendMessage&Version=2012-11-05&...=1"), "<Code>MalformedInput</Code>"},
      {"no target at all", {{}, "GET", "", {}, ""}, "ListAllMyBucketsResult"},
      {"asterisk", {{}, "OPTIONS", "*", {}, ""}, "MethodNotAllowed"},
      {"a bucket that climbs", {{}, "GET", "/../../etc/passwd", {}, ""}, "NoSuchBucket"},
      {"a bucket of zeros", {{}, "PUT", "/%00%00%00", {}, ""}, "InvalidBucketName"},
      {"no length",
       {{}, "PUT", "/caretaker/k", {{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}}, "zz"},
       "IncompleteBody"},
      {"unknown stream",
       {{}, "PUT", "/caretaker/k", {{"x-amz-content-sha256", "STREAMING-NONSENSE"}}, "zz"},
       "NotImplemented"},
      {"control, unknown", {{}, "GET", "/_sandbox/nonsense", {}, ""}, "the sandbox has"},
      {"control, no JSON", {{}, "POST", "/_sandbox/deployments", {}, "x"}, "outcome"},
      {"control, bad number", {{}, "GET", "/_sandbox/happenings?after=x", {}, ""}, "must be a number"},
  };
  TestAccount sandbox;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_THAT(sandbox.answer(c.request).body, testing::HasSubstr(std::string(c.want)));
  }
  EXPECT_EQ(sandbox.status_of("ecr.DescribeRepositories", "{}"), "200") << "it serves on";
}

TEST(Account, WakesTheFunctionByNewRulesAndByNoOtherObject) {
  TestAccount sandbox;
  const auto waiting = [&] {
    const auto queue = sandbox.call("sqs.GetQueueAttributes",
                                    R"({"QueueUrl":"http://x/123456789012/caretaker","AttributeNames":["All"]})");
    return at(queue, "/Attributes/ApproximateNumberOfMessages");
  };
  const auto put = [&](std::string_view key) {
    EXPECT_EQ(sandbox.answer({{}, "PUT", fmt::format("/caretaker/{}", key), {{"Host", "localhost"}}, "[]"}).status,
              200);
  };
  EXPECT_EQ(waiting(), "0");
  put("records/stack.json");
  put("records/rules/rules.json");
  EXPECT_EQ(waiting(), "0");
  put("rules.json");
  EXPECT_EQ(waiting(), "1");
}

TEST(Account, LetsNobodyInUnsigned) {
  TestAccount sandbox{Settings()};
  const auto refused = sandbox.call_raw("apprunner.ListServices", "{}");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(
      refused.body,
      R"({"__type":"com.amazonaws.apprunner#MissingAuthenticationTokenException","Message":"Missing Authentication Token"})");
  EXPECT_THAT(sandbox.answer({{}, "GET", "/caretaker/rules.json", {}, ""}).body,
              testing::HasSubstr("<Code>AccessDenied</Code>"));
  EXPECT_THAT(sandbox.answer(form("Action=GetCallerIdentity&Version=2011-06-15")).body,
              testing::HasSubstr("<Code>MissingAuthenticationToken</Code>"));
}

TEST(Account, NamesRequestsAndDatesThem) {
  TestAccount sandbox;
  const auto json = sandbox.call_raw("ecr.DescribeRepositories", "{}");
  EXPECT_EQ(json.headers.get("x-amzn-requestid")->size(), 36U);
  EXPECT_EQ(json.headers.get("date"), "Fri, 02 Jan 2026 12:00:00 GMT");
  EXPECT_EQ(json.headers.get("content-type"), "application/x-amz-json-1.1");
  const auto objects = sandbox.answer({{}, "GET", "/caretaker/none", {}, ""});
  EXPECT_THAT(objects.body, testing::HasSubstr("<Resource>/caretaker/none</Resource><RequestId>" +
                                               std::string(*objects.headers.get("x-amz-request-id"))));
  EXPECT_TRUE(objects.headers.get("x-amz-id-2"));
}

TEST(Account, AnswersTheSameToTheSame) {
  const auto run = [] {
    TestAccount sandbox;
    std::string said;
    sandbox.call("ecr.CreateRepository", R"({"repositoryName":"shop"})");
    said +=
        sandbox.call_raw("ecr.PutImage", R"({"repositoryName":"shop","imageManifest":"{}","imageTag":"1.0.0"})").body;
    said +=
        sandbox.call_raw("sqs.ReceiveMessage", fmt::format(R"({{"QueueUrl":"{}"}})", sandbox.queue_url("caretaker")))
            .body;
    return said;
  };
  EXPECT_EQ(run(), run());
}

TEST(Account, LogsItsCalls) {
  TestAccount sandbox;
  sandbox.call("ecr.CreateRepository", R"({"repositoryName":"shop"})");
  sandbox.call_raw("ecr.ListImages", R"({"repositoryName":"none"})");
  sandbox.answer({{}, "GET", "/caretaker/rules.json", {}, ""});
  const auto calls = sandbox.account.calls();
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_EQ(calls[1].operation, "ListImages");
  EXPECT_EQ(calls[1].error, "RepositoryNotFoundException");
  EXPECT_EQ(calls[2].service + calls[2].operation, "s3GetObject");
  EXPECT_EQ(
      sandbox.answer({{}, "GET", "/_sandbox/calls", {}, ""}).body,
      R"({"time":"2026-01-02T12:00:00Z","service":"ecr","operation":"CreateRepository","status":200})"
      "\n"
      R"({"time":"2026-01-02T12:00:00Z","service":"ecr","operation":"ListImages","status":400,"error":"RepositoryNotFoundException"})"
      "\n"
      R"({"time":"2026-01-02T12:00:00Z","service":"s3","operation":"GetObject","status":200})"
      "\n");
}

TEST(Account, BoundsItsMemoryOfCallsAndHappenings) {
  TestAccount sandbox;
  for (int i = 0; i < 10'500; ++i) sandbox.answer({{}, "PUT", "/caretaker/k", {}, "x"});
  EXPECT_EQ(sandbox.account.calls().size(), Account::call_log_max);
  const auto told = sandbox.answer({{}, "GET", "/_sandbox/happenings?after=10400", {}, ""}).body;
  EXPECT_THAT(told, testing::StartsWith(R"({"number":10401,)"));
}

TEST(Account, TakesOrdersForDeployments) {
  TestAccount sandbox;
  const auto answer =
      sandbox.answer({{}, "POST", "/_sandbox/deployments", {}, R"({"tag":"1.2.9","outcome":"rollback"})"});
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(sandbox.told("operation"), testing::ElementsAre("deployments of tag 1.2.9 will be rolled back"));
  const auto decide = [&](int tag) {
    return sandbox
        .answer({{}, "POST", "/_sandbox/deployments", {}, fmt::format(R"({{"tag":"{}","outcome":"fail"}})", tag)})
        .status;
  };
  for (int tag = 1; tag < 1'000; ++tag) EXPECT_EQ(decide(tag), 200);
  EXPECT_EQ(decide(1'000), 409);
  EXPECT_EQ(decide(999), 200);
}

TEST(Account, ShowsItsPipeline) {
  TestAccount sandbox;
  sandbox.call("sqs.SendMessage", fmt::format(R"({{"QueueUrl":"{}","MessageBody":"b","DelaySeconds":5}})",
                                              sandbox.queue_url("caretaker")));
  const auto shown = TestAccount::parse(sandbox.answer({{}, "GET", "/_sandbox/pipeline", {}, ""}).body);
  EXPECT_EQ(at(shown, "/queues/0"),
            R"({"name":"caretaker","visible":0,"inFlight":0,"delayed":1,"returns":"2026-01-02T12:00:05Z"})");
  EXPECT_EQ(at(shown, "/services"), "[]");
}

TEST(Account, KnowsTheCallerAndMakesRoles) {
  TestAccount sandbox;
  EXPECT_THAT(sandbox.answer(form("Action=GetCallerIdentity&Version=2011-06-15")).body,
              testing::HasSubstr("<Account>123456789012</Account>"));
  EXPECT_THAT(
      sandbox.answer(form("Action=CreateRole&Version=2010-05-08&RoleName=R&AssumeRolePolicyDocument=%7B%7D")).body,
      testing::HasSubstr("<Arn>arn:aws:iam::123456789012:role/R</Arn>"));
  EXPECT_EQ(
      sandbox
          .answer(form(
              "Action=AttachRolePolicy&Version=2010-05-08&RoleName=R&PolicyArn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FX"))
          .status,
      200);
  EXPECT_THAT(sandbox.answer(form("Action=DeleteRole&Version=2010-05-08&RoleName=R")).body,
              testing::HasSubstr("<Code>DeleteConflict</Code>"));
  EXPECT_EQ(sandbox.answer(form("Action=GetRole&Version=2010-05-08&RoleName=none")).status, 404);
}

TEST(Account, PutsEventsOnlyForItsOwner) {
  TestAccount sandbox;
  const auto answer = sandbox.call(
      "events.PutEvents",
      R"({"Entries":[{"Source":"mine","DetailType":"d","Detail":"{}"},{"Source":"aws.ecr","DetailType":"d","Detail":"{}"},{"Source":"mine","DetailType":"d","Detail":"x"}]})");
  EXPECT_EQ(at(answer, "/FailedEntryCount"), "2");
  EXPECT_EQ(at(answer, "/Entries/1/ErrorCode"), "NotAuthorizedForSourceException");
  EXPECT_EQ(at(answer, "/Entries/2/ErrorCode"), "MalformedDetail");
  EXPECT_EQ(at(sandbox.call("events.ListTargetsByRule", R"({"Rule":"caretaker-image-pushes"})"), "/Targets/0/Arn"),
            "arn:aws:sqs:us-east-1:123456789012:caretaker");
}

TEST(Account, StandsRequestsFromInsideItsAnswers) {
  // A simulator's function goes on as soon as it is answered.
  TestAccount sandbox;
  int answered = 0;
  const auto receive = TestAccount::json_request(
      "sqs.ReceiveMessage", fmt::format(R"({{"QueueUrl":"{}","WaitTimeSeconds":5}})", sandbox.queue_url("caretaker")));
  sandbox.account.handle(receive, sandbox.now, http::Reply([&](http::Response) {
                           ++answered;
                           sandbox.call("sqs.DeleteQueue",
                                        fmt::format(R"({{"QueueUrl":"{}"}})", sandbox.queue_url("caretaker")));
                         }));
  sandbox.call("sqs.SendMessage",
               fmt::format(R"({{"QueueUrl":"{}","MessageBody":"x"}})", sandbox.queue_url("caretaker")));
  EXPECT_EQ(answered, 1);
  EXPECT_EQ(sandbox.status_of("sqs.GetQueueUrl", R"({"QueueName":"caretaker"})"), "400 QueueDoesNotExist");
}

}  // namespace
}  // namespace sandbox
