// SPDX-License-Identifier: Apache-2.0
#include "sandbox/event_bus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/test_account.h"

namespace sandbox {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test::at;
using test::TestAccount;

constexpr std::string_view mine = R"({\"source\":[\"mine\"]})";

class EventBusTest : public testing::Test {
 protected:
  EventBusTest() {
    for (const std::string_view name : {"work", "dead"})
      sandbox_.call("sqs.CreateQueue",
                    fmt::format(R"({{"QueueName":"{}","Attributes":{{"VisibilityTimeout":"43200"}}}})", name));
    sandbox_.call("events.PutRule", fmt::format(R"({{"Name":"rule","EventPattern":"{}"}})", mine));
  }

  boost::json::value put_target(std::string_view rest, std::string_view queue = "work") {
    return sandbox_.call(
        "events.PutTargets",
        fmt::format(R"({{"Rule":"rule","Targets":[{{"Id":"t","Arn":"arn:aws:sqs:us-east-1:123456789012:{}"{}}}]}})",
                    queue, rest));
  }
  boost::json::value put_event(std::string_view detail = "{}", std::string_view source = "mine") {
    return sandbox_.call(
        "events.PutEvents",
        fmt::format(R"({{"Entries":[{{"Source":"{}","DetailType":"happened","Detail":{},"Resources":["r"]}}]}})",
                    source, base::json_quote(detail)));
  }
  boost::json::value receive(std::string_view queue = "work") {
    return sandbox_.call("sqs.ReceiveMessage",
                         fmt::format(R"({{"QueueUrl":"{}","MessageAttributeNames":["All"],"MaxNumberOfMessages":10}})",
                                     sandbox_.queue_url(queue)));
  }
  std::string body(std::string_view queue = "work") { return at(receive(queue), "/Messages/0/Body"); }

  TestAccount sandbox_;
};

TEST_F(EventBusTest, SendsAnEventToTheQueueOfItsRule) {
  put_target("");
  const auto id = at(put_event(R"({"x":1})"), "/Entries/0/EventId");
  EXPECT_EQ(
      body(),
      fmt::format(R"({{"version":"0","id":"{}","detail-type":"happened","source":"mine","account":"123456789012",)"
                  R"("time":"2026-01-02T12:00:00Z","region":"us-east-1","resources":["r"],"detail":{{"x":1}}}})",
                  id));
  put_event("{}", "other");
  EXPECT_EQ(body(), "(none)");
}

TEST_F(EventBusTest, GivesATargetWhatItAsksFor) {
  struct Case {
    std::string_view name;
    std::string_view target;
    std::string_view want;
  };
  const Case cases[] = {
      {"constant", R"(,"Input":"{\"a\":1}")", R"({"a":1})"},
      {"path", R"(,"InputPath":"$.detail.tags[1]")", R"("b")"},
      {"path of an object", R"(,"InputPath":"$.detail")", R"({"name":"web \"1\"","tags":["a","b"]})"},
      {"quoted step", R"(,"InputPath":"$['detail-type']")", R"("happened")"},
      {"template, JSON",
       R"(,"InputTransformer":{"InputPathsMap":{"n":"$.detail.name","t":"$.detail.tags"},"InputTemplate":"{\"n\":<n>,\"t\":<t>}"})",
       R"({"n":"web \"1\"","t":["a","b"]})"},
      {"template, text", R"(,"InputTransformer":{"InputPathsMap":{"n":"$.source"},"InputTemplate":"\"<n> has <n>\""})",
       R"("mine has mine")"},
      {"template, variable in a string",
       R"(,"InputTransformer":{"InputPathsMap":{"n":"$.detail.name"},"InputTemplate":"{\"n\":\"it is <n>\"}"})",
       R"({"n":"it is web \"1\""})"},
      {"template, absent value in a string",
       R"(,"InputTransformer":{"InputPathsMap":{"n":"$.detail.none"},"InputTemplate":"\"[<n>]\""})", R"("[]")"},
      {"template, its own variables",
       R"(,"InputTransformer":{"InputTemplate":"\"<aws.events.rule-name> <aws.events.event.ingestion-time>\""})",
       R"("rule 2026-01-02T12:00:00Z")"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    put_target(c.target);
    put_event(R"({"name":"web \"1\"","tags":["a","b"]})");
    EXPECT_EQ(body(), c.want);
  }
}

TEST_F(EventBusTest, BuriesWhatCannotBeDelivered) {
  struct Case {
    std::string_view name;
    std::string_view target;
    std::string_view queue;
    std::string_view code;
  };
  const Case cases[] = {
      {"no queue", "", "gone", "NO_RESOURCE"},
      {"no JSON", R"(,"InputTransformer":{"InputPathsMap":{"n":"$.detail.none"},"InputTemplate":"{\"n\":<n>}"})",
       "work", "INVALID_JSON"},
      {"no value", R"(,"InputPath":"$.detail.none")", "work", "INVALID_JSON"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto dead = R"(,"DeadLetterConfig":{"Arn":"arn:aws:sqs:us-east-1:123456789012:dead"})";
    put_target(fmt::format("{}{}", dead, c.target), c.queue);
    put_event();
    const auto buried = receive("dead");
    const auto attribute = [&](std::string_view name) {
      return at(buried, fmt::format("/Messages/0/MessageAttributes/{}/StringValue", name));
    };
    EXPECT_THAT(at(buried, "/Messages/0/Body"), testing::HasSubstr(R"("source":"mine")"));
    EXPECT_EQ(attribute("ERROR_CODE"), c.code);
    EXPECT_NE(attribute("ERROR_MESSAGE"), "(none)");
    EXPECT_EQ(attribute("RULE_ARN"), "arn:aws:events:us-east-1:123456789012:rule/rule");
    EXPECT_EQ(attribute("TARGET_ARN"), fmt::format("arn:aws:sqs:us-east-1:123456789012:{}", c.queue));
    EXPECT_EQ(body(), "(none)");
  }
}

TEST_F(EventBusTest, RefusesInTheWordsOfAws) {
  const auto target = [](std::string_view rest) {
    return fmt::format(R"({{"Rule":"rule","Targets":[{{"Id":"t",{}}}]}})", rest);
  };
  const std::string queue = R"("Arn":"arn:aws:sqs:us-east-1:123456789012:work")";
  std::string six;
  for (int i = 0; i < 6; ++i) six += fmt::format(R"({}{{"Id":"{}",{}}})", i ? "," : "", i, queue);
  put_target("");
  struct Case {
    std::string_view name;
    std::string_view operation;
    std::string body;
    std::string_view want;
  };
  const Case cases[] = {
      {"rule of nothing", "PutRule", R"({"Name":"r"})", "400 ValidationException"},
      {"rule without a name", "PutRule", R"({"EventPattern":"{}"})", "400 ValidationException"},
      {"rule with a blank in its name", "PutRule", fmt::format(R"({{"Name":"a b","EventPattern":"{}"}})", mine),
       "400 ValidationException"},
      {"unknown state", "PutRule", fmt::format(R"({{"Name":"r","EventPattern":"{}","State":"ON"}})", mine),
       "400 ValidationException"},
      {"bad pattern", "PutRule", R"({"Name":"r","EventPattern":"{}"})", "400 InvalidEventPatternException"},
      {"bad schedule", "PutRule", R"json({"Name":"r","ScheduleExpression":"rate(1 hours)"})json",
       "400 ValidationException"},
      {"pattern too long", "PutRule", fmt::format(R"({{"Name":"r","EventPattern":"{}"}})", std::string(4'097, 'x')),
       "400 ValidationException"},
      {"a bus with a blank in its name", "PutRule",
       fmt::format(R"({{"Name":"r","EventPattern":"{}","EventBusName":"a b"}})", mine), "400 ValidationException"},
      {"a target with a blank in its id", "RemoveTargets", R"({"Rule":"rule","Ids":["a b"]})",
       "400 ValidationException"},
      {"other bus", "PutRule", fmt::format(R"({{"Name":"r","EventPattern":"{}","EventBusName":"b"}})", mine),
       "400 ResourceNotFoundException"},
      {"default bus by its ARN", "DescribeRule",
       R"({"Name":"rule","EventBusName":"arn:aws:events:us-east-1:123456789012:event-bus/default"})", "200"},
      {"no such rule", "DescribeRule", R"({"Name":"none"})", "400 ResourceNotFoundException"},
      {"no such rule to enable", "EnableRule", R"({"Name":"none"})", "400 ResourceNotFoundException"},
      {"no such rule for targets", "ListTargetsByRule", R"({"Rule":"none"})", "400 ResourceNotFoundException"},
      {"rule with targets", "DeleteRule", R"({"Name":"rule"})", "400 ValidationException"},
      {"rule that is gone", "DeleteRule", R"({"Name":"none"})", "200"},
      {"no ARN", "PutTargets", target(R"("Arn":"work")"), "400 ValidationException"},
      {"a function", "PutTargets", target(R"("Arn":"arn:aws:lambda:us-east-1:123456789012:function:caretaker")"),
       "400 ValidationException"},
      {"another account's queue", "PutTargets", target(R"("Arn":"arn:aws:sqs:us-east-1:210987654321:work")"),
       "400 ValidationException"},
      {"FIFO queue", "PutTargets", target(R"("Arn":"arn:aws:sqs:us-east-1:123456789012:work.fifo")"),
       "400 ValidationException"},
      {"no id", "PutTargets", fmt::format(R"({{"Rule":"rule","Targets":[{{{}}}]}})", queue), "400 ValidationException"},
      {"bad id", "PutTargets", fmt::format(R"({{"Rule":"rule","Targets":[{{"Id":"a b",{}}}]}})", queue),
       "400 ValidationException"},
      {"six targets", "PutTargets", fmt::format(R"({{"Rule":"rule","Targets":[{}]}})", six),
       "400 LimitExceededException"},
      {"two inputs", "PutTargets", target(queue + R"(,"Input":"1","InputPath":"$")"), "400 ValidationException"},
      {"input is no JSON", "PutTargets", target(queue + R"(,"Input":"{")"), "400 ValidationException"},
      {"bad path", "PutTargets", target(queue + R"(,"InputPath":"detail")"), "400 ValidationException"},
      {"unknown placeholder", "PutTargets", target(queue + R"(,"InputTransformer":{"InputTemplate":"\"<x>\""})"),
       "400 ValidationException"},
      {"another service's parameters", "PutTargets", target(queue + R"(,"EcsParameters":{})"),
       "400 ValidationException"},
      {"dead letters elsewhere", "PutTargets", target(queue + R"(,"DeadLetterConfig":{"Arn":"arn:aws:sns:x:y:z"})"),
       "400 ValidationException"},
      {"retries out of bounds", "PutTargets", target(queue + R"(,"RetryPolicy":{"MaximumRetryAttempts":186})"),
       "400 ValidationException"},
      {"age out of bounds", "PutTargets", target(queue + R"(,"RetryPolicy":{"MaximumEventAgeInSeconds":59})"),
       "400 ValidationException"},
      {"token", "ListRules", R"({"NextToken":"x"})", "400 ValidationException"},
      {"no events", "PutEvents", R"({"Entries":[]})", "400 ValidationException"},
      {"time is a text", "PutEvents", R"({"Entries":[{"Time":"now"}]})", "400 SerializationException"},
      {"global endpoint", "PutEvents", R"({"Entries":[{}],"EndpointId":"a.b"})", "400 UnknownOperationException"},
      {"too large", "PutEvents",
       fmt::format(R"({{"Entries":[{{"Source":"mine","DetailType":"d","Detail":"{}"}}]}})",
                   std::string(1'048'577, ' ')),
       "400 ValidationException"},
      {"bad pattern to test", "TestEventPattern", R"({"EventPattern":"[]","Event":"{}"})",
       "400 InvalidEventPatternException"},
      {"bad event to test", "TestEventPattern", fmt::format(R"({{"EventPattern":"{}","Event":"{{}}"}})", mine),
       "400 ValidationException"},
      {"bus that is not there", "DescribeEventBus", R"({"Name":"b"})", "400 ResourceNotFoundException"},
      {"tags of nothing", "ListTagsForResource", R"({"ResourceARN":"arn:aws:events:us-east-1:123456789012:rule/none"})",
       "400 ResourceNotFoundException"},
      {"another bus to make", "CreateEventBus", R"({"Name":"b"})", "400 UnknownOperationException"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(sandbox_.status_of(fmt::format("events.{}", c.operation), c.body), c.want);
  }
}

TEST_F(EventBusTest, AnswersForEachEntryAndTarget) {
  const auto answer = sandbox_.call(
      "events.PutEvents",
      R"({"Entries":[{"DetailType":"d","Detail":"{}"},{"Source":"s","Detail":"{}"},{"Source":"s","DetailType":"d"},)"
      R"({"Source":"s","DetailType":"d","Detail":"[]"},{"Source":"aws.s3","DetailType":"d","Detail":"{}"},)"
      R"({"Source":"s","DetailType":"d","Detail":"{}","EventBusName":"no-such-bus"}]})");
  EXPECT_EQ(at(answer, "/FailedEntryCount"), "5");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(at(answer, fmt::format("/Entries/{}/ErrorCode", i)), "InvalidArgument");
  EXPECT_EQ(at(answer, "/Entries/3/ErrorCode"), "MalformedDetail");
  EXPECT_EQ(at(answer, "/Entries/4/ErrorCode"), "NotAuthorizedForSourceException");
  EXPECT_EQ(at(answer, "/Entries/5/EventId").size(), 36U);
  put_target("");
  const auto removed = sandbox_.call("events.RemoveTargets", R"({"Rule":"rule","Ids":["t","none"]})");
  EXPECT_EQ(at(removed, "/FailedEntryCount"), "1");
  EXPECT_EQ(at(removed, "/FailedEntries/0/TargetId"), "none");
  put_event();
  EXPECT_EQ(body(), "(none)");
}

TEST_F(EventBusTest, KeepsTargetsAndTagsThroughAnUpdate) {
  put_target(R"(,"RetryPolicy":{"MaximumRetryAttempts":3,"MaximumEventAgeInSeconds":60})");
  const std::string arn = R"("ResourceARN":"arn:aws:events:us-east-1:123456789012:rule/rule")";
  sandbox_.call("events.TagResource",
                fmt::format(R"({{{},"Tags":[{{"Key":"a","Value":"1"}},{{"Key":"b","Value":""}}]}})", arn));
  sandbox_.call("events.UntagResource", fmt::format(R"({{{},"TagKeys":["a"]}})", arn));
  sandbox_.call("events.PutRule",
                R"({"Name":"rule","EventPattern":"{\"source\":[\"yours\"]}","State":"DISABLED","Description":"new"})");
  const auto rule = sandbox_.call("events.DescribeRule", R"({"Name":"rule"})");
  EXPECT_EQ(at(rule, "/State") + at(rule, "/Description") + at(rule, "/EventPattern"),
            R"(DISABLEDnew{"source":["yours"]})");
  EXPECT_EQ(at(sandbox_.call("events.ListTagsForResource", fmt::format("{{{}}}", arn)), "/Tags"),
            R"([{"Key":"b","Value":""}])");
  EXPECT_EQ(at(sandbox_.call("events.ListTargetsByRule", R"({"Rule":"rule"})"), "/Targets/0/RetryPolicy"),
            R"({"MaximumRetryAttempts":3,"MaximumEventAgeInSeconds":60})");
  put_event("{}", "yours");
  EXPECT_EQ(body(), "(none)") << "it is disabled";
  sandbox_.call("events.EnableRule", R"({"Name":"rule"})");
  put_event("{}", "yours");
  EXPECT_NE(body(), "(none)");
}

TEST_F(EventBusTest, ListsByPages) {
  for (const std::string_view name : {"a", "b", "c"})
    sandbox_.call("events.PutRule", fmt::format(R"({{"Name":"x-{}","EventPattern":"{}"}})", name, mine));
  auto page = sandbox_.call("events.ListRules", R"({"NamePrefix":"x-","Limit":2})");
  EXPECT_EQ(at(page, "/Rules/1/Name"), "x-b");
  page = sandbox_.call("events.ListRules",
                       fmt::format(R"({{"NamePrefix":"x-","NextToken":"{}"}})", at(page, "/NextToken")));
  EXPECT_EQ(at(page, "/Rules/0/Name") + at(page, "/NextToken"), "x-c(none)");
  put_target("");
  EXPECT_EQ(
      at(sandbox_.call("events.ListRuleNamesByTarget", R"({"TargetArn":"arn:aws:sqs:us-east-1:123456789012:work"})"),
         "/RuleNames"),
      R"(["rule"])");
  EXPECT_EQ(at(sandbox_.call("events.ListEventBuses", "{}"), "/EventBuses/0/Name"), "default");
}

TEST_F(EventBusTest, FiresByTheClock) {
  sandbox_.call("events.PutRule", R"json({"Name":"rule","ScheduleExpression":"rate(5 minutes)"})json");
  put_target("");
  sandbox_.pass(minutes(4));
  EXPECT_EQ(body(), "(none)");
  sandbox_.pass(minutes(2));
  const auto event = TestAccount::parse(body());
  EXPECT_EQ(at(event, "/time"), "2026-01-02T12:05:00Z");
  EXPECT_EQ(at(event, "/source") + ", " + at(event, "/detail-type"), "aws.events, Scheduled Event");
  EXPECT_EQ(at(event, "/resources"), R"(["arn:aws:events:us-east-1:123456789012:rule/rule"])");
  EXPECT_EQ(at(event, "/detail"), "{}");
  sandbox_.pass(minutes(15));
  EXPECT_EQ(receive().at("Messages").as_array().size(), 3U);
  sandbox_.call("events.DisableRule", R"({"Name":"rule"})");
  sandbox_.pass(minutes(30));
  EXPECT_EQ(body(), "(none)");
  sandbox_.call("events.PutRule", R"json({"Name":"rule","ScheduleExpression":"cron(0 13 * * ? *)"})json");
  sandbox_.pass(minutes(10));
  EXPECT_EQ(at(TestAccount::parse(body()), "/time"), "2026-01-02T13:00:00Z");
}

TEST_F(EventBusTest, TestsPatterns) {
  const auto test = [&](std::string_view source) {
    const auto event = fmt::format(
        R"({{"id":"1","account":"1","source":"{}","time":"t","region":"r","resources":[],"detail-type":"d"}})", source);
    return at(sandbox_.call("events.TestEventPattern",
                            fmt::format(R"({{"EventPattern":"{}","Event":{}}})", mine, base::json_quote(event))),
              "/Result");
  };
  EXPECT_EQ(test("mine"), "true");
  EXPECT_EQ(test("yours"), "false");
}

TEST_F(EventBusTest, HearsOfAppRunner) {
  sandbox_.call(
      "events.PutRule",
      R"({"Name":"rule","EventPattern":"{\"source\":[\"aws.apprunner\"],\"detail\":{\"operationStatus\":[{\"suffix\":\"CompletedSuccessfully\"}]}}"})");
  put_target(R"(,"InputPath":"$.detail.operationStatus")");
  sandbox_.call(
      "apprunner.CreateService",
      R"({"ServiceName":"shop","SourceConfiguration":{"ImageRepository":{"ImageIdentifier":"public.ecr.aws/x/y:1","ImageRepositoryType":"ECR_PUBLIC"}}})");
  sandbox_.pass(seconds(11));
  EXPECT_EQ(body(), R"("CreateServiceCompletedSuccessfully")");
}

TEST_F(EventBusTest, HasQuotas) {
  for (int i = 0; i < 30; ++i) {
    sandbox_.call("events.PutRule",
                  fmt::format(R"({{"Name":"w{}","EventPattern":"{{\"a\":[{{\"wildcard\":\"x*\"}}]}}"}})", i));
  }
  const std::string_view wildcard = R"({"Name":"more","EventPattern":"{\"a\":[{\"wildcard\":\"x*\"}]}"})";
  EXPECT_EQ(sandbox_.status_of("events.PutRule", std::string(wildcard)), "400 LimitExceededException");
  for (int i = 0; i < 265; ++i)
    sandbox_.call("events.PutRule", fmt::format(R"({{"Name":"r{}","EventPattern":"{}"}})", i, mine));
  EXPECT_EQ(sandbox_.status_of("events.PutRule", fmt::format(R"({{"Name":"more","EventPattern":"{}"}})", mine)),
            "400 LimitExceededException");
}

}  // namespace
}  // namespace sandbox
