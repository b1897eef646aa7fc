// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/sqs.h"
#include "sandbox/test_account.h"

namespace sandbox {
namespace {

using std::chrono::seconds;
using test::at;
using test::TestAccount;

std::string arn(std::string_view queue) { return fmt::format("arn:aws:sqs:us-east-1:123456789012:{}", queue); }

class MoveTaskTest : public testing::Test {
 protected:
  MoveTaskTest() {
    create("dead", "");
    create("other", "");
    create("live",
           fmt::format(R"(,"RedrivePolicy":"{{\"deadLetterTargetArn\":\"{}\",\"maxReceiveCount\":1}}")", arn("dead")));
  }
  void create(std::string_view name, std::string_view attributes) {
    sandbox_.call("sqs.CreateQueue",
                  fmt::format(R"({{"QueueName":"{}","Attributes":{{"VisibilityTimeout":"0"{}}}}})", name, attributes));
  }
  // Sends messages and receives them until they are dead letters.
  void bury(int count) {
    for (int i = 0; i < count; ++i) {
      const auto queue = sandbox_.queue_url("live");
      sandbox_.call("sqs.SendMessage", fmt::format(R"({{"QueueUrl":"{}","MessageBody":"{}"}})", queue, i));
      for (int receive = 0; receive < 2; ++receive)
        sandbox_.call("sqs.ReceiveMessage", fmt::format(R"({{"QueueUrl":"{}"}})", queue));
    }
    ASSERT_EQ(waiting("dead"), std::to_string(count));
  }
  std::string waiting(std::string_view queue) {
    return at(sandbox_.call("sqs.GetQueueAttributes",
                            fmt::format(R"({{"QueueUrl":"{}","AttributeNames":["All"]}})", sandbox_.queue_url(queue))),
              "/Attributes/ApproximateNumberOfMessages");
  }
  boost::json::value start(std::string_view rest = "") {
    return sandbox_.call("sqs.StartMessageMoveTask", fmt::format(R"({{"SourceArn":"{}"{}}})", arn("dead"), rest));
  }
  boost::json::value task() {
    return sandbox_.call("sqs.ListMessageMoveTasks", fmt::format(R"({{"SourceArn":"{}"}})", arn("dead")))
        .at("Results")
        .as_array()
        .at(0);
  }

  TestAccount sandbox_;
};

TEST_F(MoveTaskTest, BringsMessagesBackToWhereTheyCameFrom) {
  bury(3);
  const auto handle = at(start(), "/TaskHandle");
  EXPECT_EQ(waiting("dead") + waiting("live"), "03");
  EXPECT_EQ(at(task(), "/Status") + at(task(), "/ApproximateNumberOfMessagesMoved"), "COMPLETED3");
  EXPECT_EQ(at(task(), "/TaskHandle"), "(none)") << "only a running task has one";
  EXPECT_EQ(at(task(), "/StartedTimestamp"), "1767355200000");
  const auto again = sandbox_.call(
      "sqs.ReceiveMessage", fmt::format(R"({{"QueueUrl":"{}","AttributeNames":["All"]}})", sandbox_.queue_url("live")));
  EXPECT_EQ(at(again, "/Messages/0/Attributes/ApproximateReceiveCount"), "1") << "it is a new message";
  EXPECT_EQ(sandbox_.status_of("sqs.CancelMessageMoveTask", fmt::format(R"({{"TaskHandle":"{}"}})", handle)),
            "400 UnsupportedOperation");
}

TEST_F(MoveTaskTest, MovesNoFasterThanItMay) {
  bury(5);
  const auto handle =
      at(start(fmt::format(R"(,"DestinationArn":"{}","MaxNumberOfMessagesPerSecond":2)", arn("other"))), "/TaskHandle");
  EXPECT_EQ(waiting("other"), "2");
  EXPECT_EQ(at(task(), "/Status") + at(task(), "/TaskHandle"), "RUNNING" + handle);
  EXPECT_EQ(sandbox_.status_of("sqs.StartMessageMoveTask", fmt::format(R"({{"SourceArn":"{}"}})", arn("dead"))),
            "400 UnsupportedOperation");
  sandbox_.pass(seconds(1));
  EXPECT_EQ(waiting("other"), "4");
  const auto cancelled = sandbox_.call("sqs.CancelMessageMoveTask", fmt::format(R"({{"TaskHandle":"{}"}})", handle));
  EXPECT_EQ(at(cancelled, "/ApproximateNumberOfMessagesMoved"), "4");
  sandbox_.pass(seconds(5));
  EXPECT_EQ(waiting("other") + waiting("dead"), "41");
  EXPECT_EQ(at(task(), "/Status"), "CANCELLED");
}

TEST_F(MoveTaskTest, FailsWithItsReason) {
  sandbox_.call("sqs.SendMessage", fmt::format(R"({{"QueueUrl":"{}","MessageBody":"x"}})", sandbox_.queue_url("dead")));
  start();
  EXPECT_EQ(at(task(), "/Status") + " " + at(task(), "/FailureReason"), "FAILED CouldNotDetermineMessageSource");
  EXPECT_EQ(waiting("dead"), "1");
}

TEST_F(MoveTaskTest, RefusesInTheWordsOfAws) {
  struct Case {
    std::string_view name;
    std::string_view operation;
    std::string body;
    std::string_view want;
  };
  const auto from = [](std::string_view queue, std::string_view rest = "") {
    return fmt::format(R"({{"SourceArn":"{}"{}}})", arn(queue), rest);
  };
  const Case cases[] = {
      {"no source", "StartMessageMoveTask", "{}", "400 MissingRequiredParameterException"},
      {"source is gone", "StartMessageMoveTask", from("gone"), "400 ResourceNotFoundException"},
      {"destination is gone", "StartMessageMoveTask",
       from("dead", fmt::format(R"(,"DestinationArn":"{}")", arn("gone"))), "400 ResourceNotFoundException"},
      {"to itself", "StartMessageMoveTask", from("dead", fmt::format(R"(,"DestinationArn":"{}")", arn("dead"))),
       "400 InvalidParameterValueException"},
      {"no dead letters", "StartMessageMoveTask", from("live"), "400 InvalidParameterValueException"},
      {"too fast", "StartMessageMoveTask", from("dead", R"(,"MaxNumberOfMessagesPerSecond":501)"),
       "400 InvalidParameterValueException"},
      {"tasks of nothing", "ListMessageMoveTasks", from("gone"), "400 ResourceNotFoundException"},
      {"too many tasks", "ListMessageMoveTasks", from("dead", R"(,"MaxResults":11)"),
       "400 InvalidParameterValueException"},
      {"no handle", "CancelMessageMoveTask", R"({"TaskHandle":"x"})", "400 InvalidParameterValueException"},
      {"handle of no task", "CancelMessageMoveTask", R"({"TaskHandle":"eyJ0YXNrSWQiOiJ4In0="})",
       "400 ResourceNotFoundException"},
      {"FIFO", "CreateQueue", R"({"QueueName":"work.fifo"})", "400 UnsupportedOperation"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(sandbox_.status_of(fmt::format("sqs.{}", c.operation), c.body), c.want);
  }
}

TEST_F(MoveTaskTest, AnswersForEachEntryOfABatch) {
  const auto url = sandbox_.queue_url("other");
  const auto sent = sandbox_.call(
      "sqs.SendMessageBatch",
      fmt::format(
          R"({{"QueueUrl":"{}","Entries":[{{"Id":"a","MessageBody":"x"}},{{"Id":"b","MessageBody":"x","DelaySeconds":901}},{{"Id":"c","MessageBody":""}}]}})",
          url));
  EXPECT_EQ(at(sent, "/Successful/0/Id") + at(sent, "/Failed/0/Id") + at(sent, "/Failed/1/Id"), "abc");
  EXPECT_EQ(at(sent, "/Failed/0/Code") + at(sent, "/Failed/0/SenderFault"), "InvalidParameterValuetrue");
  const auto changed = sandbox_.call(
      "sqs.ChangeMessageVisibilityBatch",
      fmt::format(
          R"({{"QueueUrl":"{}","Entries":[{{"Id":"a","ReceiptHandle":"x","VisibilityTimeout":43201}},{{"Id":"b","ReceiptHandle":"x"}}]}})",
          url));
  EXPECT_EQ(at(changed, "/Failed/0/Code") + " " + at(changed, "/Failed/1/Code"),
            "InvalidParameterValue ReceiptHandleIsInvalid");
  const auto half = std::string(524'289, 'x');
  EXPECT_EQ(
      sandbox_.status_of(
          "sqs.SendMessageBatch",
          fmt::format(
              R"({{"QueueUrl":"{0}","Entries":[{{"Id":"a","MessageBody":"{1}"}},{{"Id":"b","MessageBody":"{1}"}}]}})",
              url, half)),
      "400 BatchRequestTooLong");
}

}  // namespace
}  // namespace sandbox
