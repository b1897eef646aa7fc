// SPDX-License-Identifier: Apache-2.0
#include "sandbox/event_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <list>

#include "sandbox/test_account.h"

namespace sandbox {
namespace {

using std::chrono::seconds;
using test::at;
using test::TestAccount;

class EventSourceTest : public testing::Test {
 protected:
  struct Running {
    Invocation invocation;
    std::move_only_function<void(InvocationResult)> done;
  };

  static Settings settings(unsigned concurrency = 1) {
    auto settings = TestAccount::unverified();
    settings.function_concurrency = concurrency;
    return settings;
  }
  Invoke invoke() {
    return [this](Invocation invocation, std::move_only_function<void(InvocationResult)> done) {
      if (at_once_) return done(*at_once_);
      running_.push_back({std::move(invocation), std::move(done)});
    };
  }
  void send(std::string_view body = "x") {
    sandbox_.call("sqs.SendMessage",
                  fmt::format(R"({{"QueueUrl":"{}","MessageBody":"{}"}})", sandbox_.queue_url("caretaker"), body));
  }
  // `visible/in flight` of a queue.
  std::string counts(std::string_view queue = "caretaker") {
    const auto shown =
        sandbox_.call("sqs.GetQueueAttributes",
                      fmt::format(R"({{"QueueUrl":"{}","AttributeNames":["All"]}})", sandbox_.queue_url(queue)));
    return at(shown, "/Attributes/ApproximateNumberOfMessages") + "/" +
           at(shown, "/Attributes/ApproximateNumberOfMessagesNotVisible");
  }
  void finish(bool ok, std::string payload) {
    auto running = std::move(running_.front());
    running_.pop_front();
    running.done({ok, std::move(payload)});
  }
  boost::json::value record(int index = 0) {
    return TestAccount::parse(running_.front().invocation.event).at("Records").at(static_cast<std::size_t>(index));
  }

  std::list<Running> running_;
  std::optional<InvocationResult> at_once_;
  TestAccount sandbox_{settings(), invoke()};
};

TEST_F(EventSourceTest, InvokesTheFunctionWithAMessage) {
  send(R"({\"a\":1})");
  ASSERT_EQ(running_.size(), 1U);
  EXPECT_EQ(running_.front().invocation.deadline, sandbox_.now + seconds(60));
  const auto event = record();
  EXPECT_EQ(at(event, "/body"), R"({"a":1})");
  EXPECT_EQ(at(event, "/eventSource"), "aws:sqs");
  EXPECT_EQ(at(event, "/eventSourceARN"), "arn:aws:sqs:us-east-1:123456789012:caretaker");
  EXPECT_EQ(at(event, "/attributes/ApproximateReceiveCount"), "1");
  EXPECT_EQ(at(event, "/attributes/SentTimestamp"), "1767355200000");
  EXPECT_EQ(at(event, "/messageAttributes"), "{}");
  EXPECT_EQ(at(event, "/awsRegion"), "us-east-1");
  EXPECT_EQ(counts(), "0/1");
}

TEST_F(EventSourceTest, DeletesOrReturnsAsTheAnswerSays) {
  struct Case {
    std::string_view name;
    bool ok;
    std::string payload;  // ID stands for the message's own id.
    std::string_view want;
  };
  const Case cases[] = {
      {"nothing", true, "", "0/0"},
      {"null", true, "null", "0/0"},
      {"no failures", true, R"({"batchItemFailures":[]})", "0/0"},
      {"null failures", true, R"({"batchItemFailures":null})", "0/0"},
      {"other object", true, R"({"ok":true})", "0/0"},
      {"it failed", true, R"({"batchItemFailures":[{"itemIdentifier":"ID"}]})", "0/1"},
      {"an unknown message failed", true, R"({"batchItemFailures":[{"itemIdentifier":"other"}]})", "0/1"},
      {"an empty identifier", true, R"({"batchItemFailures":[{"itemIdentifier":""}]})", "0/1"},
      {"a wrong key", true, R"({"batchItemFailures":[{"id":"ID"}]})", "0/1"},
      {"not a list", true, R"({"batchItemFailures":"ID"})", "0/1"},
      {"not JSON", true, "done", "0/1"},
      {"an error", false, R"({"errorMessage":"x"})", "0/1"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    send();
    ASSERT_EQ(running_.size(), 1U);
    auto payload = c.payload;
    if (const auto id = payload.find("ID"); id != std::string::npos) payload.replace(id, 2, at(record(), "/messageId"));
    finish(c.ok, payload);
    EXPECT_EQ(counts(), c.want);
    sandbox_.call("sqs.PurgeQueue", fmt::format(R"({{"QueueUrl":"{}"}})", sandbox_.queue_url("caretaker")));
  }
}

TEST_F(EventSourceTest, DeletesTheOthersOfABatch) {
  send("first");
  send("second");
  send("third");
  ASSERT_EQ(running_.size(), 1U) << "one invocation at a time";
  finish(true, "");
  ASSERT_EQ(running_.size(), 1U);
  const auto second = at(record(0), "/messageId");
  EXPECT_EQ(at(record(1), "/body"), "third");
  finish(true, fmt::format(R"({{"batchItemFailures":[{{"itemIdentifier":"{}"}}]}})", second));
  EXPECT_EQ(counts(), "0/1");
  sandbox_.pass(seconds(360));
  ASSERT_EQ(running_.size(), 1U);
  EXPECT_EQ(at(record(), "/messageId"), second);
  EXPECT_EQ(at(record(), "/attributes/ApproximateReceiveCount"), "2");
}

TEST_F(EventSourceTest, LeavesTheVisibilityThatTheFunctionSet) {
  send();
  const auto event = record();
  sandbox_.call("sqs.ChangeMessageVisibility",
                fmt::format(R"({{"QueueUrl":"{}","ReceiptHandle":"{}","VisibilityTimeout":10}})",
                            sandbox_.queue_url("caretaker"), at(event, "/receiptHandle")));
  finish(true, fmt::format(R"({{"batchItemFailures":[{{"itemIdentifier":"{}"}}]}})", at(event, "/messageId")));
  EXPECT_THAT(sandbox_.told("message"),
              testing::Contains(testing::EndsWith("returns to caretaker at 12:00:10 (in 10s)")));
  sandbox_.pass(seconds(9));
  EXPECT_TRUE(running_.empty());
  sandbox_.pass(seconds(1));
  EXPECT_EQ(running_.size(), 1U);
}

TEST_F(EventSourceTest, GivesUpOnAFunctionThatNeverAnswers) {
  send();
  sandbox_.pass(seconds(59));
  EXPECT_THAT(sandbox_.told("invocation"), testing::SizeIs(1));
  sandbox_.pass(seconds(1));
  EXPECT_THAT(sandbox_.told("invocation"), testing::ElementsAre(testing::HasSubstr("timed out")));
  finish(true, "");
  EXPECT_EQ(counts(), "0/1") << "an answer after the deadline does not count";
  sandbox_.pass(seconds(300));
  EXPECT_EQ(running_.size(), 1U);
}

TEST_F(EventSourceTest, MovesPoisonToTheDeadLetters) {
  sandbox_.call("events.DisableRule", R"({"Name":"caretaker-sweep"})");
  at_once_ = InvocationResult{false, "{}"};
  send("poison");
  for (int i = 0; i < 25; ++i) sandbox_.pass(seconds(360));
  EXPECT_EQ(counts(), "0/0");
  EXPECT_EQ(counts("caretaker-dead-letters"), "1/0");
  EXPECT_THAT(sandbox_.told("message"),
              testing::Contains(testing::EndsWith("moved from caretaker to caretaker-dead-letters after 20 receives")));
}

TEST_F(EventSourceTest, WorksThroughAFullQueueWithAFunctionThatAnswersAtOnce) {
  send("first");
  for (int i = 0; i < 100; ++i) send();
  at_once_ = InvocationResult{true, ""};
  finish(true, "");
  EXPECT_EQ(counts(), "0/0");
}

TEST(EventSource, RunsSeveralFunctionsAtOnceButNoMoreThanTheMappingAllows) {
  auto settings = TestAccount::unverified();
  settings.function_concurrency = 9;
  int running = 0;
  std::vector<std::move_only_function<void(InvocationResult)>> pending;
  TestAccount sandbox(settings, [&](const Invocation&, std::move_only_function<void(InvocationResult)> done) {
    ++running;
    pending.push_back(std::move(done));
  });
  for (int i = 0; i < 7; ++i)
    sandbox.call("sqs.SendMessage",
                 fmt::format(R"({{"QueueUrl":"{}","MessageBody":"x"}})", sandbox.queue_url("caretaker")));
  EXPECT_EQ(running, 5);
}

TEST(EventSource, OutlivesNobody) {
  std::move_only_function<void(InvocationResult)> late;
  {
    TestAccount sandbox(
        TestAccount::unverified(),
        [&](const Invocation&, std::move_only_function<void(InvocationResult)> done) { late = std::move(done); });
    sandbox.call("sqs.SendMessage",
                 fmt::format(R"({{"QueueUrl":"{}","MessageBody":"x"}})", sandbox.queue_url("caretaker")));
  }
  late({true, ""});
}

}  // namespace
}  // namespace sandbox
