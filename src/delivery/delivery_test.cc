// SPDX-License-Identifier: Apache-2.0
#include "delivery/delivery.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "delivery/event.h"
#include "delivery/testing.h"

namespace delivery {
namespace {

using ::testing::HasSubstr;
using testing::Sqs;
using testing::Wire;

// An AWS that takes every request and never answers.
class Silent final : public http::Client {
 public:
  base::Result<http::Response> send(const http::Request&, const http::Limits& limits) override {
    clock->sleep_until(limits.deadline, {});
    return base::fail(base::ErrorKind::Unknown, "the time was over");
  }
  base::FakeClock* clock = nullptr;
};

// A function above that client.
struct Function {
  explicit Function(http::Client& client, rules::Retry while_without_rules = {})
      : wire(client), retry(while_without_rules) {}

  // The answer to one message with this body, as a JSON text holds it.
  std::string deliver(std::string_view body) {
    const auto event = R"({"Records":[{"messageId":"a","receiptHandle":"r","body":")" + std::string(body) + R"("}]})";
    const auto answer = delivery.deliver(event, {.account = "123456789012",
                                                 .region = "us-east-1",
                                                 .host_deadline = wire.clock.now() + std::chrono::seconds(12),
                                                 .deadline = {wire.clock.instant() + std::chrono::seconds(12), {}}});
    return answer ? *answer : answer.error().message;
  }

  Wire wire;
  rules::Retry retry;
  std::string said;                    // The last log line.
  std::vector<std::string> decisions;  // The lines that tell of one.
  std::function<std::string()> new_id = [] { return std::string("id"); };
  report::Log log{wire.clock, [this](std::string_view line) {
                    said = line;
                    if (line.contains(R"("event":"decision")")) decisions.emplace_back(line);
                  }};
  std::unique_ptr<target::Target> target = target::make_app_runner(wire.caller);
  std::unique_ptr<records::Store> records =
      records::make_s3_store(wire.caller, {"caretaker", "us-east-1"}, "records", new_id);
  CurrentRules rules{wire.caller, log, {{"caretaker", "us-east-1"}, "rules.json"}, retry};
  Queue queue{wire.caller, "us-east-1", "caretaker"};
  reconcile::Reconciler reconciler{{wire.caller, *target, *records, log, wire.clock, new_id}};
  Delivery delivery{{wire.caller, reconciler, rules, queue, log, wire.clock}};
};

constexpr std::string_view push =
    R"({\"source\":\"aws.ecr\",\"detail-type\":\"ECR Image Action\",\"account\":\"123456789012\",\"region\":\"us-east-1\",)"
    R"(\"time\":\"2026-01-02T03:04:05Z\",\"detail\":{\"action-type\":\"PUSH\",\"result\":\"SUCCESS\",)"
    R"(\"repository-name\":\"shop\",\"image-tag\":\"1.2.4\"}})";
constexpr std::string_view returns = R"({"batchItemFailures":[{"itemIdentifier":"a"}]})";
constexpr std::string_view ends = R"({"batchItemFailures":[]})";

TEST(Delivery, AnswersBeforeItsHostIsOutOfTime) {
  Silent silent;
  Function function(silent);
  silent.clock = &function.wire.clock;
  const auto end = function.wire.clock.instant() + std::chrono::seconds(12);
  EXPECT_EQ(function.deliver(push), returns);
  EXPECT_LT(function.wire.clock.instant(), end);
}

// Its rule may have been written since.
TEST(Delivery, LetsAPushWaitThatOnlyNewerRulesMayKnow) {
  Sqs sqs;
  Function function(sqs);
  sqs.answers[""] =
      R"({"rules":[{"repository":"other","semVersion":"^1","serviceArn":"arn:aws:apprunner:us-east-1:123456789012:service/other/1"}]})";
  EXPECT_EQ(function.deliver(push), ends);
  EXPECT_THAT(function.said, HasSubstr(R"("reason":"no-rule")"));
  sqs.answers[""] = "InternalError";
  EXPECT_EQ(function.deliver(push), returns);
  EXPECT_THAT(function.said, HasSubstr("the newest rules are broken or out of reach"));
}

// Those that do not answer use up the time of those behind them.
TEST(Delivery, BeginsWithAnotherServiceEachTime) {
  const auto arn = [](std::string_view name) {
    return fmt::format("arn:aws:apprunner:us-east-1:123456789012:service/{}/1", name);
  };
  const auto rule = [&](std::string_view name) {
    return fmt::format(R"({{"repository":"{}","semVersion":"^1","serviceArn":"{}"}})", name, arn(name));
  };
  Sqs sqs;
  sqs.answers[""] = fmt::format(R"({{"rules":[{},{},{}]}})", rule("shop"), rule("mail"), rule("blog"));
  Function function(sqs);
  const auto look = std::regex_replace(look_message({arn("shop"), arn("mail"), arn("blog")}), std::regex("\""), "\\\"");
  std::set<std::string> first;
  for (int i = 0; i < 3; ++i) {
    function.decisions.clear();
    EXPECT_EQ(function.deliver(look), ends);
    ASSERT_EQ(function.decisions.size(), 3U);
    first.insert(function.decisions.front());
    function.wire.clock.advance(std::chrono::minutes(10));
  }
  EXPECT_EQ(first.size(), 3U);
}

// SQS counts the 12 hours from when it gave the message out, which was before the function was called.
TEST(Delivery, HidesAMessageForNoLongerThanTheQueueCan) {
  using namespace std::chrono_literals;
  struct Case {
    std::string_view name;
    base::Duration after;
    base::Duration took;  // To find out that there are no rules.
    std::string_view hidden;
    std::string_view until;
  };
  const Case cases[] = {
      {"as the rules say", 10min, 0s, R"("VisibilityTimeout":600})", "2026-01-02T03:10:00Z"},
      {"in whole seconds", 1500ms, 0s, R"("VisibilityTimeout":2})", "2026-01-02T03:00:02Z"},
      {"nearly as long as can be", 11h, 5s, R"("VisibilityTimeout":39600})", "2026-01-02T14:00:05Z"},
      {"longer than can be", 12h, 0s, R"("VisibilityTimeout":42600})", "2026-01-02T14:50:00Z"},
      {"longer than can be, after a while", 12h, 5s, R"("VisibilityTimeout":42595})", "2026-01-02T14:50:00Z"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Sqs sqs;
    sqs.answers[""] = "NoSuchKey";  // The rules.
    Function function(sqs, {.after = c.after});
    sqs.on_request = [&] {
      if (sqs.requests.size() == 1) function.wire.clock.advance(c.took);
    };
    EXPECT_EQ(function.deliver(push), returns);
    EXPECT_THAT(sqs.last["ChangeMessageVisibilityBatch"], HasSubstr(std::string(c.hidden)));
    EXPECT_THAT(function.said, HasSubstr(R"("until":")" + std::string(c.until) + '"'));
  }
}

// What the dead-letter queue did not take stays in the queue, unless there is none.
TEST(Delivery, EndsAMessageOnlyIfItCanNotBeADeadLetter) {
  struct Case {
    std::string_view name;
    std::string operation;
    std::string answer;
    std::string_view answered;
    std::string_view said;
  };
  const Case cases[] = {
      {"a dead letter", "SendMessage", R"({"MessageId":"m"})", ends, R"("end":"dead-letter")"},
      {"without a dead-letter queue", "GetQueueAttributes", R"({"Attributes":{}})", ends,
       "lost to the queue, because it has no dead-letter queue"},
      {"the queue is not found", "GetQueueUrl", "QueueDoesNotExist", returns, "not sent to the dead-letter queue"},
      {"its attributes are not", "GetQueueAttributes", "QueueDoesNotExist", returns, R"("end":"waiting")"},
      {"the dead-letter queue is not", "GetDeadLetterQueueUrl", "QueueDoesNotExist", returns, R"("end":"waiting")"},
      {"the dead-letter queue is gone", "SendMessage", "QueueDoesNotExist", returns, R"("end":"waiting")"},
      {"the dead-letter queue is closed to us", "SendMessage", "AccessDeniedException", returns, R"("end":"waiting")"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Sqs sqs;
    sqs.answers[c.operation] = c.answer;
    Function function(sqs);
    EXPECT_EQ(function.deliver("no JSON"), c.answered);
    EXPECT_THAT(function.said, HasSubstr(std::string(c.said)));
  }
}

}  // namespace
}  // namespace delivery
