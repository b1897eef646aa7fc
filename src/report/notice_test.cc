// SPDX-License-Identifier: Apache-2.0
#include "report/notice.h"

#include <gtest/gtest.h>

#include "aws/credentials.h"
#include "base/fake_clock.h"

namespace report {
namespace {

// Answers every request with this body, and keeps what was asked.
class Answering final : public http::Client {
 public:
  explicit Answering(std::string body) : body_(std::move(body)) {}
  base::Result<http::Response> send(const http::Request& request, const http::Limits&) override {
    asked.push_back(request.body);
    return http::Response{200, {}, body_};
  }
  std::vector<std::string> asked;

 private:
  std::string body_;
};

struct Told {
  std::vector<std::string> lines;
  std::vector<std::string> asked;
};

Told tell(const Notice& notice, std::string_view bus, std::string answer) {
  base::FakeClock clock(base::Time(std::chrono::milliseconds(1'767'323'045'678)));
  Answering client(std::move(answer));
  const auto credentials =
      aws::make_credential_source({{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "b"}}, client, clock);
  const aws::EndpointSettings endpoints{.urls = {{"", "http://127.0.0.1:1"}}};
  aws::Caller caller({client, clock, *credentials, endpoints, [] { return 0.0; }, {}});
  Told told;
  Log log(clock, [&](std::string_view line) { told.lines.emplace_back(line); });
  report::tell(log, caller, {std::string(bus), "us-east-1"}, notice, clock.now(),
               {clock.instant() + std::chrono::seconds(5), {}});
  told.asked = client.asked;
  return told;
}

const Notice notice{.kind = Notice::Kind::Succeeded,
                    .service = "arn:s",
                    .rule = "^1.2",
                    .tag = "1.2.4",
                    .operation = "op-1",
                    .outcome = "SUCCEEDED",
                    .why = "1.2.4 is deployed"};

TEST(Notice, HasAKindThatIsReadAsItIsWritten) {
  constexpr std::string_view kinds[] = {"started", "succeeded", "failed",  "overdue",    "held",
                                        "stopped", "ordered",   "refused", "not-covered"};
  for (const auto text : kinds) {
    const auto kind = parse_notice_kind(text);
    EXPECT_TRUE(kind && to_string(*kind) == text) << text;
  }
  EXPECT_FALSE(parse_notice_kind("Started"));
  EXPECT_FALSE(parse_notice_kind(""));
}

TEST(Notice, IsALogLineWithAMetric) {
  const auto told = tell(notice, "", "{}");
  ASSERT_EQ(told.lines.size(), 1U);
  EXPECT_EQ(
      told.lines[0],
      R"({"time":"2026-01-02T03:04:05.678Z","level":"info","event":"notice","kind":"succeeded","service":"arn:s","rule":"^1.2","tag":"1.2.4","operation":"op-1","outcome":"SUCCEEDED","why":"1.2.4 is deployed","_aws":{"Timestamp":1767323045678,"CloudWatchMetrics":[{"Namespace":"Caretaker","Dimensions":[[]],"Metrics":[{"Name":"DeploymentsSucceeded","Unit":"Count"}]}]},"DeploymentsSucceeded":1})");
  EXPECT_TRUE(told.asked.empty());
}

// Orders are given at a terminal, whose lines CloudWatch does not see.
TEST(Notice, OfAnOrderHasNoMetric) {
  auto order = notice;
  order.kind = Notice::Kind::Ordered;
  const auto told = tell(order, "default", R"({"FailedEntryCount":0,"Entries":[{"EventId":"e"}]})");
  ASSERT_EQ(told.lines.size(), 1U);
  EXPECT_TRUE(told.lines[0].contains(R"("kind":"ordered")")) << told.lines[0];
  EXPECT_FALSE(told.lines[0].contains("_aws")) << told.lines[0];
  EXPECT_EQ(told.asked.size(), 1U);
}

TEST(Notice, GoesToTheBus) {
  const auto told = tell(notice, "default", R"({"FailedEntryCount":0,"Entries":[{"EventId":"e"}]})");
  ASSERT_EQ(told.asked.size(), 1U);
  EXPECT_EQ(
      told.asked[0],
      R"({"Entries":[{"EventBusName":"default","Source":"caretaker","DetailType":"Caretaker Notice","Detail":"{\"schema\":1,\"kind\":\"succeeded\",\"service\":\"arn:s\",\"rule\":\"^1.2\",\"tag\":\"1.2.4\",\"operation\":\"op-1\",\"outcome\":\"SUCCEEDED\",\"why\":\"1.2.4 is deployed\"}","Resources":["arn:s"],"Time":1767323045}]})");
  EXPECT_EQ(told.lines.size(), 1U);
}

TEST(Notice, LogsWhatKeptItFromTheBus) {
  const auto told =
      tell(notice, "default",
           R"({"FailedEntryCount":1,"Entries":[{"ErrorCode":"InternalFailure","ErrorMessage":"Try later"}]})");
  ASSERT_EQ(told.lines.size(), 2U);
  EXPECT_TRUE(told.lines[1].contains("the entry was refused: InternalFailure Try later")) << told.lines[1];
}

}  // namespace
}  // namespace report
