// SPDX-License-Identifier: Apache-2.0
#include "cli/order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/account_double.h"
#include "cli/testing.h"

namespace cli {
namespace {

using testing::AccountDouble;
using ::testing::HasSubstr;

// An account, and a person who gives one order after the other.
struct Desk {
  base::FakeClock clock{base::Time(std::chrono::seconds(1'767'323'045))};
  AccountDouble account{clock};
  std::string range = "^1.2";
  std::string options;  // Of the rule, as JSON's members with a comma before each.

  Desk() {
    account.trouble = [](std::string_view operation) -> std::optional<base::Result<http::Response>> {
      if (operation != "sts GetCallerIdentity") return std::nullopt;
      return http::Response{200,
                            {},
                            "<GetCallerIdentityResponse><Arn>arn:aws:iam::123456789012:user/ann</Arn>"
                            "<Account>123456789012</Account></GetCallerIdentityResponse>"};
    };
  }

  testing::Answer say(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--rules", "-"});
    return testing::ask(
        std::move(arguments),
        {.input = R"([{"repository":"shop","semVersion":")" + range + R"(","serviceArn":")" +
                  std::string(AccountDouble::arn) + "\"" + options + "}]",
         .clock = &clock,
         .environment = {{"AWS_REGION", "us-east-1"},
                         {"AWS_ACCESS_KEY_ID", "a"},
                         {"AWS_SECRET_ACCESS_KEY", "b"},
                         {"AWS_ENDPOINT_URL", "http://127.0.0.1:4566"},
                         {"CONFIG_BUCKET", "caretaker"}},
         .make_client = [this](const std::string&) { return std::make_unique<testing::Borrowed>(account); }});
  }
  std::string plan() { return say({"plan"}).out; }
};

TEST(Order, IsObeyedShownAndReleased) {
  struct Case {
    std::string_view name;
    std::vector<std::string> order;
    std::string says;
    std::string plan;     // What the plan says then.
    std::string history;  // And the history.
    std::vector<std::string> release;
  };
  const Case cases[] = {
      {"hold of all that is newer",
       {"hold", "shop"},
       "shop: Held at 1.2.3: 1 newer version",
       "1.2.4 is held, as arn:aws:iam::123456789012:user/ann said",
       "held since 2026-01-02T03:04:05Z",
       {"release", "shop", "--later"}},
      {"hold of one",
       {"hold", "shop", "v1.2.4"},
       "shop: 1.2.4 held until a version above runs",
       "1.2.4 is held",
       "1.2.4",
       {"release", "shop", "1.2.4", "--later"}},
      {"skip",
       {"skip", "shop", "1.2.4"},
       "shop: 1.2.4 skipped",
       "1.2.4 is to be skipped, as arn:aws:iam::123456789012:user/ann said",
       "1.2.4 skipped since 2026-01-02T03:04:05Z, by arn:aws:iam::123456789012:user/ann",
       {"release", "shop", "1.2.4", "--later"}},
      {"pin",
       {"pin", "shop", "1.2.3"},
       "shop: Pinned to 1.2.3",
       "1.2.3 runs, to which the service is pinned",
       "pinned to 1.2.3",
       {"release", "shop", "--later"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    EXPECT_THAT(desk.plan(), HasSubstr("update"));
    const auto ordered = desk.say(c.order);
    EXPECT_EQ(ordered.code, 0) << ordered.err;
    EXPECT_THAT(ordered.out, HasSubstr(c.says));
    EXPECT_THAT(desk.plan(), HasSubstr(c.plan));
    EXPECT_THAT(desk.say({"history", "shop"}).out, HasSubstr(c.history));
    EXPECT_THAT(desk.say(c.order).out, HasSubstr(c.order[0] == "pin" || c.order[0] == "skip" || c.order.size() > 2
                                                     ? "nothing to do: it is that way already"
                                                     : "nothing to do"));
    EXPECT_EQ(desk.account.runs, "1.2.3") << "nothing was deployed";
    const auto released = desk.say(c.release);
    EXPECT_EQ(released.code, 0) << released.err;
    EXPECT_THAT(released.out, HasSubstr("Released"));
    EXPECT_THAT(desk.plan(), HasSubstr("update"));
  }
}

TEST(Order, TakesATagOfTheRulesPatternForItsVersion) {
  Desk desk;
  desk.options = R"(,"tagPattern":"^(?P<version>.+)-alpine$")";
  EXPECT_THAT(desk.say({"skip", "shop", "1.2.4-alpine"}).out, HasSubstr("shop: 1.2.4 skipped"));
  EXPECT_THAT(desk.say({"skip", "shop", "1.2.4"}).out, HasSubstr("nothing to do"));
}

TEST(Order, IsNotEndedByTheRangeOfAFile) {
  Desk desk;
  EXPECT_EQ(desk.say({"hold", "shop"}).code, 0);
  EXPECT_EQ(desk.say({"reconcile", "shop"}).code, 0);
  desk.range = "^1.2.0";
  const auto done = desk.say({"reconcile", "shop"});
  EXPECT_THAT(done.out, HasSubstr("1.2.4 is held"));
  EXPECT_EQ(desk.account.runs, "1.2.3");
}

TEST(Order, APinActsAtOnce) {
  Desk desk;
  desk.account.tags = {"1.2.2", "1.2.3", "1.2.4"};
  const auto pinned = desk.say({"pin", "shop", "1.2.2", "--wait"});
  EXPECT_EQ(pinned.code, 0) << pinned.out << pinned.err;
  EXPECT_EQ(desk.account.runs, "1.2.2");
}

TEST(Order, ARollbackPinsToWhatRanBefore) {
  Desk desk;
  EXPECT_THAT(desk.say({"rollback", "shop"}).err, HasSubstr("no record says what ran before 1.2.3"));
  ASSERT_EQ(desk.say({"reconcile", "shop", "--wait"}).code, 0);
  ASSERT_EQ(desk.account.runs, "1.2.4");
  const auto back = desk.say({"rollback", "shop", "--wait"});
  EXPECT_EQ(back.code, 0) << back.out << back.err;
  EXPECT_THAT(back.out, HasSubstr("shop: Rolled back from 1.2.4 to 1.2.3, and pinned there"));
  EXPECT_EQ(desk.account.runs, "1.2.3");
  EXPECT_THAT(desk.plan(), HasSubstr("1.2.3 runs, to which the service is pinned"));
  const auto history = desk.say({"history", "shop"}).out;
  EXPECT_THAT(history, HasSubstr("rollback 1.2.4 → 1.2.3"));
  EXPECT_THAT(history, HasSubstr("update 1.2.3 → 1.2.4  SUCCEEDED"));
  EXPECT_THAT(history, HasSubstr("by arn:aws:iam::123456789012:user/ann"));
}

TEST(Order, RefusesWhatMakesNoSense) {
  struct Case {
    std::string_view name;
    std::vector<std::string> arguments;
    std::string says;
  };
  const Case cases[] = {
      {"no version", {"pin", "shop", "latest"}, "caretaker pin: shop: `latest` is no version: expected"},
      {"two parts", {"skip", "shop", "1.2"}, "`1.2` is no version"},
      {"no version at all", {"pin", "shop"}, "caretaker pin: "},
      {"two versions", {"pin", "shop", "1.2.3", "1.2.4"}, "caretaker pin: "},
      {"an unknown service", {"hold", "shopp"}, "did you mean"},
      {"a service that was never seen", {"rollback", "shop"}, "`caretaker pin shop VERSION` names it"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    const auto answer = desk.say(c.arguments);
    EXPECT_EQ(answer.code, 2) << answer.out;
    EXPECT_THAT(answer.err, HasSubstr(c.says));
    EXPECT_TRUE(desk.account.objects.empty()) << "nothing was written";
  }
}

TEST(History, SaysThatThereIsNone) {
  Desk desk;
  const auto answer = desk.say({"history", "shop"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(answer.out, "shop: Caretaker has changed nothing yet, and has not seen it\n");
}

TEST(History, PrintsTheRecordForPrograms) {
  Desk desk;
  ASSERT_EQ(desk.say({"pin", "shop", "1.2.3"}).code, 0);
  const auto answer = desk.say({"history", "shop", "--json"});
  EXPECT_THAT(answer.out, HasSubstr(R"("pin":{"version":"1.2.3","by":"arn:aws:iam::123456789012:user/ann")"));
}

}  // namespace
}  // namespace cli
