// SPDX-License-Identifier: Apache-2.0
#include "sandbox/faults.h"

#include <gmock/gmock.h>

#include "sandbox/test_account.h"

namespace sandbox {
namespace {

using test::at;
using test::TestAccount;
using testing::HasSubstr;

constexpr std::string_view list_services = "apprunner.ListServices";

// A cut is a reply that goes unanswered; this notices it go.
struct Cut {
  std::shared_ptr<bool> gone = std::make_shared<bool>(false);
  std::optional<http::Response> response;
};

Cut send(TestAccount& account, http::Request request) {
  Cut cut;
  struct Guard {
    std::shared_ptr<bool> gone;
    ~Guard() { *gone = true; }
  };
  auto answer = std::make_shared<std::optional<http::Response>>();
  auto guard = std::make_shared<Guard>(cut.gone);
  account.account.handle(
      std::move(request), account.now,
      http::Reply([answer, guard = std::move(guard)](http::Response response) { *answer = response; }));
  cut.response = *answer;
  return cut;
}

http::Response control(TestAccount& account, std::string method, std::string_view name, std::string body = {}) {
  return account.answer({{}, std::move(method), "/_sandbox/" + std::string(name), {{"Host", "x"}}, std::move(body)});
}

void add(TestAccount& account, std::string body) {
  const auto response = control(account, "POST", "faults", std::move(body));
  ASSERT_EQ(response.status, 200) << response.body;
}

TEST(Faults, RefuseInTheWordsOfTheService) {
  struct Case {
    std::string_view name;
    std::string fault;
    int status;
    std::string_view text;
  };
  const Case cases[] = {
      {"throttle", R"({"kind":"throttle"})", 400, "ThrottlingException"},
      {"server error", R"({"kind":"server-error"})", 500, "InternalServiceErrorException"},
      {"proxy", R"({"kind":"html"})", 503, "<html>"},
      {"error", R"({"kind":"error","code":"AccessDeniedException","message":"no","status":403})", 403,
       "AccessDeniedException"},
      {"expired", R"({"kind":"expired-credentials"})", 400, "ExpiredTokenException"},
      {"of that service", R"({"kind":"throttle","service":"apprunner"})", 400, "ThrottlingException"},
      {"of that operation", R"({"kind":"throttle","operation":"ListServices"})", 400, "ThrottlingException"},
      {"of another service", R"({"kind":"throttle","service":"ecr"})", 200, "ServiceSummaryList"},
      {"of another operation", R"({"kind":"throttle","operation":"UpdateService"})", 200, "ServiceSummaryList"},
      {"wrong body", R"({"kind":"wrong-body"})", 200, "Please log in"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    TestAccount account;
    add(account, c.fault);
    const auto response = account.call_raw(list_services, "{}");
    EXPECT_EQ(response.status, c.status);
    EXPECT_THAT(response.body, HasSubstr(c.text));
  }
}

TEST(Faults, RefuseInTheWordsOfS3) {
  TestAccount account;
  add(account, R"({"kind":"throttle","service":"s3","operation":"GetObject"})");
  const http::Request get{{}, "GET", "/caretaker/rules.json", {{"Host", "x"}}, {}};
  const auto refused = account.answer(get);
  EXPECT_EQ(refused.status, 503);
  EXPECT_THAT(refused.body, HasSubstr("<Code>SlowDown</Code>"));
  EXPECT_EQ(account.answer(get).status, 200);
}

TEST(Faults, StrikeAsOftenAsSaid) {
  struct Case {
    std::string_view name;
    std::string fault;
    std::string_view want;  // A letter a request: x struck, . not.
  };
  const Case cases[] = {{"once", R"({"kind":"throttle"})", "x....."},
                        {"twice", R"({"kind":"throttle","times":2})", "xx...."},
                        {"for ever", R"({"kind":"throttle","times":0})", "xxxxxx"},
                        {"every third", R"({"kind":"throttle","times":0,"every":3})", "..x..x"},
                        {"the second, once", R"({"kind":"throttle","every":2})", ".x...."},
                        {"a state", R"({"kind":"expired-credentials"})", "xxxxxx"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    TestAccount account;
    add(account, c.fault);
    std::string struck;
    for (int i = 0; i < 6; ++i) struck += account.call_raw(list_services, "{}").status == 200 ? '.' : 'x';
    EXPECT_EQ(struck, c.want);
  }
}

TEST(Faults, CutBeforeOrAfterTheEffect) {
  struct Case {
    std::string_view name;
    std::string fault;
    std::string_view queue_after;
  };
  const Case cases[] = {{"before", R"({"kind":"cut-before","service":"sqs"})", "400 QueueDoesNotExist"},
                        {"after", R"({"kind":"cut-after","service":"sqs"})", "200"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    TestAccount account;
    add(account, c.fault);
    const auto cut = send(account, TestAccount::json_request("sqs.CreateQueue", R"({"QueueName":"new"})"));
    EXPECT_FALSE(cut.response);
    EXPECT_TRUE(*cut.gone);
    EXPECT_EQ(account.status_of("sqs.GetQueueUrl", R"({"QueueName":"new"})"), c.queue_after);
  }
}

TEST(Faults, StallTheAnswerNotTheEffect) {
  TestAccount account;
  add(account, R"({"kind":"stall","service":"sqs","operation":"CreateQueue","delay":"15s"})");
  const auto waiting = account.send(TestAccount::json_request("sqs.CreateQueue", R"({"QueueName":"new"})"));
  EXPECT_EQ(account.status_of("sqs.GetQueueUrl", R"({"QueueName":"new"})"), "200");
  account.pass(std::chrono::milliseconds(14'999));
  EXPECT_FALSE(waiting->response);
  account.pass(std::chrono::milliseconds(1));
  ASSERT_TRUE(waiting->response);
  EXPECT_EQ(waiting->response->status, 200);
}

TEST(Faults, TruncateABody) {
  TestAccount account;
  const auto whole = account.call_raw(list_services, "{}").body;
  add(account, R"({"kind":"truncated-body"})");
  EXPECT_EQ(account.call_raw(list_services, "{}").body, whole.substr(0, whole.size() / 2));
}

TEST(Faults, AreListedAndTakenBack) {
  TestAccount account;
  add(account, R"({"kind":"throttle","times":0})");
  add(account, R"({"kind":"html","service":"s3","times":5})");
  EXPECT_THAT(control(account, "GET", "faults").body, HasSubstr(R"("kind":"html","service":"s3","times":5)"));
  EXPECT_EQ(control(account, "DELETE", "faults/1").status, 200);
  EXPECT_EQ(control(account, "DELETE", "faults/1").status, 404);
  EXPECT_EQ(account.call_raw(list_services, "{}").status, 200);
  EXPECT_EQ(account.account.faults().size(), 1U);
  EXPECT_EQ(control(account, "DELETE", "faults").status, 200);
  EXPECT_TRUE(account.account.faults().empty());
}

TEST(Faults, SayWhatIsWrongWithARequestForOne) {
  struct Case {
    std::string_view name;
    std::string body;
    std::string_view says;
  };
  const Case cases[] = {
      {"no JSON", "{", "not JSON"},
      {"no object", "[]", "send an object"},
      {"no kind", "{}", "kind must be one of throttle, server-error, html"},
      {"another kind", R"({"kind":"trottle"})", "kind must be one of throttle"},
      {"unknown member", R"({"kind":"throttle","tims":3})", "no member \\\"tims\\\""},
      {"times", R"({"kind":"throttle","times":-1})", "times must be a whole number from 0 to 1000000"},
      {"every", R"({"kind":"throttle","every":0})", "every must be a whole number from 1 to 1000000"},
      {"delay", R"({"kind":"stall","delay":10})", "delay must be a text"},
      {"delay without a unit", R"({"kind":"stall","delay":"10"})", "delay must be a time such as"},
      {"status", R"({"kind":"error","code":"X","status":200})", "status must be a whole number from 400 to 599"},
      {"no code", R"({"kind":"error"})", "needs a code"},
      {"code of another", R"({"kind":"html","code":"X"})", "only for the kind error"},
      {"event of a service", R"({"kind":"lose-event","service":"ecr"})", "name it by queue"},
      {"request of a queue", R"({"kind":"stall","queue":"caretaker"})", "name them by service"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    TestAccount account;
    const auto response = control(account, "POST", "faults", c.body);
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(response.body, HasSubstr(c.says));
    EXPECT_TRUE(account.account.faults().empty());
  }
}

// What the queue holds of `count` events, numbered in the order they were put, as they are received within a minute.
std::string received_of(const std::string& fault, int count) {
  TestAccount account;
  account.call("ecr.CreateRepository", R"({"repositoryName":"shop"})");
  add(account, fault);
  for (int i = 1; i <= count; ++i) {
    account.call("ecr.PutImage",
                 fmt::format(R"({{"repositoryName":"shop","imageTag":"{}","imageManifest":"{{\"n\":{}}}"}})", i, i));
  }
  std::string received;
  for (int second = 0; second < 60; second += 5) {
    const auto answer = account.call("sqs.ReceiveMessage",
                                     R"({"QueueUrl":"http://x/123456789012/caretaker","MaxNumberOfMessages":10})");
    const auto* messages = base::member(answer, "Messages");
    for (std::size_t i = 0; messages && i < messages->get_array().size(); ++i) {
      const auto body = TestAccount::parse(at(answer, fmt::format("/Messages/{}/Body", i)));
      received += at(body, "/detail/image-tag") + (second == 0 ? "" : fmt::format("@{}", second)) + " ";
    }
    account.pass(std::chrono::seconds(5));
  }
  return received;
}

TEST(Faults, LoseRepeatDelayAndReorderEvents) {
  struct Case {
    std::string_view name;
    std::string fault;
    std::string_view want;
  };
  const Case cases[] = {
      {"none", R"({"kind":"lose-event","queue":"other"})", "1 2 3 "},
      {"lose", R"({"kind":"lose-event"})", "2 3 "},
      {"lose the second", R"({"kind":"lose-event","every":2})", "1 3 "},
      {"repeat", R"({"kind":"repeat-event"})", "1 1 2 3 "},
      {"delay", R"({"kind":"delay-event","delay":"20s"})", "2 3 1@20 "},
      {"reorder", R"({"kind":"reorder-events"})", "2 1 3 "},
      {"reorder the last", R"({"kind":"reorder-events","every":3,"delay":"10s"})", "1 2 3@10 "},
      {"reorder all", R"({"kind":"reorder-events","times":0,"delay":"10s"})", "1 2 3@10 "},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(received_of(c.fault, 3), c.want);
  }
}

TEST(Faults, DeliverADeletedMessageOnceMore) {
  TestAccount account;
  const auto queue = account.queue_url("caretaker");
  account.call("sqs.SendMessage", fmt::format(R"({{"QueueUrl":"{}","MessageBody":"x"}})", queue));
  add(account, R"({"kind":"repeat-message"})");
  for (const std::string_view want : {"x", "x", "(none)"}) {
    const auto received = account.call("sqs.ReceiveMessage", fmt::format(R"({{"QueueUrl":"{}"}})", queue));
    EXPECT_EQ(at(received, "/Messages/0/Body"), want);
    const auto receipt = at(received, "/Messages/0/ReceiptHandle");
    if (receipt == "(none)") continue;
    account.call("sqs.DeleteMessage", fmt::format(R"({{"QueueUrl":"{}","ReceiptHandle":"{}"}})", queue, receipt));
  }
}

TEST(Faults, AreAlsoCalls) {
  TestAccount account;
  const auto number = account.account.add_fault({.kind = FaultKind::Throttle, .service = "apprunner", .times = 0});
  EXPECT_EQ(account.status_of(list_services, "{}"), "400 ThrottlingException");
  EXPECT_TRUE(account.account.remove_fault(number));
  EXPECT_EQ(account.status_of(list_services, "{}"), "200");
}

TEST(Faults, GoWithAReset) {
  TestAccount account;
  account.call("sqs.CreateQueue", R"({"QueueName":"new"})");
  add(account, R"({"kind":"throttle","times":0,"service":"apprunner"})");
  EXPECT_EQ(control(account, "POST", "reset").status, 200);
  EXPECT_EQ(account.status_of(list_services, "{}"), "200");
  EXPECT_EQ(account.status_of("sqs.GetQueueUrl", R"({"QueueName":"new"})"), "400 QueueDoesNotExist");
  EXPECT_EQ(account.status_of("sqs.GetQueueUrl", R"({"QueueName":"caretaker"})"), "200");
}

TEST(Faults, ReadTimesAsPeopleWriteThem) {
  struct Case {
    std::string_view text;
    std::optional<base::Duration> want;
  };
  using std::chrono::milliseconds;
  const Case cases[] = {{"250ms", milliseconds(250)},
                        {"10s", milliseconds(10'000)},
                        {"15m", milliseconds(900'000)},
                        {"2h", milliseconds(7'200'000)},
                        {"1d", milliseconds(86'400'000)},
                        {"0s", milliseconds(0)},
                        {"10", {}},
                        {"", {}},
                        {"s", {}},
                        {"-1s", {}},
                        {"1.5s", {}},
                        {"1 s", {}},
                        {"99999999999999d", {}},
                        {"10sx", {}}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(read_duration(c.text), c.want);
  }
}

}  // namespace
}  // namespace sandbox
