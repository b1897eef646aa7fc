// SPDX-License-Identifier: Apache-2.0
#include "delivery/queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "aws/credentials.h"
#include "base/fake_clock.h"

namespace delivery {
namespace {

using base::ErrorKind;

// Answers each operation as the test says: a body, or the code of an error.
class Sqs final : public http::Client {
 public:
  base::Result<http::Response> send(const http::Request& request, const http::Limits&) override {
    const auto target = request.headers.get("X-Amz-Target").value_or("");
    const auto operation = std::string(target.substr(target.find('.') + 1));
    ++requests[operation];
    // The dead-letter queue's URL is asked for by its owner as well.
    const auto asked =
        request.body.find("QueueOwnerAWSAccountId") == std::string::npos ? operation : "GetDeadLetterQueueUrl";
    const auto& answer = answers.at(asked);
    if (answer.starts_with('{')) return http::Response{.status = 200, .headers = {}, .body = answer};
    return http::Response{.status = 400, .headers = {}, .body = R"({"__type":"com.amazonaws.sqs#)" + answer + "\"}"};
  }

  std::map<std::string, std::string> answers{
      {"GetQueueUrl", R"({"QueueUrl":"http://127.0.0.1:1/123456789012/caretaker"})"},
      {"GetDeadLetterQueueUrl", R"({"QueueUrl":"http://127.0.0.1:1/123456789012/dead"})"},
      {"GetQueueAttributes",
       R"({"Attributes":{"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:123456789012:dead\",\"maxReceiveCount\":3}"}})"},
      {"SendMessage", R"({"MessageId":"m"})"},
      {"ChangeMessageVisibilityBatch", R"({"Successful":[{"Id":"0"}],"Failed":[]})"}};
  std::map<std::string, int> requests;
};

// What a queue does that AWS refuses something, or that is not there.
TEST(Queue, SaysWhatIsWrongWithIt) {
  struct Case {
    std::string_view name;
    std::string operation;
    std::string answer;
    ErrorKind dead_letter;
    std::optional<ErrorKind> sent;
    std::string_view trouble;
  };
  const Case cases[] = {
      {"it is not there", "GetQueueUrl", "QueueDoesNotExist", ErrorKind::NotFound, ErrorKind::NotFound,
       "queue caretaker"},
      {"its attributes are closed to us", "GetQueueAttributes", "AccessDeniedException", ErrorKind::Denied, {}, ""},
      {"it has no dead-letter queue", "GetQueueAttributes", R"({"Attributes":{}})", ErrorKind::NotFound, {}, ""},
      {"its dead-letter queue is gone", "GetDeadLetterQueueUrl", "QueueDoesNotExist", ErrorKind::NotFound, {}, ""},
      {"it takes no message", "SendMessage", "AccessDeniedException", ErrorKind::Denied, ErrorKind::Denied, ""},
      {"it changes no visibility",
       "ChangeMessageVisibilityBatch",
       "AccessDeniedException",
       ErrorKind::Denied,
       {},
       "ChangeMessageVisibilityBatch"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    base::FakeClock clock;
    Sqs sqs;
    sqs.answers[c.operation] = c.answer;
    const auto credentials =
        aws::make_credential_source({{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "b"}}, sqs, clock);
    const aws::EndpointSettings endpoints{.urls = {{"", "http://127.0.0.1:1"}}};
    aws::Caller caller({sqs, clock, *credentials, endpoints, [] { return 0.0; }, {}});
    Queue queue(caller, "us-east-1", "caretaker");
    const aws::Deadline soon{clock.instant() + std::chrono::seconds(20), {}};
    const Message message{.id = "m", .receipt_handle = "r", .body = "{}"};

    const auto troubles = queue.postpone(std::vector<Queue::Postponed>{{&message, std::chrono::minutes(10)}}, soon);
    ASSERT_EQ(troubles.size(), 1U);
    EXPECT_THAT(troubles.front(), ::testing::HasSubstr(std::string(c.trouble)));
    EXPECT_EQ(troubles.front().empty(), c.trouble.empty());
    const auto sent = queue.send("{}", {}, soon);
    EXPECT_EQ(sent ? std::nullopt : std::optional(sent.error().kind), c.sent);
    const auto dead = queue.send_dead_letter(message, "", soon);
    if (c.operation == "ChangeMessageVisibilityBatch") {
      EXPECT_TRUE(dead);
      EXPECT_TRUE(queue.send_dead_letter(message, "why", soon));
      EXPECT_EQ(sqs.requests["GetQueueAttributes"], 1) << "what was found is kept";
    } else {
      ASSERT_FALSE(dead);
      EXPECT_EQ(dead.error().kind, c.dead_letter);
    }
  }
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
