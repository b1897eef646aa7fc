// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sqs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/test_account.h"

namespace sandbox {
namespace {

using std::chrono::seconds;
using test::at;
using test::TestAccount;

class SqsTest : public testing::Test {
 protected:
  SqsTest() { sandbox_.call("sqs.CreateQueue", R"({"QueueName":"work","Attributes":{"VisibilityTimeout":"30"}})"); }

  std::string with_queue(std::string_view rest) {
    return fmt::format(R"({{"QueueUrl":"{}"{}}})", sandbox_.queue_url("work"), rest);
  }
  boost::json::value send(std::string_view body) {
    return sandbox_.call("sqs.SendMessage", with_queue(fmt::format(R"(,"MessageBody":"{}")", body)));
  }
  std::shared_ptr<test::Waiting> poll(int wait) {
    return sandbox_.send(
        TestAccount::json_request("sqs.ReceiveMessage", with_queue(fmt::format(R"(,"WaitTimeSeconds":{})", wait))));
  }

  TestAccount sandbox_;
};

TEST_F(SqsTest, RefusesInTheWordsOfAws) {
  struct Case {
    std::string_view name;
    std::string_view operation;
    std::string body;
    std::string_view want;
  };
  const auto ten_and_one = [] {
    std::string entries;
    for (int i = 0; i < 11; ++i) entries += fmt::format(R"({}{{"Id":"{}","MessageBody":"x"}})", i ? "," : "", i);
    return entries;
  }();
  const Case cases[] = {
      {"no such queue", "GetQueueUrl", R"({"QueueName":"none"})", "400 QueueDoesNotExist"},
      {"no name", "GetQueueUrl", "{}", "400 MissingRequiredParameterException"},
      {"name is null", "GetQueueUrl", R"({"QueueName":null})", "400 MissingRequiredParameterException"},
      {"name is a number", "GetQueueUrl", R"({"QueueName":1})", "400 SerializationException"},
      {"bad name", "CreateQueue", R"({"QueueName":"a/b"})", "400 InvalidParameterValueException"},
      {"FIFO", "CreateQueue", R"({"QueueName":"f","Attributes":{"FifoQueue":"true"}})", "400 UnsupportedOperation"},
      {"unknown attribute", "CreateQueue", R"({"QueueName":"f","Attributes":{"Colour":"red"}})",
       "400 InvalidAttributeName"},
      {"attribute out of bounds", "CreateQueue", R"({"QueueName":"f","Attributes":{"VisibilityTimeout":"43201"}})",
       "400 InvalidAttributeValue"},
      {"attribute no number", "CreateQueue", R"({"QueueName":"f","Attributes":{"DelaySeconds":"ten"}})",
       "400 InvalidAttributeValue"},
      {"attribute no string", "CreateQueue", R"({"QueueName":"f","Attributes":{"DelaySeconds":1}})",
       "400 SerializationException"},
      {"same name, other attributes", "CreateQueue", R"({"QueueName":"work","Attributes":{"VisibilityTimeout":"31"}})",
       "400 QueueNameExists"},
      {"same name, same attributes", "CreateQueue", R"({"QueueName":"work","Attributes":{"VisibilityTimeout":"30"}})",
       "200"},
      {"redrive to nowhere", "CreateQueue",
       R"({"QueueName":"f","Attributes":{"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:x:none\",\"maxReceiveCount\":1}"}})",
       "400 InvalidParameterValueException"},
      {"redrive to itself", "SetQueueAttributes",
       with_queue(
           R"(,"Attributes":{"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:123456789012:work\",\"maxReceiveCount\":1}"})"),
       "400 InvalidParameterValueException"},
      {"redrive is no JSON", "SetQueueAttributes", with_queue(R"(,"Attributes":{"RedrivePolicy":"{"})"),
       "400 InvalidAttributeValue"},
      {"empty message", "SendMessage", with_queue(R"(,"MessageBody":"")"), "400 InvalidParameterValueException"},
      {"forbidden character", "SendMessage", with_queue(R"(,"MessageBody":"\u0000")"), "400 InvalidMessageContents"},
      {"delay too long", "SendMessage", with_queue(R"(,"MessageBody":"x","DelaySeconds":901)"),
       "400 InvalidParameterValueException"},
      {"attribute of no type", "SendMessage",
       with_queue(R"(,"MessageBody":"x","MessageAttributes":{"a":{"StringValue":"1"}})"),
       "400 InvalidParameterValueException"},
      {"attribute is no structure", "SendMessage", with_queue(R"(,"MessageBody":"x","MessageAttributes":{"a":1})"),
       "400 SerializationException"},
      {"too large", "SendMessage", with_queue(fmt::format(R"(,"MessageBody":"{}")", std::string(1'048'577, 'x'))),
       "400 InvalidParameterValueException"},
      {"eleven at once", "ReceiveMessage", with_queue(R"(,"MaxNumberOfMessages":11)"),
       "400 InvalidParameterValueException"},
      {"wait too long", "ReceiveMessage", with_queue(R"(,"WaitTimeSeconds":21)"), "400 InvalidParameterValueException"},
      {"bad handle", "DeleteMessage", with_queue(R"(,"ReceiptHandle":"x")"), "400 ReceiptHandleIsInvalid"},
      {"batch of none", "SendMessageBatch", with_queue(R"(,"Entries":[])"), "400 EmptyBatchRequest"},
      {"batch of eleven", "SendMessageBatch", with_queue(fmt::format(R"(,"Entries":[{}])", ten_and_one)),
       "400 TooManyEntriesInBatchRequest"},
      {"batch of equals", "DeleteMessageBatch",
       with_queue(R"(,"Entries":[{"Id":"a","ReceiptHandle":"x"},{"Id":"a","ReceiptHandle":"y"}])"),
       "400 BatchEntryIdsNotDistinct"},
      {"batch id", "DeleteMessageBatch", with_queue(R"(,"Entries":[{"Id":"a b","ReceiptHandle":"x"}])"),
       "400 InvalidBatchEntryId"},
      {"batch of strings", "DeleteMessageBatch", with_queue(R"(,"Entries":["x"])"), "400 SerializationException"},
      {"unknown operation", "AddPermission", "{}", "400 UnknownOperationException"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(sandbox_.status_of(fmt::format("sqs.{}", c.operation), c.body), c.want);
  }
}

TEST_F(SqsTest, GivesTheOldCodeToClientsThatAskForIt) {
  auto request = TestAccount::json_request("sqs.GetQueueUrl", R"({"QueueName":"none"})");
  EXPECT_EQ(sandbox_.answer(request).headers.get("x-amzn-query-error"), std::nullopt);
  request.headers.set("x-amzn-query-mode", "true");
  EXPECT_EQ(sandbox_.answer(request).headers.get("x-amzn-query-error"),
            "AWS.SimpleQueueService.NonExistentQueue;Sender");
}

TEST_F(SqsTest, AnswersALongPollWhenAMessageComes) {
  const auto waiting = poll(20);
  EXPECT_FALSE(waiting->response);
  sandbox_.pass(seconds(5));
  send("hello");
  ASSERT_TRUE(waiting->response);
  EXPECT_EQ(at(TestAccount::parse(waiting->response->body), "/Messages/0/Body"), "hello");
}

TEST_F(SqsTest, AnswersALongPollEmptyWhenItsTimeIsUp) {
  const auto waiting = poll(20);
  sandbox_.pass(std::chrono::milliseconds(19'999));
  EXPECT_FALSE(waiting->response);
  sandbox_.pass(std::chrono::milliseconds(1));
  ASSERT_TRUE(waiting->response);
  EXPECT_EQ(waiting->response->body, "{}");
}

TEST_F(SqsTest, AnswersALongPollWhenAMessageReturns) {
  send("hello");
  ASSERT_TRUE(poll(0)->response);
  const auto waiting = poll(20);
  sandbox_.pass(seconds(10));
  EXPECT_FALSE(waiting->response);
  sandbox_.pass(seconds(5));
  const auto second = poll(20);
  sandbox_.pass(seconds(15));
  ASSERT_TRUE(waiting->response);
  EXPECT_EQ(waiting->response->body, "{}") << "its twenty seconds were over";
  ASSERT_TRUE(second->response);
  EXPECT_EQ(at(TestAccount::parse(second->response->body), "/Messages/0/Body"), "hello");
}

TEST_F(SqsTest, ServesLongPollsInTheirOrderAndPassesOverThoseWhoLeft) {
  const auto gone = poll(20);
  const auto first = poll(20);
  const auto second = poll(20);
  gone->asker_is_there = false;
  send("a");
  EXPECT_FALSE(gone->response);
  EXPECT_TRUE(first->response);
  EXPECT_FALSE(second->response);
  send("b");
  EXPECT_TRUE(second->response);
}

TEST_F(SqsTest, ShowsTheAttributesThatAreAskedFor) {
  sandbox_.call(
      "sqs.SendMessage",
      with_queue(
          R"(,"MessageBody":"x","MessageAttributes":{"a.b":{"DataType":"String","StringValue":"1"},"c":{"DataType":"Binary","BinaryValue":"AAEC"}})"));
  const auto received = sandbox_.call(
      "sqs.ReceiveMessage",
      with_queue(
          R"(,"MessageSystemAttributeNames":["SentTimestamp"],"MessageAttributeNames":["a.*"],"VisibilityTimeout":0)"));
  EXPECT_EQ(at(received, "/Messages/0/Attributes"), R"({"SentTimestamp":"1767355200000"})");
  EXPECT_EQ(at(received, "/Messages/0/MessageAttributes"), R"({"a.b":{"DataType":"String","StringValue":"1"}})");
  const auto all =
      sandbox_.call("sqs.ReceiveMessage", with_queue(R"(,"AttributeNames":["All"],"MessageAttributeNames":["All"])"));
  EXPECT_EQ(at(all, "/Messages/0/Attributes/ApproximateReceiveCount"), "2");
  EXPECT_EQ(at(all, "/Messages/0/MessageAttributes/c/BinaryValue"), "AAEC");
}

TEST_F(SqsTest, AnswersEachEntryOfABatch) {
  send("x");
  const auto handle = at(sandbox_.call("sqs.ReceiveMessage", with_queue("")), "/Messages/0/ReceiptHandle");
  const auto answer = sandbox_.call(
      "sqs.DeleteMessageBatch",
      with_queue(fmt::format(R"(,"Entries":[{{"Id":"good","ReceiptHandle":"{}"}},{{"Id":"bad","ReceiptHandle":"x"}}])",
                             handle)));
  EXPECT_EQ(at(answer, "/Successful"), R"([{"Id":"good"}])");
  EXPECT_EQ(at(answer, "/Failed/0/Id"), "bad");
  EXPECT_EQ(at(answer, "/Failed/0/Code"), "ReceiptHandleIsInvalid");
}

TEST_F(SqsTest, SpeaksTheQueryProtocolOfOldClients) {
  const auto form = [&](std::string body, std::string target = "/") {
    return sandbox_.answer(
        {{},
         "POST",
         std::move(target),
         {{"Host", "localhost:4566"}, {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
         std::move(body)});
  };
  EXPECT_THAT(
      form("Action=CreateQueue&Version=2012-11-05&QueueName=old&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=7&"
           "Tag.1.Key=k&Tag.1.Value=v")
          .body,
      testing::HasSubstr(
          "<CreateQueueResult><QueueUrl>http://localhost:4566/123456789012/old</QueueUrl></CreateQueueResult>"));
  const std::string url = "QueueUrl=http%3A%2F%2Flocalhost%3A4566%2F123456789012%2Fold";
  EXPECT_THAT(form("Action=GetQueueAttributes&Version=2012-11-05&AttributeName.1=VisibilityTimeout&" + url).body,
              testing::HasSubstr("<Attribute><Name>VisibilityTimeout</Name><Value>7</Value></Attribute>"));
  EXPECT_THAT(form("Action=ListQueueTags&Version=2012-11-05&" + url).body,
              testing::HasSubstr("<Tag><Key>k</Key><Value>v</Value></Tag>"));
  form(
      "Action=SendMessageBatch&Version=2012-11-05&SendMessageBatchRequestEntry.1.Id=a&SendMessageBatchRequestEntry.1."
      "MessageBody=x%26+y&"
      "SendMessageBatchRequestEntry.1.MessageAttribute.1.Name=n&SendMessageBatchRequestEntry.1.MessageAttribute.1."
      "Value.DataType=String&"
      "SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue=v&" +
      url);
  const auto received =
      form("Action=ReceiveMessage&Version=2012-11-05&MaxNumberOfMessages=10&MessageAttributeName.1=All",
           "/123456789012/old")
          .body;
  EXPECT_THAT(received, testing::HasSubstr("<Body>x&amp; y</Body>"));
  EXPECT_THAT(received, testing::HasSubstr("<MessageAttribute><Name>n</Name><Value><DataType>String</"
                                           "DataType><StringValue>v</StringValue></Value></MessageAttribute>"));
  for (const auto* nothing : {"DeleteMessageBatchRequestEntry=&", "Entries=&"}) {
    EXPECT_THAT(form(fmt::format("Action=DeleteMessageBatch&Version=2012-11-05&{}{}", nothing, url)).body,
                testing::HasSubstr("<Code>AWS.SimpleQueueService.EmptyBatchRequest</Code>"));
  }
  const auto refused = form("Action=GetQueueUrl&Version=2012-11-05&QueueName=none");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body,
              testing::HasSubstr("<Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>"));
}

TEST_F(SqsTest, ShowsNoAttributeThatNoQueueHas) {
  struct Case {
    std::string_view name;
    std::string_view asked;
    std::string_view want;
  };
  const Case cases[] = {
      {"one that is there", R"(["VisibilityTimeout"])", "200"},
      {"one that this queue does not have", R"(["RedrivePolicy","Policy","FifoQueue"])", "200"},
      {"all", R"(["All"])", "200"},
      {"one that no queue has", R"(["Visibility"])", "400 InvalidAttributeName"},
      {"one that no queue has, beside all", R"(["All","None"])", "400 InvalidAttributeName"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(sandbox_.status_of("sqs.GetQueueAttributes", with_queue(fmt::format(R"(,"AttributeNames":{})", c.asked))),
              c.want);
  }
}

TEST_F(SqsTest, PagesThroughQueues) {
  std::vector<std::string> urls;
  std::string token;
  for (int page = 0; page < 10; ++page) {
    const auto answer = sandbox_.call(
        "sqs.ListQueues",
        fmt::format(R"({{"MaxResults":1{}}})", token.empty() ? "" : fmt::format(R"(,"NextToken":"{}")", token)));
    urls.push_back(at(answer, "/QueueUrls/0"));
    token = at(answer, "/NextToken");
    if (token == "(none)") break;
  }
  EXPECT_EQ(urls, (std::vector<std::string>{sandbox_.queue_url("caretaker"),
                                            sandbox_.queue_url("caretaker-dead-letters"), sandbox_.queue_url("work")}));
}

TEST_F(SqsTest, StandsADeletionWhileSomebodyWaits) {
  const auto waiting = poll(20);
  sandbox_.call("sqs.SendMessage", with_queue(R"(,"MessageBody":"x","DelaySeconds":5)"));
  sandbox_.call("sqs.DeleteQueue", with_queue(""));
  sandbox_.pass(seconds(30));
  ASSERT_TRUE(waiting->response);
  EXPECT_EQ(waiting->response->body, "{}");
}

}  // namespace
}  // namespace sandbox
