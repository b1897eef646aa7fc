// SPDX-License-Identifier: Apache-2.0
#include "http/faults.h"

#include <gtest/gtest.h>

#include "base/fake_clock.h"

namespace http {
namespace {

using base::ErrorKind;
using std::chrono::seconds;

// Counts what is delivered and answers with the count.
class Counter final : public Client {
 public:
  base::Result<Response> send(const Request&, const Limits&) override {
    ++delivered;
    return Response{200, {}, std::to_string(delivered)};
  }
  int delivered = 0;
};

TEST(FaultyClient, DoesWhatTheRuleSays) {
  struct Case {
    std::string_view name;
    Fault fault;
    int delivered;
    std::optional<ErrorKind> error;
    std::string_view body;
  };
  const Case cases[] = {
      {"pass", {fault::Pass{}}, 1, {}, "1"},
      {"refuse", {fault::Refuse{}}, 0, ErrorKind::NotSent, ""},
      {"cut before", {fault::CutBefore{}}, 0, ErrorKind::Unknown, ""},
      {"cut after", {fault::CutAfter{}}, 1, ErrorKind::Unknown, ""},
      {"repeat", {fault::Repeat{}}, 2, {}, "2"},
      {"answer instead", {fault::Answer{{200, {}, "else"}}}, 0, {}, "else"},
      {"answer after", {fault::Answer{{200, {}, "else"}, true}}, 1, {}, "else"},
      {"corrupt", {fault::Corrupt{[](Response& response) { response.body += "?"; }}}, 1, {}, "1?"},
      {"a short delay", {fault::Pass{}, seconds(1), seconds(1)}, 1, {}, "1"},
      {"too late to send", {fault::Pass{}, seconds(60)}, 0, ErrorKind::NotSent, ""},
      {"too late to hear", {fault::Pass{}, {}, seconds(60)}, 1, ErrorKind::Unknown, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    base::FakeClock clock;
    Counter inner;
    FaultyClient client(inner, clock, [&](const Request&) { return c.fault; });
    const auto deadline = clock.instant() + seconds(10);
    const auto response = client.send({.origin = {false, "host", 80}}, {.deadline = deadline});
    EXPECT_EQ(inner.delivered, c.delivered);
    EXPECT_LE(clock.instant(), deadline);
    if (c.error) {
      ASSERT_FALSE(response);
      EXPECT_EQ(response.error().kind, *c.error);
    } else {
      ASSERT_TRUE(response) << response.error().message;
      EXPECT_EQ(response->body, c.body);
    }
  }
}

TEST(FaultyClient, AsksTheRuleOnceForEachExchange) {
  base::FakeClock clock;
  Counter inner;
  int asked = 0;
  FaultyClient client(inner, clock, [&](const Request& request) {
    ++asked;
    return request.target == "/bad" ? Fault{fault::Answer{html_503()}} : Fault{};
  });
  const Limits limits{.deadline = clock.instant() + seconds(10)};
  EXPECT_EQ(client.send({.target = "/bad"}, limits)->status, 503);
  EXPECT_EQ(client.send({.target = "/good"}, limits)->body, "1");
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace http
