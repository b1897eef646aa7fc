// SPDX-License-Identifier: Apache-2.0
#include "delivery/queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "delivery/testing.h"

namespace delivery {
namespace {

using base::ErrorKind;
using testing::Sqs;
using testing::Wire;

// What a queue does that AWS refuses something, or that is not there.
TEST(Queue, SaysWhatIsWrongWithIt) {
  struct Case {
    std::string_view name;
    std::string operation;
    std::string answer;
    std::optional<ErrorKind> dead_letter;
    std::optional<ErrorKind> sent;
    std::string_view trouble;
  };
  const Case cases[] = {
      {"it is not there", "GetQueueUrl", "QueueDoesNotExist", ErrorKind::NotFound, ErrorKind::NotFound,
       "queue caretaker"},
      {"its attributes are closed to us", "GetQueueAttributes", "AccessDeniedException", ErrorKind::Denied, {}, ""},
      {"it has no dead-letter queue", "GetQueueAttributes", R"({"Attributes":{}})", {}, {}, ""},
      {"its dead-letter queue has no name",
       "GetQueueAttributes",
       R"({"Attributes":{"RedrivePolicy":"{\"deadLetterTargetArn\":\"dead\"}"}})",
       ErrorKind::Invalid,
       {},
       ""},
      {"its dead-letter queue is gone", "GetDeadLetterQueueUrl", "QueueDoesNotExist", ErrorKind::NotFound, {}, ""},
      {"its dead-letter queue is gone again", "SendMessage", "QueueDoesNotExist", ErrorKind::NotFound,
       ErrorKind::NotFound, ""},
      {"it takes no message", "SendMessage", "AccessDeniedException", ErrorKind::Denied, ErrorKind::Denied, ""},
      {"it changes no visibility",
       "ChangeMessageVisibilityBatch",
       "AccessDeniedException",
       {},
       {},
       "ChangeMessageVisibilityBatch"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Sqs sqs;
    sqs.answers[c.operation] = c.answer;
    Wire wire(sqs);
    Queue queue(wire.caller, "us-east-1", "caretaker");
    const auto soon = wire.soon();
    const Message message{.id = "m", .receipt_handle = "r", .body = "{}"};

    const auto troubles = queue.postpone(std::vector<Queue::Postponed>{{&message, std::chrono::minutes(10)}}, soon);
    ASSERT_EQ(troubles.size(), 1U);
    EXPECT_THAT(troubles.front(), ::testing::HasSubstr(std::string(c.trouble)));
    EXPECT_EQ(troubles.front().empty(), c.trouble.empty());
    const auto sent = queue.send("{}", {}, soon);
    EXPECT_EQ(sent ? std::nullopt : std::optional(sent.error().kind), c.sent);
    const auto dead = queue.send_dead_letter(message, "", soon);
    EXPECT_EQ(dead ? std::nullopt : std::optional(dead.error().kind), c.dead_letter);
    if (dead) {
      EXPECT_EQ(*dead, c.operation != "GetQueueAttributes") << "whether it went anywhere";
    }
  }
}

// A queue that sends the same message to its dead letters again and again.
struct DeadLetters {
  base::Result<bool> send() {
    return queue.send_dead_letter({.id = "m", .receipt_handle = "r", .body = "{}"}, "why", wire.soon());
  }

  Sqs sqs;
  Wire wire{sqs};
  Queue queue{wire.caller, "us-east-1", "caretaker"};
};

TEST(Queue, KeepsItsDeadLetterQueueUntilThatIsGone) {
  DeadLetters letters;
  auto& sqs = letters.sqs;
  const auto send = [&] { return letters.send(); };
  EXPECT_EQ(send(), true);
  EXPECT_EQ(send(), true);
  EXPECT_EQ(sqs.requests["GetQueueAttributes"], 1) << "what was found is kept";

  sqs.gone = "http://127.0.0.1:1/123456789012/dead";
  EXPECT_EQ(send().error().kind, ErrorKind::NotFound);
  EXPECT_EQ(sqs.requests["SendMessage"], 4) << "once to what was kept, once to what was found anew";
  sqs.answers["GetDeadLetterQueueUrl"] = R"({"QueueUrl":"http://127.0.0.1:1/123456789012/other"})";
  EXPECT_EQ(send(), true);
  sqs.gone = "http://127.0.0.1:1/123456789012/other";
  sqs.answers["GetDeadLetterQueueUrl"] = R"({"QueueUrl":"http://127.0.0.1:1/123456789012/third"})";
  EXPECT_EQ(send(), true) << "another one took its place meanwhile";
  EXPECT_TRUE(sqs.last["SendMessage"].contains("/third"));

  sqs.gone = "http://127.0.0.1:1/123456789012/third";
  sqs.answers["GetQueueAttributes"] = R"({"Attributes":{}})";
  EXPECT_EQ(send(), false) << "it was taken away";
}

TEST(Queue, LooksAnewForADeadLetterQueueThatIsClosedToIt) {
  DeadLetters letters;
  auto& sqs = letters.sqs;
  const auto send = [&] { return letters.send(); };
  EXPECT_EQ(send(), true);
  sqs.answers["SendMessage"] = "AccessDeniedException";
  EXPECT_EQ(send().error().kind, ErrorKind::Denied);
  EXPECT_EQ(sqs.requests["GetQueueAttributes"], 2) << "a policy may know the one that took its place";
}

TEST(QueueName, IsWhatTheEnvironmentSays) {
  struct Case {
    std::string_view name;
    aws::Environment environment;
    std::string_view queue;
  };
  const Case cases[] = {
      {"by name", {{"QUEUE_NAME", "caretaker"}}, "caretaker"},
      {"by the sample stack's name", {{"QUEUE_URL", "semvar-queue"}}, "semvar-queue"},
      {"by URL", {{"QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/123456789012/semvar-queue"}}, "semvar-queue"},
      {"the name wins", {{"QUEUE_NAME", "caretaker"}, {"QUEUE_URL", "https://sqs/1/other"}}, "caretaker"},
      {"a name set to nothing", {{"QUEUE_NAME", ""}, {"QUEUE_URL", "semvar-queue"}}, "semvar-queue"},
      {"neither", {}, ""},
  };
  for (const auto& row : cases) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(queue_name(row.environment), row.queue);
  }
}

}  // namespace
}  // namespace delivery
