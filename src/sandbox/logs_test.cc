// SPDX-License-Identifier: Apache-2.0
#include "sandbox/logs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/test_account.h"

namespace sandbox {
namespace {

using test::at;
using test::TestAccount;

constexpr std::int64_t noon = 1'767'355'200'000;  // When the test's account begins.
constexpr std::int64_t hour = 3'600'000;

class LogsTest : public testing::Test {
 protected:
  LogsTest() {
    sandbox_.call("logs.CreateLogGroup", R"({"logGroupName":"/g"})");
    sandbox_.call("logs.CreateLogStream", R"({"logGroupName":"/g","logStreamName":"s"})");
  }
  static std::string put(std::string_view events) {
    return fmt::format(R"({{"logGroupName":"/g","logStreamName":"s","logEvents":[{}]}})", events);
  }
  static std::string event(std::int64_t timestamp, std::string_view message) {
    return fmt::format(R"({{"timestamp":{},"message":"{}"}})", timestamp, message);
  }

  TestAccount sandbox_;
};

TEST_F(LogsTest, RejectsWhatIsTooOldOrTooNew) {
  struct Case {
    std::string_view name;
    std::string events;
    std::string_view rejected;
  };
  const Case cases[] = {
      {"now", event(noon, "x"), "(none)"},
      {"too old", event(noon - 15 * 24 * hour, "x"), R"({"tooOldLogEventEndIndex":1})"},
      {"one too new", event(noon, "x") + "," + event(noon + 3 * hour, "y"), R"({"tooNewLogEventStartIndex":1})"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(at(sandbox_.call("logs.PutLogEvents", put(c.events)), "/rejectedLogEventsInfo"), c.rejected);
  }
  const auto kept = sandbox_.call("logs.GetLogEvents", R"({"logGroupName":"/g","logStreamName":"s"})");
  EXPECT_EQ(kept.at("events").as_array().size(), 2U);
}

TEST_F(LogsTest, RefusesInTheWordsOfAws) {
  struct Case {
    std::string_view name;
    std::string_view operation;
    std::string body;
    std::string_view want;
  };
  const Case cases[] = {
      {"group there", "CreateLogGroup", R"({"logGroupName":"/g"})", "400 ResourceAlreadyExistsException"},
      {"stream there", "CreateLogStream", R"({"logGroupName":"/g","logStreamName":"s"})",
       "400 ResourceAlreadyExistsException"},
      {"group name", "CreateLogGroup", R"({"logGroupName":"a b"})", "400 InvalidParameterException"},
      {"stream name", "CreateLogStream", R"({"logGroupName":"/g","logStreamName":"a:b"})",
       "400 InvalidParameterException"},
      {"no group", "CreateLogStream", R"({"logGroupName":"/none","logStreamName":"s"})",
       "400 ResourceNotFoundException"},
      {"no stream", "PutLogEvents",
       R"({"logGroupName":"/g","logStreamName":"none","logEvents":[{"timestamp":1,"message":"x"}]})",
       "400 ResourceNotFoundException"},
      {"no events", "PutLogEvents", put(""), "400 InvalidParameterException"},
      {"no message", "PutLogEvents", put(R"({"timestamp":1})"), "400 InvalidParameterException"},
      {"empty message", "PutLogEvents", put(event(noon, "")), "400 InvalidParameterException"},
      {"out of order", "PutLogEvents", put(event(noon, "x") + "," + event(noon - 1, "y")),
       "400 InvalidParameterException"},
      {"over more than a day", "PutLogEvents", put(event(noon - 25 * hour, "x") + "," + event(noon, "y")),
       "400 InvalidParameterException"},
      {"time is a text", "PutLogEvents", put(R"({"timestamp":"now","message":"x"})"), "400 SerializationException"},
      {"token", "GetLogEvents", R"({"logGroupName":"/g","logStreamName":"s","nextToken":"x"})",
       "400 InvalidParameterException"},
      {"space-delimited pattern", "FilterLogEvents", R"({"logGroupName":"/g","filterPattern":"[a, b]"})",
       "400 InvalidParameterException"},
      {"stream is gone with its group", "DeleteLogGroup", R"({"logGroupName":"/none"})",
       "400 ResourceNotFoundException"},
      {"no stream to delete", "DeleteLogStream", R"({"logGroupName":"/g","logStreamName":"none"})",
       "400 ResourceNotFoundException"},
      {"neither name nor identifier", "DescribeLogStreams", "{}", "400 InvalidParameterException"},
      {"names and a prefix", "FilterLogEvents",
       R"({"logGroupName":"/g","logStreamNames":["s"],"logStreamNamePrefix":"s"})", "400 InvalidParameterException"},
      {"unknown order", "DescribeLogStreams", R"({"logGroupName":"/g","orderBy":"Size"})",
       "400 InvalidParameterException"},
      {"by time and prefix", "DescribeLogStreams",
       R"({"logGroupName":"/g","orderBy":"LastEventTime","logStreamNamePrefix":"s"})", "400 InvalidParameterException"},
      {"prefix and pattern", "DescribeLogGroups", R"({"logGroupNamePrefix":"/","logGroupNamePattern":"g"})",
       "400 InvalidParameterException"},
      {"retention of four days", "PutRetentionPolicy", R"({"logGroupName":"/g","retentionInDays":4})",
       "400 InvalidParameterException"},
      {"retention of no group", "PutRetentionPolicy", R"({"logGroupName":"/none","retentionInDays":5})",
       "400 ResourceNotFoundException"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(sandbox_.status_of(fmt::format("logs.{}", c.operation), c.body), c.want);
  }
}

TEST_F(LogsTest, ReadsForwardsAndBackwardsUntilTheTokenRepeats) {
  for (int i = 0; i < 5; ++i) sandbox_.call("logs.PutLogEvents", put(event(noon + i, std::to_string(i))));
  const auto read = [&](std::string rest) {
    return sandbox_.call("logs.GetLogEvents", R"({"logGroupName":"/g","logStreamName":"s","limit":2)" + rest + "}");
  };
  const auto next = [](const std::string& token) { return fmt::format(R"(,"nextToken":"{}")", token); };
  auto page = read(R"(,"startFromHead":true)");
  EXPECT_EQ(at(page, "/events/0/message") + at(page, "/events/1/message"), "01");
  page = read(next(at(page, "/nextForwardToken")));
  EXPECT_EQ(at(page, "/events/0/message") + at(page, "/events/1/message"), "23");
  page = read(next(at(page, "/nextForwardToken")));
  const auto token = at(page, "/nextForwardToken");
  EXPECT_EQ(at(read(next(token)), "/nextForwardToken"), token);
  page = read("");
  EXPECT_EQ(at(page, "/events/0/message") + at(page, "/events/1/message"), "34");
  page = read(next(at(page, "/nextBackwardToken")));
  EXPECT_EQ(at(page, "/events/0/message") + at(page, "/events/1/message"), "12");
}

TEST_F(LogsTest, FiltersByTermsAndTime) {
  for (const auto& [time, message] :
       {std::pair(0, "push shop 1.2.4"), std::pair(1, "keep shop"), std::pair(2, "push web error")}) {
    sandbox_.call("logs.PutLogEvents", put(event(noon + time, message)));
  }
  struct Case {
    std::string_view rest;
    std::string_view want;  // The first letters of the messages found.
  };
  const Case cases[] = {
      {R"(,"filterPattern":"")", "pkp"},
      {R"(,"filterPattern":"push")", "pp"},
      {R"(,"filterPattern":"push -error")", "p"},
      {R"(,"filterPattern":"?keep ?error")", "kp"},
      {R"(,"filterPattern":"\"keep shop\"")", "k"},
      {R"(,"startTime":1767355200001)", "kp"},
      {R"(,"endTime":1767355200001)", "p"},
      {R"(,"logStreamNames":["other"])", ""},
      {R"(,"logStreamNamePrefix":"s","limit":1)", "p"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rest);
    const auto found = sandbox_.call("logs.FilterLogEvents", fmt::format(R"({{"logGroupName":"/g"{}}})", c.rest));
    std::string letters;
    for (const auto& one : found.at("events").as_array()) letters += at(one, "/message")[0];
    EXPECT_EQ(letters, c.want);
  }
}

TEST_F(LogsTest, DescribesStreamsByNameAndTime) {
  sandbox_.call("logs.CreateLogStream", R"({"logGroupName":"/g","logStreamName":"a"})");
  sandbox_.call("logs.PutLogEvents", put(event(noon, "x")));
  auto page = sandbox_.call("logs.DescribeLogStreams", R"({"logGroupName":"/g","limit":1})");
  EXPECT_EQ(at(page, "/logStreams/0/logStreamName"), "a");
  page = sandbox_.call("logs.DescribeLogStreams",
                       fmt::format(R"({{"logGroupName":"/g","limit":1,"nextToken":"{}"}})", at(page, "/nextToken")));
  EXPECT_EQ(at(page, "/logStreams/0/logStreamName"), "s");
  EXPECT_EQ(at(page, "/nextToken"), "(none)");
  page =
      sandbox_.call("logs.DescribeLogStreams", R"({"logGroupName":"/g","orderBy":"LastEventTime","descending":true})");
  EXPECT_EQ(at(page, "/logStreams/0/logStreamName"), "s");
}

TEST_F(LogsTest, ForgetsWhatHasExpired) {
  sandbox_.call("logs.PutRetentionPolicy", R"({"logGroupName":"/g","retentionInDays":3})");
  EXPECT_EQ(
      at(sandbox_.call("logs.DescribeLogGroups", R"({"logGroupNamePattern":"g"})"), "/logGroups/0/retentionInDays"),
      "3");
  const auto put_old = [&] {
    return at(sandbox_.call("logs.PutLogEvents", put(event(noon - 4 * 24 * hour, "old"))), "/rejectedLogEventsInfo");
  };
  EXPECT_EQ(put_old(), R"({"expiredLogEventEndIndex":1})");
  const auto count = [&] {
    return sandbox_.call("logs.FilterLogEvents", R"({"logGroupName":"/g"})").at("events").as_array().size();
  };
  sandbox_.call("logs.PutLogEvents", put(event(noon, "x")));
  sandbox_.pass(std::chrono::days(2));
  EXPECT_EQ(count(), 1U);
  sandbox_.pass(std::chrono::days(2));
  EXPECT_EQ(count(), 0U);
  sandbox_.call("logs.DeleteRetentionPolicy", R"({"logGroupName":"/g"})");
  EXPECT_EQ(put_old(), "(none)");
}

TEST_F(LogsTest, DeletesAStream) {
  sandbox_.call("logs.DeleteLogStream", R"({"logGroupName":"/g","logStreamName":"s"})");
  EXPECT_EQ(at(sandbox_.call("logs.DescribeLogStreams", R"({"logGroupName":"/g"})"), "/logStreams"), "[]");
}

TEST_F(LogsTest, TakesTheFunctionsLines) {
  sandbox_.account.write_log(sandbox_.now, "/aws/lambda/caretaker", "stream", "START");
  EXPECT_EQ(
      at(sandbox_.call("logs.FilterLogEvents", R"({"logGroupName":"/aws/lambda/caretaker"})"), "/events/0/message"),
      "START");
  EXPECT_TRUE(sandbox_.told("log").empty());
}

}  // namespace
}  // namespace sandbox
