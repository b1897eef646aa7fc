// SPDX-License-Identifier: Apache-2.0
#include "delivery/delivery.h"

#include <gtest/gtest.h>

#include "aws/credentials.h"
#include "base/fake_clock.h"

namespace delivery {
namespace {

// An AWS that takes every request and never answers.
class Silent final : public http::Client {
 public:
  explicit Silent(base::FakeClock& clock) : clock_(clock) {}
  base::Result<http::Response> send(const http::Request&, const http::Limits& limits) override {
    clock_.sleep_until(limits.deadline, {});
    return base::fail(base::ErrorKind::Unknown, "the time was over");
  }

 private:
  base::FakeClock& clock_;
};

TEST(Delivery, AnswersBeforeItsHostIsOutOfTime) {
  base::FakeClock clock;
  Silent silent(clock);
  const auto credentials =
      aws::make_credential_source({{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "b"}}, silent, clock);
  const aws::EndpointSettings endpoints{.urls = {{"", "http://127.0.0.1:1"}}};
  aws::Caller caller({silent, clock, *credentials, endpoints, [] { return 0.0; }, {}});
  const auto new_id = [] { return std::string("id"); };
  report::Log log(clock, [](std::string_view) {});
  const auto target = target::make_app_runner(caller);
  const auto records = records::make_s3_store(caller, {"caretaker", "us-east-1"}, "records", new_id);
  CurrentRules rules(caller, log, {{"caretaker", "us-east-1"}, "rules.json"}, {});
  Queue queue(caller, "us-east-1", "caretaker");
  reconcile::Reconciler reconciler({caller, *target, *records, log, clock, new_id});
  Delivery delivery({caller, reconciler, rules, queue, log, clock});

  const std::string_view push =
      R"({\"source\":\"aws.ecr\",\"detail-type\":\"ECR Image Action\",\"account\":\"123456789012\",\"region\":\"us-east-1\",)"
      R"(\"time\":\"2026-01-02T03:04:05Z\",\"detail\":{\"action-type\":\"PUSH\",\"result\":\"SUCCESS\",)"
      R"(\"repository-name\":\"shop\",\"image-tag\":\"1.2.4\"}})";
  const auto event = R"({"Records":[{"messageId":"a","receiptHandle":"r","body":")" + std::string(push) + R"("}]})";
  const auto end = clock.instant() + std::chrono::seconds(12);
  const auto answer = delivery.deliver(event, {.account = "123456789012",
                                               .region = "us-east-1",
                                               .host_deadline = clock.now() + std::chrono::seconds(12),
                                               .deadline = {end, {}}});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(*answer, R"({"batchItemFailures":[{"itemIdentifier":"a"}]})");
  EXPECT_LT(clock.instant(), end);
}

}  // namespace
}  // namespace delivery
