// SPDX-License-Identifier: Apache-2.0
#include "cli/reconcile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/account_double.h"
#include "cli/testing.h"

namespace cli {
namespace {

using std::chrono::seconds;
using testing::AccountDouble;

std::string rules(std::string_view range, std::string_view more = "") {
  return R"([{"repository":"shop","semVersion":")" + std::string(range) + R"(","serviceArn":")" +
         std::string(AccountDouble::arn) + '"' + std::string(more) + "}]";
}

// An account, and what a person types there.
struct Desk {
  base::FakeClock clock;
  AccountDouble account{clock};
  std::stop_source stop;

  testing::Answer reconcile(std::vector<std::string> more, std::string_view range = "^1.2",
                            std::string_view options = "", Terminal terminal = {}) {
    std::vector<std::string> arguments{"reconcile", "--rules", "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return ask(std::move(arguments), range, options, terminal);
  }

  testing::Answer ask(std::vector<std::string> arguments, std::string_view range = "^1.2",
                      std::string_view options = "", Terminal terminal = {}) {
    return testing::ask(std::move(arguments), {.input = rules(range, options),
                                               .stop = stop.get_token(),
                                               .clock = &clock,
                                               .terminal = terminal,
                                               .environment = testing::account_environment(),
                                               .make_client = [this](const std::string&) {
                                                 return std::make_unique<testing::Borrowed>(account);
                                               }});
  }
};

const std::string began = "shop: update 1.2.3 → 1.2.4: 1.2.4 is the highest version that ^1.2 allows, and 1.2.3 runs\n";
const std::string image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:";

// Interrupts whoever sleeps at that time.
class Interrupting final : public base::Clock {
 public:
  Interrupting(base::Clock& clock, base::Instant at, std::stop_source& stop) : clock_(clock), at_(at), stop_(stop) {}
  base::Time now() override { return clock_.now(); }
  base::Instant instant() override { return clock_.instant(); }
  bool sleep_until(base::Instant until, std::stop_token stop) override {
    if (until > at_ && clock_.instant() <= at_) {
      clock_.sleep_until(at_, {});
      stop_.request_stop();
    }
    return clock_.sleep_until(until, std::move(stop));
  }

 private:
  base::Clock& clock_;
  base::Instant at_;
  std::stop_source& stop_;
};

TEST(Reconcile, FollowsAnOperationToItsEnd) {
  struct Case {
    std::string_view name;
    std::vector<AccountDouble::Step> course;
    std::string out;  // Behind the line of what was begun.
    int code;
    std::string told;                 // How it ended; empty: it did not.
    std::vector<std::string> more{};  // Arguments.
  };
  const std::string deployed = "caretaker: info: shop: 1.2.4 is deployed: operation operation-1 ended with SUCCEEDED\n";
  const std::string failed = "caretaker: error: shop: 1.2.4 failed to deploy: operation operation-1 ended with ";
  const Case cases[] = {
      {"it ends well",
       {{seconds(0), "PENDING"}, {seconds(4), "IN_PROGRESS"}, {seconds(100), "SUCCEEDED"}},
       "shop: PENDING after 0s\nshop: IN_PROGRESS after 6s\nshop: SUCCEEDED after 102s\nshop: done; " + image +
           "1.2.4 runs\n",
       0,
       deployed},
      {"at once",
       {{seconds(0), "SUCCEEDED"}},
       "shop: SUCCEEDED after 0s\nshop: done; " + image + "1.2.4 runs\n",
       0,
       deployed},
      {"it fails",
       {{seconds(0), "IN_PROGRESS"}, {seconds(5), "FAILED"}},
       "shop: IN_PROGRESS after 0s\nshop: FAILED after 6s\nshop: failed; " + image + "1.2.3 runs\n",
       1,
       failed + "FAILED; it is tried once more at 2026-01-02T04:00:05Z\n"},
      {"it is rolled back",
       {{seconds(0), "IN_PROGRESS"}, {seconds(5), "ROLLBACK_IN_PROGRESS"}, {seconds(11), "ROLLBACK_SUCCEEDED"}},
       "shop: IN_PROGRESS after 0s\nshop: ROLLBACK_IN_PROGRESS after 6s\nshop: ROLLBACK_SUCCEEDED after 12s\n"
       "shop: failed; " +
           image + "1.2.3 runs\n",
       1,
       failed + "ROLLBACK_SUCCEEDED; it is tried once more at 2026-01-02T04:00:11Z\n"},
      {"the rollback fails",
       {{seconds(0), "ROLLBACK_IN_PROGRESS"}, {seconds(5), "ROLLBACK_FAILED"}},
       "shop: ROLLBACK_IN_PROGRESS after 0s\nshop: ROLLBACK_FAILED after 6s\nshop: failed; " + image + "1.2.3 runs\n",
       1,
       failed + "ROLLBACK_FAILED; it is tried once more at 2026-01-02T04:00:05Z\n"},
      {"not in time",
       {{seconds(0), "IN_PROGRESS"}},
       "shop: IN_PROGRESS after 0s\nshop: still IN_PROGRESS after 10s; it goes on by itself\n",
       1,
       "",
       {"--timeout", "10s"}},
      {"a status of the future",
       {{seconds(0), "WARMING_UP"}, {seconds(3), "SUCCEEDED"}},
       "shop: WARMING_UP after 0s\nshop: SUCCEEDED after 3s\nshop: done; " + image + "1.2.4 runs\n",
       0,
       deployed},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    desk.account.course = c.course;
    auto arguments = c.more;
    arguments.emplace_back("--wait");
    const auto answer = desk.reconcile(arguments);
    EXPECT_EQ(answer.out, began + c.out);
    EXPECT_EQ(answer.err, c.told);
    EXPECT_EQ(answer.code, c.code);
    EXPECT_EQ(std::ranges::count(desk.account.sent, "apprunner UpdateService"), 1);
    // Whoever saw it has written it down.
    const auto history = desk.ask({"history", "--rules", "-", "shop"}).out;
    EXPECT_EQ(history.contains("not ended yet"), c.told.empty()) << history;
  }
}

TEST(Reconcile, EndsWellOnlyIfTheWantedImageRuns) {
  Desk desk;
  bool ended = false;
  // Somebody moves the service on as soon as ours has ended.
  desk.account.trouble = [&](std::string_view operation) -> std::optional<base::Result<http::Response>> {
    if (operation == "apprunner DescribeService" && desk.account.begun && !ended) {
      ended = true;
      desk.account.course = {{seconds(0), "SUCCEEDED_"}};
      desk.account.runs = "1.2.9";
      desk.account.course = {{seconds(0), "ROLLBACK_SUCCEEDED"}};
    }
    return std::nullopt;
  };
  const auto answer = desk.reconcile({"--wait"});
  EXPECT_THAT(answer.out, ::testing::EndsWith("shop: failed; " + image + "1.2.9 runs\n"));
  EXPECT_EQ(answer.code, 1);
}

// A service may be described as it was for some minutes more.
TEST(Reconcile, WaitsUntilTheServiceIsDescribedWithTheImage) {
  for (const auto& [after, code] : {std::pair(seconds(60), 0), std::pair(seconds(400), 1)}) {
    Desk desk;
    desk.account.described_after = after;
    const auto answer = desk.reconcile({"--wait"});
    EXPECT_EQ(answer.code, code) << answer.out;
    EXPECT_THAT(answer.out, ::testing::EndsWith(code == 0 ? "shop: done; " + image + "1.2.4 runs\n"
                                                          : "shop: failed; " + image + "1.2.3 runs\n"));
  }
}

TEST(Reconcile, WaitsForWhoeverKeepsAServiceBusy) {
  Desk desk;
  desk.account.begun = desk.clock.now();
  const auto busy = desk.reconcile({});
  EXPECT_EQ(busy.code, 1);
  EXPECT_THAT(busy.out, ::testing::StartsWith("shop: wait: "));
  EXPECT_EQ(std::ranges::count(desk.account.sent, "apprunner UpdateService"), 0);

  const auto waited = desk.reconcile({"--wait"});
  EXPECT_EQ(waited.code, 0) << waited.out;
  // It may be described as it was before that update for some minutes more.
  const std::string told_as_before =
      "shop: wait: 1.2.4 waits for 5m at most, since the service may be told of as it was before its last operation\n";
  EXPECT_EQ(waited.out, busy.out + told_as_before + began +
                            "shop: IN_PROGRESS after 0s\nshop: SUCCEEDED after 21s\nshop: done; " + image +
                            "1.2.4 runs\n");

  Desk late;
  late.account.course = {{seconds(0), "IN_PROGRESS"}};
  late.account.begun = late.clock.now();
  const auto gave_up = late.reconcile({"--wait", "--timeout", "1m"});
  EXPECT_EQ(gave_up.code, 1);
  EXPECT_EQ(gave_up.out, busy.out) << "said once";
}

TEST(Reconcile, DoesNothingByAWrongClock) {
  Desk desk;
  desk.account.date = "Fri, 02 Jan 2026 02:00:00 GMT";
  const auto records = std::filesystem::path(::testing::TempDir()) / "records-of-a-wrong-clock";
  std::filesystem::create_directory(records);
  // Nothing has been asked by then.
  const auto answer = desk.reconcile({"--records", records.string()});
  EXPECT_EQ(answer.code, 2);
  EXPECT_THAT(answer.err, ::testing::HasSubstr("this machine's clock is 1h ahead of AWS's"));
  EXPECT_EQ(std::ranges::count(desk.account.sent, "apprunner UpdateService"), 0);
  EXPECT_EQ(desk.reconcile({"--dry-run"}).code, 1) << "which writes nothing";
}

// The rules of the bucket, edited while it waits.
TEST(Reconcile, GoesByTheRulesOfTheTime) {
  struct Case {
    std::string_view name;
    std::string edited;
    int code;
    std::string says;  // In the end.
  };
  const Case cases[] = {
      {"as before", rules("^1.2"), 0, "shop: done; " + image + "1.2.4 runs\n"},
      {"another range", rules("~1.1"), 0, "shop: keep: 1.2.3 runs, which is outside ~1.1, and nothing is inside\n"},
      {"suspended", rules("^1.2", R"(,"suspend":true)"), 0, "shop: keep: the rule is suspended\n"},
      {"the rule is gone", "[]", 2, ""},
      {"broken", "[", 2, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    desk.account.begun = desk.clock.now();
    desk.account.objects["rules.json"] = rules("^1.2");
    desk.account.trouble = [&, looks = 0](std::string_view operation) mutable {
      if (operation == "apprunner ListOperations" && ++looks == 2) desk.account.objects["rules.json"] = c.edited;
      return std::optional<base::Result<http::Response>>();
    };
    const auto answer = testing::ask(
        {"reconcile", "--wait"},
        {.stop = desk.stop.get_token(),
         .clock = &desk.clock,
         .environment = testing::bucket_environment(),
         .make_client = [&](const std::string&) { return std::make_unique<testing::Borrowed>(desk.account); }});
    EXPECT_EQ(answer.code, c.code) << answer.err;
    EXPECT_THAT(answer.out, ::testing::EndsWith(c.says));
    EXPECT_EQ(std::ranges::count(desk.account.sent, "apprunner UpdateService"), c.name == "as before");
  }
}

TEST(Reconcile, StopsWatchingWhenInterrupted) {
  struct Case {
    std::string_view name;
    bool busy;  // With an operation of somebody's.
    std::string out;
  };
  const Case cases[] = {
      {"while it follows", false,
       began + "shop: IN_PROGRESS after 0s\nshop: interrupted; the operation goes on by itself\n"},
      {"while it waits", true, "interrupted; nothing was begun\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    if (c.busy) desk.account.begun = desk.clock.now();
    Interrupting clock(desk.clock, desk.clock.instant() + seconds(7), desk.stop);
    const auto answer = testing::ask(
        {"reconcile", "--rules", "-", "--wait"},
        {.input = rules("^1.2"),
         .stop = desk.stop.get_token(),
         .clock = &clock,
         .environment = testing::account_environment(),
         .make_client = [&](const std::string&) { return std::make_unique<testing::Borrowed>(desk.account); }});
    EXPECT_EQ(answer.code, 130);
    EXPECT_THAT(answer.out, ::testing::EndsWith(c.out));
    EXPECT_EQ(answer.err, "");
  }
}

TEST(Reconcile, SaysWhatItDidNotLookAtWhenInterrupted) {
  struct Case {
    std::string_view name;
    seconds at;  // When somebody presses Ctrl-C.
    std::string_view out;
  };
  constexpr Case cases[] = {
      {"as the first has ended", seconds(20), "shop: done; "},
      {"while it follows the first", seconds(7), "shop: interrupted; the operation goes on by itself\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    const auto begin = desk.clock.instant();
    // While an answer comes in.
    desk.account.trouble = [&](std::string_view operation) -> std::optional<base::Result<http::Response>> {
      if (operation == "apprunner ListOperations" && desk.clock.instant() - begin >= c.at) desk.stop.request_stop();
      return std::nullopt;
    };
    const auto answer = testing::ask(
        {"reconcile", "--rules", "-", "--wait"},
        {.input =
             R"([{"repository":"shop","semVersion":"^1.2","serviceArn":")" + std::string(AccountDouble::arn) +
             R"("},{"repository":"shop","semVersion":"^1.2","serviceArn":"arn:aws:apprunner:us-east-1:123456789012:)"
             R"(service/blog/8fe1e10304f84fd2b0df550fe98a71fb"},{"repository":"shop","semVersion":"^1.2","serviceArn":)"
             R"("arn:aws:apprunner:us-east-1:123456789012:service/wiki/8fe1e10304f84fd2b0df550fe98a71fc"}])",
         .stop = desk.stop.get_token(),
         .clock = &desk.clock,
         .environment = testing::account_environment(),
         .make_client = [&](const std::string&) { return std::make_unique<testing::Borrowed>(desk.account); }});
    EXPECT_THAT(answer.out, ::testing::HasSubstr(c.out));
    EXPECT_THAT(answer.err, ::testing::EndsWith("caretaker reconcile: interrupted; 2 services were not looked at\n"));
    EXPECT_EQ(answer.code, 130);
  }
}

TEST(Reconcile, LeavesAloneWhatTheDeployedStackDoesNotCover) {
  struct Case {
    std::string_view name;
    std::vector<std::string> more;
    int code;
  };
  const Case cases[] = {{"a run", {}, 1}, {"with --wait", {"--wait"}, 1}, {"a dry run", {"--dry-run"}, 0}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    desk.account.objects["records/stack.json"] = R"({"schema":1,"rules":{"services":[],"repositories":[]}})";
    const auto answer = desk.reconcile(c.more);
    EXPECT_EQ(answer.code, c.code) << answer.err;
    EXPECT_THAT(answer.out, ::testing::StartsWith("shop: keep: the deployed stack does not cover the service shop"));
    EXPECT_EQ(std::ranges::count(desk.account.sent, "apprunner UpdateService"), 0);
  }
}

TEST(Reconcile, TellsATerminalWhatTakesSoLong) {
  Desk desk;
  const auto answer = desk.reconcile({"--wait"}, "^1.2", "", {.columns = 40, .progress = true});
  EXPECT_THAT(answer.err, ::testing::HasSubstr("\r\x1b[Klooking at shop"));
  EXPECT_THAT(answer.err, ::testing::HasSubstr("\r\x1b[Kshop: IN_PROGRESS, 3s so far"));
  EXPECT_THAT(answer.err, ::testing::EndsWith("\r\x1b[K")) << "and takes it back";
}

// A dry run is the run up to the deed: the same sentence for every account, and the same account as before.
TEST(Reconcile, SaysInADryRunWhatTheRunSays) {
  struct Case {
    std::string_view name;
    std::function<void(Desk&)> make;
    std::string_view range = "^1.2";
    std::string_view options = "";
    std::string_view says;
  };
  const Case cases[] = {
      {.name = "a newer version", .make = [](Desk&) {}, .says = "update 1.2.3 → 1.2.4"},
      {.name = "nothing newer", .make = [](Desk& d) { d.account.runs = "1.2.4"; }, .says = "keep: 1.2.4 runs"},
      {.name = "outside the range", .make = [](Desk&) {}, .range = "^2", .says = "keep: "},
      {.name = "a busy service", .make = [](Desk& d) { d.account.begun = d.clock.now(); }, .says = "wait: "},
      {.name = "a paused service", .make = [](Desk& d) { d.account.service_status = "PAUSED"; }, .says = "keep: "},
      {.name = "automatic deployments", .make = [](Desk& d) { d.account.auto_deploys = true; }, .says = "keep: "},
      {.name = "latest", .make = [](Desk& d) { d.account.runs = "latest"; }, .says = "keep: "},
      {.name = "a suspended rule", .make = [](Desk&) {}, .options = R"(,"suspend":true)", .says = "keep: "},
      {.name = "a downgrade",
       .make =
           [](Desk& d) {
             d.account.runs = "3.0.0";
             d.account.tags.emplace_back("3.0.0");
           },
       .options = R"(,"downgrade":true)",
       .says = "update 3.0.0 → 1.2.4"},
      {.name = "prereleases",
       .make = [](Desk& d) { d.account.tags.emplace_back("1.3.0-rc.1"); },
       .options = R"(,"includePrerelease":true)",
       .says = "update 1.2.3 → 1.3.0-rc.1"},
      {.name = "an empty repository", .make = [](Desk& d) { d.account.tags.clear(); }, .says = "keep: "},
      {.name = "a service that runs an unknown tag",
       .make = [](Desk& d) { d.account.runs = "1.2.0"; },
       .says = "update 1.2.0 → 1.2.4"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    c.make(desk);
    const auto dry = desk.reconcile({"--dry-run"}, c.range, c.options);
    EXPECT_TRUE(desk.account.objects.empty()) << "nothing is written";
    for (const auto& sent : desk.account.sent) {
      EXPECT_FALSE(sent.ends_with("UpdateService") || sent == "s3 PUT" || sent.starts_with("logs ")) << sent;
    }
    const auto run = desk.reconcile({}, c.range, c.options);
    EXPECT_THAT(run.out, ::testing::StartsWith("shop: " + std::string(c.says)));
    auto said = run.out;
    constexpr std::string_view note = " (dry run: nothing was done)\n";
    if (run.out.contains(" → ")) said.replace(said.size() - 1, 1, note);
    EXPECT_EQ(dry.out, said);
    EXPECT_EQ(dry.code, run.out.contains(" → ") ? 1 : 0);
  }
}

}  // namespace
}  // namespace cli
