// SPDX-License-Identifier: Apache-2.0
#include "cli/order.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "cli/account_double.h"
#include "cli/testing.h"

namespace cli {
namespace {

using testing::AccountDouble;
using ::testing::HasSubstr;
using ::testing::Not;

// An account, and a person who gives one order after the other.
struct Desk {
  base::FakeClock clock{base::Time(std::chrono::seconds(1'767'323'045))};
  AccountDouble account{clock};
  std::string range = "^1.2";
  std::string options;  // Of the rule, as JSON's members with a comma before each.

  testing::Answer say(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--rules", "-"});
    return testing::ask(
        std::move(arguments),
        {.input = R"([{"repository":"shop","semVersion":")" + range + R"(","serviceArn":")" +
                  std::string(AccountDouble::arn) + "\"" + options + "}]",
         .clock = &clock,
         .environment = testing::account_environment(),
         .make_client = [this](const std::string&) { return std::make_unique<testing::Borrowed>(account); }});
  }
  std::string plan() { return say({"plan"}).out; }

  // Has the service's record begun, while there is nothing to be deployed.
  void look() {
    const auto tags = std::exchange(account.tags, {"1.2.3"});
    EXPECT_EQ(say({"reconcile", "shop"}).code, 0);
    account.tags = tags;
  }
  // Puts a member into the service's record, which must be there.
  void remember(std::string_view name, std::string_view value) {
    auto& record = account.objects.at(record_key);
    auto tree = base::parse_json(record).value();
    tree.as_object()[name] = base::parse_json(value).value();
    record = boost::json::serialize(tree);
  }
  static constexpr auto record_key =
      "records/123456789012/us-east-1/apprunner/shop/8fe1e10304f84fd2b0df550fe98a71fa.json";
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
       "shop: 1.2.4 held until Caretaker deploys a version above",
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
  const auto saved = ::testing::TempDir() + "held-facts.json";
  for (const std::vector<std::string>& command : {std::vector<std::string>{"reconcile", "shop"},
                                                  {"plan"},
                                                  {"plan", "--save-facts", saved},
                                                  {"explain", "shop"}}) {
    SCOPED_TRACE(command.front());
    EXPECT_THAT(desk.say(command).out, HasSubstr("1.2.4 is held"));
  }
  EXPECT_THAT(testing::ask({"plan", "--facts", saved}).out, HasSubstr("1.2.4 is held"));
  EXPECT_EQ(desk.account.runs, "1.2.3");
}

TEST(Order, APinActsAtOnce) {
  Desk desk;
  desk.account.tags = {"1.2.2", "1.2.3", "1.2.4"};
  const auto pinned = desk.say({"pin", "shop", "1.2.2", "--wait"});
  EXPECT_EQ(pinned.code, 0) << pinned.out << pinned.err;
  EXPECT_EQ(desk.account.runs, "1.2.2");
}

// Whether the pinned version runs is what the exit code says, and not whether the order was written down.
TEST(Order, APinSaysWhenItsVersionDoesNotRun) {
  struct Case {
    std::string_view name;
    std::function<void(Desk&)> make;
    std::string version;
    int code;
    std::string says;
    int later;  // The exit code with --later.
  };
  const auto nothing = [](Desk&) {};
  const std::string stays = "1.2.2 is not deployed; the pin to it stays until `caretaker release shop`";
  const Case cases[] = {
      {"deployed", nothing, "1.2.2", 0, "update 1.2.3 → 1.2.2", 0},
      {"it runs", nothing, "1.2.3", 0, "1.2.3 runs, to which the service is pinned", 0},
      {"a busy service", [](Desk& d) { d.account.begun = d.clock.now(); }, "1.2.2", 1, "wait: 1.2.2 waits", 0},
      {"a paused service", [](Desk& d) { d.account.service_status = "PAUSED"; }, "1.2.2", 1, stays, 1},
      {"what a paused service has", [](Desk& d) { d.account.service_status = "PAUSED"; }, "1.2.3", 1,
       "keep: the service is paused", 1},
      {"a suspended rule", [](Desk& d) { d.options = R"(,"suspend":true)"; }, "1.2.2", 1, stays, 1},
      {"what runs under a suspended rule", [](Desk& d) { d.options = R"(,"suspend":true)"; }, "1.2.3", 0,
       "keep: the rule is suspended", 0},
      {"automatic deployments", [](Desk& d) { d.account.auto_deploys = true; }, "1.2.2", 1, stays, 1},
      {"a service that the stack does not cover",
       [](Desk& d) {
         d.account.objects["records/stack.json"] = R"({"schema":1,"rules":{"services":[],"repositories":[]}})";
       },
       "1.2.2", 1, "keep: the deployed stack does not cover the service shop", 1},
      {"an image that had failed twice",
       [](Desk& d) {
         d.look();
         d.remember(
             "rejected",
             R"([{"digest":"sha256:1.2.2","tag":"1.2.2","operation":"o","attempts":2,"at":"2026-01-01T00:00:00Z"}])");
       },
       "1.2.2", 0, "update 1.2.3 → 1.2.2", 0},
  };
  for (const auto& c : cases) {
    for (const bool later : {false, true}) {
      SCOPED_TRACE(std::string(c.name) + (later ? ", later" : ""));
      Desk desk;
      desk.account.tags = {"1.2.2", "1.2.3", "1.2.4"};
      c.make(desk);
      std::vector<std::string> order{"pin", "shop", c.version};
      if (later) order.emplace_back("--later");
      const auto answer = desk.say(order);
      EXPECT_EQ(answer.code, later ? c.later : c.code) << answer.out << answer.err;
      EXPECT_THAT(answer.out, HasSubstr("shop: Pinned to " + c.version + "\n"));
      if (!later || c.later != 0) {
        EXPECT_THAT(answer.out, HasSubstr(c.says));
      }
      EXPECT_EQ(std::ranges::count(desk.account.sent, "apprunner UpdateService"),
                c.says.starts_with("update") && !later);
    }
  }
}

// Code 2 is for an order that was not written.
TEST(Order, SaysThatWhatIsWrittenStaysWhenTheServiceIsOutOfReachThen) {
  struct Case {
    std::string_view name;
    std::vector<std::string> order;
    std::string says;
  };
  const Case cases[] = {
      {"a pin", {"pin", "shop", "1.2.2"}, "shop: Pinned to 1.2.2\n"},
      {"a pin for later", {"pin", "shop", "1.2.2", "--later"}, "shop: Pinned to 1.2.2\n"},
      {"a release", {"release", "shop"}, "shop: Released: "},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    desk.account.tags = {"1.2.2", "1.2.3", "1.2.4"};
    ASSERT_EQ(desk.say({"pin", "shop", "1.2.3"}).code, 0);
    const auto writes = [&] { return desk.account.objects.at(Desk::record_key); };
    const auto before = writes();
    desk.account.trouble = [&](std::string_view operation) -> std::optional<base::Result<http::Response>> {
      if (operation != "apprunner DescribeService" || writes() == before) return std::nullopt;
      return AccountDouble::refusal(operation, 400, "AccessDeniedException", "not permitted");
    };
    const auto answer = desk.say(c.order);
    EXPECT_EQ(answer.code, 1) << answer.out << answer.err;
    EXPECT_THAT(answer.out, HasSubstr(c.says));
    EXPECT_THAT(answer.out, HasSubstr("shop: what was ordered is written down all the same, and the next look at the "
                                      "service goes by it\n"));
    EXPECT_THAT(answer.err, HasSubstr("not permitted"));
  }
}

TEST(Order, SaysThatNobodyKnowsWhetherItIsWritten) {
  struct Case {
    std::string_view name;
    std::string from;  // From the first of these on the bucket does not answer.
    std::string only;  // But for all else this alone does not.
    int code;
  };
  const Case cases[] = {
      {"from the write on", "s3 PUT", "", 1},
      {"from the first look at the record on", "s3 GET", "", 2},
      {"not the repository", "", "ecr DescribeImages", 2},
      {"not who asks", "", "sts GetCallerIdentity", 2},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    desk.look();
    bool is_cut = false;
    desk.account.trouble = [&](std::string_view operation) -> std::optional<base::Result<http::Response>> {
      is_cut = is_cut || operation == c.from;
      if (operation != c.only && !(is_cut && operation.starts_with("s3 "))) return std::nullopt;
      return base::fail(base::ErrorKind::Unknown, "the connection was cut");
    };
    const auto answer = desk.say({"pin", "shop", "1.2.3"});
    EXPECT_EQ(answer.code, c.code) << answer.err;
    EXPECT_THAT(answer.err, HasSubstr("cut"));
    EXPECT_EQ(answer.out.contains("shop: nobody knows whether that was written down; `caretaker history shop` tells"),
              c.code == 1)
        << answer.out;
  }
}

// Orders are compared with AWS's times.
TEST(Order, IsNotWrittenByAWrongClock) {
  struct Case {
    std::string_view name;
    std::string_view date;  // By AWS's clock; ours says 03:04:05.
    int code;
    std::string_view says;
  };
  constexpr Case cases[] = {
      {"ours is ahead", "Fri, 02 Jan 2026 02:04:05 GMT", 2, "this machine's clock is 1h ahead of AWS's"},
      {"ours is behind", "Fri, 02 Jan 2026 03:06:05 GMT", 2, "this machine's clock is 2m behind AWS's"},
      {"it is near enough", "Fri, 02 Jan 2026 03:04:35 GMT", 0, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    desk.look();
    desk.account.date = c.date;
    const auto record = desk.account.objects.at(Desk::record_key);
    const auto answer = desk.say({"skip", "shop", "1.2.4"});
    EXPECT_EQ(answer.code, c.code) << answer.err;
    EXPECT_THAT(answer.err, HasSubstr(std::string(c.says)));
    EXPECT_EQ(desk.account.objects.at(Desk::record_key) == record, c.code == 2);
  }
}

TEST(Order, ThatChangesNothingIsNotSaidToBeWritten) {
  Desk desk;
  desk.look();
  desk.account.trouble = [](std::string_view operation) -> std::optional<base::Result<http::Response>> {
    if (operation != "apprunner DescribeService") return std::nullopt;
    return AccountDouble::refusal(operation, 400, "AccessDeniedException", "not permitted");
  };
  const auto answer = desk.say({"release", "shop"});
  EXPECT_EQ(answer.code, 2);
  EXPECT_EQ(answer.out, "shop: nothing to do: it is that way already\n");
}

TEST(Order, TellsOfASuccessThatItIsTheFirstToSee) {
  Desk desk;
  EXPECT_EQ(desk.say({"reconcile", "shop"}).code, 0);
  desk.clock.advance(std::chrono::minutes(10));
  const auto seen = desk.say({"hold", "shop", "1.2.5"});
  EXPECT_EQ(seen.err, "") << "it does not look at the service";
  EXPECT_THAT(desk.say({"reconcile", "shop"}).err, HasSubstr("caretaker: info: shop: 1.2.4 is deployed"));
  EXPECT_EQ(desk.say({"reconcile", "shop"}).err, "");
}

TEST(Order, HistoryPrintsTheRecordOfANewerCaretakerAsItIs) {
  Desk desk;
  desk.look();
  desk.remember("schema", "2");
  desk.remember("future", R"({"of":"us"})");
  EXPECT_EQ(desk.say({"history", "shop", "--json"}).out, desk.account.objects.at(Desk::record_key) + "\n");
}

TEST(Order, APinToATagSaysThatAnotherImageOfItsVersionStays) {
  struct Case {
    std::string_view name;
    std::string pin;
    std::map<std::string, std::string> same_image;
    std::string says;
  };
  const Case cases[] = {
      {"another image",
       "1.2.3-b",
       {},
       "shop: Pinned to 1.2.3; 1.2.3-a runs, is of that version too, and stays: a pin names a version and not an "
       "image\n"},
      {"another tag of the image that runs", "1.2.3-b", {{"1.2.3-b", "1.2.3-a"}}, "shop: Pinned to 1.2.3\n"},
      {"what runs", "1.2.3-a", {}, "shop: Pinned to 1.2.3\n"},
      {"the version", "1.2.3", {}, "shop: Pinned to 1.2.3\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    desk.options = R"(,"tagPattern":"^(?P<version>[0-9.]+)-[a-z]+$")";
    desk.account.tags = {"1.2.3-b", "1.2.3-a"};
    desk.account.same_image = c.same_image;
    desk.account.runs = "1.2.3-a";
    const auto pinned = desk.say({"pin", "shop", c.pin});
    EXPECT_EQ(pinned.code, 0) << pinned.err;
    EXPECT_THAT(pinned.out, ::testing::StartsWith(c.says));
    EXPECT_EQ(desk.account.runs, "1.2.3-a");
  }
}

// An account whose rules are in the bucket, as is the function's copy of the last valid ones.
struct Bucket : Desk {
  static std::string rules(std::string_view range) {
    return fmt::format(R"([{{"repository":"shop","semVersion":"{}","serviceArn":"{}"}}])", range, AccountDouble::arn);
  }
  testing::Answer ask(std::vector<std::string> arguments) {
    return testing::ask(
        std::move(arguments),
        {.clock = &clock, .environment = testing::bucket_environment(), .make_client = [this](const std::string&) {
           return std::make_unique<testing::Borrowed>(account);
         }});
  }
  std::string& in_force = account.objects["rules.json"];
  std::string& kept = account.objects["records/rules/rules.json"];
};

TEST(BrokenRules, KeepNobodyFromAskingAndOrdering) {
  struct Case {
    std::string_view name;
    std::vector<std::string> command;
    int code;
    std::string out;
    std::string runs = "1.2.3";
  };
  const Case cases[] = {
      {"pin", {"pin", "shop", "1.2.2", "--wait"}, 0, "1.2.2 runs", "1.2.2"},
      {"hold", {"hold", "shop"}, 0, "Held at 1.2.3"},
      {"history", {"history", "shop"}, 0, "has not seen it"},
      {"plan", {"plan"}, 1, "1.2.4 is the highest version that ^1.2 allows"},
      {"explain", {"explain", "shop"}, 0, "2.0.0  is outside ^1.2"},
      {"reconcile", {"reconcile", "--wait"}, 0, "1.2.4 runs", "1.2.4"},
      {"reconcile of what waits", {"reconcile", "--wait"}, 0, "1.2.4 runs", "1.2.4"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Bucket bucket;
    bucket.account.tags = {"1.2.2", "1.2.3", "1.2.4", "2.0.0"};
    bucket.in_force = "[";
    bucket.kept = Bucket::rules("^1.2");
    if (c.name == "reconcile of what waits") bucket.account.begun = bucket.clock.now();
    const auto answer = bucket.ask(c.command);
    EXPECT_EQ(answer.code, c.code) << answer.out;
    EXPECT_THAT(answer.out, HasSubstr(c.out));
    constexpr std::string_view warning =
        "s3://caretaker/rules.json:1:2: error: the JSON text ends too early\n"
        "caretaker: warning: the rules s3://caretaker/rules.json are broken; this goes by the last valid ones, as the "
        "function does\n";
    EXPECT_THAT(answer.err, ::testing::StartsWith(warning));
    EXPECT_THAT(answer.err.substr(warning.size()), Not(HasSubstr("broken"))) << "it is said once";
    EXPECT_EQ(bucket.account.runs, c.runs);
  }
}

TEST(BrokenRules, KeepEverythingBackWithoutAValidCopy) {
  struct Case {
    std::string_view name;
    std::string in_force;  // Empty: there is none.
    std::string kept;
    std::string err;
    std::string_view second_answer = {};  // The code of S3's refusal to read the copy.
  };
  const std::string broken =
      "s3://caretaker/rules.json:1:2: error: the JSON text ends too early\ncaretaker hold: "
      "s3://caretaker/rules.json has 1 error, listed above, so nothing was looked at";
  const Case cases[] = {
      {"no copy", "[", "", broken + "\n"},
      {"a broken copy", "[", "[", broken + "; the copy of the last valid rules is not valid either\n"},
      {"it may not be read", "[", "", broken + "; the copy of the last valid rules: s3 GetObject: AccessDenied (no)\n",
       "AccessDenied"},
      {"the rules are gone", "", Bucket::rules("^1.2"), "caretaker hold: rules s3://caretaker/rules.json"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Bucket bucket;
    bucket.in_force = c.in_force;
    bucket.kept = c.kept;
    std::erase_if(bucket.account.objects, [](const auto& object) { return object.second.empty(); });
    bucket.account.trouble = [&, reads = 0](std::string_view operation) mutable {
      if (operation != "s3 GET" || ++reads != 2 || c.second_answer.empty())
        return std::optional<base::Result<http::Response>>();
      return std::optional<base::Result<http::Response>>(AccountDouble::refusal(operation, 403, c.second_answer, "no"));
    };
    const auto before = bucket.account.objects;
    const auto answer = bucket.ask({"hold", "shop"});
    EXPECT_EQ(answer.code, 2);
    EXPECT_EQ(answer.out, "");
    EXPECT_THAT(answer.err, ::testing::StartsWith(c.err));
    EXPECT_EQ(bucket.account.objects, before) << "nothing was written";
  }
}

TEST(BrokenRules, LeaveValidOnesAlone) {
  Bucket bucket;
  bucket.in_force = Bucket::rules("^1.2");
  bucket.kept = Bucket::rules("~9.9");
  const auto answer = bucket.ask({"plan"});
  EXPECT_THAT(answer.out, HasSubstr("^1.2"));
  EXPECT_EQ(answer.err, "");
}

// Whoever mends the rules while a command waits has it go by them.
TEST(BrokenRules, AreMendedMeanwhile) {
  Bucket bucket;
  bucket.in_force = "[";
  bucket.kept = Bucket::rules("^1.2");
  bucket.account.begun = bucket.clock.now();
  bucket.account.trouble = [&, looks = 0](std::string_view operation) mutable {
    if (operation == "apprunner ListOperations" && ++looks == 2) bucket.in_force = Bucket::rules("~1.1");
    return std::optional<base::Result<http::Response>>();
  };
  EXPECT_THAT(bucket.ask({"reconcile", "--wait"}).out, HasSubstr("outside ~1.1"));
  EXPECT_EQ(bucket.account.runs, "1.2.3");
}

// A copy is not in force: another range in it than the record knows is no edit by the owner.
TEST(BrokenRules, EndNoHold) {
  Bucket bucket;
  bucket.in_force = Bucket::rules("^1.2");
  EXPECT_EQ(bucket.ask({"hold", "shop"}).code, 0);
  EXPECT_EQ(bucket.ask({"reconcile"}).code, 0);
  bucket.in_force = "[";
  bucket.kept = Bucket::rules("^1.2.0");
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"skip", "shop", "1.2.9"}, {"reconcile"}, {"plan"}}) {
    SCOPED_TRACE(command.front());
    EXPECT_EQ(bucket.ask(command).code, 0);
    EXPECT_THAT(bucket.ask({"plan"}).out, HasSubstr("1.2.4 is held"));
  }
  EXPECT_THAT(bucket.account.objects.at(Desk::record_key), HasSubstr(R"("range":"^1.2")"));
}

TEST(Order, APinNeedsAnImageOfItsVersion) {
  Desk desk;
  const auto typo = desk.say({"pin", "shop", "1.2.99", "--wait"});
  EXPECT_EQ(typo.code, 2);
  EXPECT_EQ(typo.err,
            "caretaker pin: shop: 123456789012/us-east-1/shop has no image of 1.2.99 that could run, so nothing was "
            "written; `caretaker explain shop` lists what is there\n");
  EXPECT_TRUE(desk.account.objects.empty()) << "nothing was written";

  ASSERT_EQ(desk.say({"reconcile", "shop", "--wait"}).code, 0);
  desk.account.tags = {"1.2.4"};
  const auto record = desk.account.objects.at(Desk::record_key);
  const auto back = desk.say({"rollback", "shop", "--wait"});
  EXPECT_EQ(back.code, 2);
  EXPECT_THAT(back.err, HasSubstr("1.2.3 ran before 1.2.4, and 123456789012/us-east-1/shop no longer has an image of "
                                  "it that could run, so nothing was written; push it again"));
  EXPECT_EQ(desk.account.objects.at(Desk::record_key), record);

  desk.account.tags = {"1.2.5"};
  const auto frozen = desk.say({"pin", "shop", "1.2.4"});
  EXPECT_EQ(frozen.code, 0) << "it runs, whatever became of its image" << frozen.err;
}

TEST(Order, ReleaseOfAVersionSaysThatAStopRemains) {
  Desk desk;
  desk.look();
  ASSERT_EQ(desk.say({"skip", "shop", "1.2.4"}).code, 0);
  desk.remember("stop", R"({"at":"2026-01-02T03:00:00Z"})");
  const std::string remains =
      "; what was pushed before 2026-01-02T03:00:00Z stays stopped, since two deployments in a row had failed: "
      "`caretaker release shop` ends that, `caretaker pin shop 1.2.4` deploys this version all the same\n";
  const auto one = desk.say({"release", "shop", "1.2.4"});
  EXPECT_EQ(one.code, 1);
  EXPECT_THAT(one.out, ::testing::StartsWith("shop: Released: 1.2.4" + remains));
  EXPECT_EQ(desk.say({"release", "shop", "1.2.4", "--later"}).code, 1);
  EXPECT_EQ(desk.say({"release", "shop", "1.2.5", "--later"}).code, 0) << "which the stop is not about";
  const auto again = desk.say({"release", "shop", "1.2.4"});
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.out, ::testing::StartsWith("shop: nothing to do: it is that way already" + remains));
  EXPECT_EQ(desk.account.runs, "1.2.3");
  const auto all = desk.say({"release", "shop", "--wait"});
  EXPECT_EQ(all.code, 0) << all.out;
  EXPECT_EQ(desk.account.runs, "1.2.4");
}

TEST(Order, APinEndsWhatIsOrderedAgainstItsVersion) {
  Desk desk;
  desk.account.tags = {"1.2.2", "1.2.3", "1.2.4"};
  ASSERT_EQ(desk.say({"skip", "shop", "1.2.2"}).code, 0);
  EXPECT_THAT(desk.say({"pin", "shop", "1.2.2", "--later"}).out,
              HasSubstr("shop: Pinned to 1.2.2; it is no longer skipped\n"));
  EXPECT_THAT(desk.say({"history", "shop", "--json"}).out, Not(HasSubstr(R"("skips":[{)")));
  const auto skip = desk.say({"skip", "shop", "1.2.4", "1.2.2"});
  EXPECT_EQ(skip.code, 2);
  EXPECT_THAT(skip.err, HasSubstr("shop: the service is pinned to 1.2.2; `caretaker release shop` ends that"));
  Desk other;
  ASSERT_EQ(other.say({"pin", "shop", "1.2.4", "--later"}).code, 0);
  EXPECT_THAT(other.say({"hold", "shop"}).err, HasSubstr("shop: the service is pinned to 1.2.4"));
  const auto hold = desk.say({"hold", "shop", "1.2.2"});
  EXPECT_EQ(hold.code, 2);
  EXPECT_THAT(hold.err, HasSubstr("shop: the service is pinned to 1.2.2; `caretaker release shop` ends that"));
  ASSERT_EQ(desk.say({"hold", "shop", "1.2.4"}).code, 0);
  EXPECT_THAT(desk.say({"pin", "shop", "1.2.4", "--later"}).out,
              HasSubstr("shop: Pinned to 1.2.4; it is no longer held\n"));
}

TEST(Order, WhatAPinAsksForMayBeDeployed) {
  Desk desk;
  desk.account.tags = {"1.2.2", "1.2.3", "1.2.4", "3.0.0"};
  for (const std::string version : {"1.2.2", "3.0.0"}) {
    SCOPED_TRACE(version);
    ASSERT_EQ(desk.say({"pin", "shop", version, "--later"}).code, 0);
    const auto answer = desk.say({"explain", "shop", version});
    EXPECT_EQ(answer.code, 0);
    EXPECT_THAT(answer.out, HasSubstr(version + ": pinned\n"));
    EXPECT_THAT(answer.out, HasSubstr("record pin: " + version));
    const auto plan = desk.say({"plan", "--json"}).out;
    EXPECT_THAT(plan, Not(HasSubstr(R"("wanted":"3.0.0")"))) << "the rule does not allow it";
    EXPECT_THAT(plan, HasSubstr(R"("to":")" + version));
  }
}

TEST(Order, ComparesWithWhatIsBeingDeployed) {
  struct Case {
    std::string_view name;
    std::vector<std::string> order;
    int code;
    std::string says;
  };
  const Case cases[] = {
      {"rollback", {"rollback", "shop"}, 1, "shop: Pinned to 1.2.3, which ran before 1.2.4\n"},
      {"rollback at last", {"rollback", "shop", "--wait"}, 0, "1.2.3 runs\n"},
      {"hold", {"hold", "shop"}, 0, "shop: Held at 1.2.4: 1 newer version"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    desk.account.tags = {"1.2.2", "1.2.3"};
    desk.account.runs = "1.2.2";
    ASSERT_EQ(desk.say({"reconcile", "shop", "--wait"}).code, 0);
    desk.clock.advance(std::chrono::minutes(5));
    desk.account.tags = {"1.2.2", "1.2.3", "1.2.4"};
    ASSERT_EQ(desk.say({"reconcile", "shop"}).code, 0);
    ASSERT_EQ(desk.account.runs, "1.2.3") << "as AWS still describes it";
    if (c.name == "hold") desk.account.tags.emplace_back("1.2.5");
    const auto answer = desk.say(c.order);
    EXPECT_EQ(answer.code, c.code) << answer.err;
    EXPECT_THAT(answer.out, HasSubstr(c.says));
  }
}

TEST(Order, ASecondRollbackChangesNothing) {
  Desk desk;
  ASSERT_EQ(desk.say({"reconcile", "shop", "--wait"}).code, 0);
  desk.clock.advance(std::chrono::minutes(5));
  ASSERT_EQ(desk.say({"rollback", "shop"}).code, 0);
  const auto early = desk.say({"rollback", "shop"});
  EXPECT_EQ(early.code, 0);
  EXPECT_THAT(early.out, HasSubstr("shop: it is rolled back already: 1.2.3 is being deployed, to which the service is "
                                   "pinned; `caretaker pin shop VERSION` goes further\n"));
  desk.clock.advance(std::chrono::minutes(5));
  for (int i = 0; i < 2; ++i) {
    const auto again = desk.say({"rollback", "shop", "--wait"});
    EXPECT_EQ(again.code, 0);
    EXPECT_THAT(again.out, HasSubstr("it is rolled back already: 1.2.3 runs"));
    EXPECT_EQ(desk.account.runs, "1.2.3");
  }
  EXPECT_THAT(desk.plan(), HasSubstr("1.2.3 runs, to which the service is pinned"));
}

TEST(Order, ARollbackGoesBackFromAPin) {
  Desk desk;
  ASSERT_EQ(desk.say({"pin", "shop", "1.2.4", "--wait"}).code, 0);
  desk.clock.advance(std::chrono::minutes(5));
  const auto back = desk.say({"rollback", "shop", "--wait"});
  EXPECT_EQ(back.code, 0) << back.out;
  EXPECT_EQ(desk.account.runs, "1.2.3");
}

TEST(Order, ARollbackPinsToWhatRanBefore) {
  Desk desk;
  EXPECT_THAT(desk.say({"rollback", "shop"}).err, HasSubstr("no record says what ran before 1.2.3"));
  ASSERT_EQ(desk.say({"reconcile", "shop", "--wait"}).code, 0);
  ASSERT_EQ(desk.account.runs, "1.2.4");
  const auto back = desk.say({"rollback", "shop", "--wait"});
  EXPECT_EQ(back.code, 0) << back.out << back.err;
  EXPECT_THAT(back.out, HasSubstr("shop: Pinned to 1.2.3, which ran before 1.2.4\n"));
  EXPECT_EQ(desk.account.runs, "1.2.3");
  EXPECT_THAT(desk.plan(), HasSubstr("1.2.3 runs, to which the service is pinned"));
  const auto history = desk.say({"history", "shop"}).out;
  EXPECT_THAT(history, HasSubstr("rollback 1.2.4 → 1.2.3"));
  EXPECT_THAT(history, HasSubstr("update 1.2.3 → 1.2.4  SUCCEEDED"));
  EXPECT_THAT(history, HasSubstr("by arn:aws:iam::123456789012:user/ann"));
}

TEST(Order, ARollbackWhileAppRunnerUndoesOursGoesToWhatRanBeforeIt) {
  Desk desk;
  desk.account.tags = {"1.2.2", "1.2.3", "1.2.4"};
  desk.account.runs = "1.2.2";
  ASSERT_EQ(desk.say({"pin", "shop", "1.2.3", "--wait"}).code, 0);
  ASSERT_EQ(desk.say({"release", "shop"}).code, 0);
  desk.account.course = {{std::chrono::seconds(0), "IN_PROGRESS"}, {std::chrono::seconds(20), "ROLLBACK_IN_PROGRESS"}};
  desk.clock.advance(std::chrono::seconds(30));
  const auto back = desk.say({"rollback", "shop", "--later"});
  EXPECT_THAT(back.out, HasSubstr("shop: Pinned to 1.2.3, which ran before 1.2.4\n")) << back.err;
}

TEST(Order, SaysThatAnotherOrderWentBeforeIt) {
  struct Case {
    std::string_view name;
    std::string pinned;  // By somebody else, just after.
    bool is_busy;
  };
  const Case cases[] = {{"it is deployed", "1.2.4", true}, {"it runs already", "1.2.3", false}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    desk.account.tags = {"1.2.2", "1.2.3", "1.2.4"};
    if (c.is_busy) desk.account.begun = desk.clock.now();
    bool is_pinned = false;
    desk.account.trouble = [&](std::string_view operation) -> std::optional<base::Result<http::Response>> {
      if (operation != "apprunner ListOperations" || is_pinned || !desk.account.objects.contains(Desk::record_key)) {
        return std::nullopt;
      }
      is_pinned = true;
      desk.remember("pin", R"({"version":")" + c.pinned + R"(","by":"bob","at":"2026-01-02T03:05:00Z"})");
      return std::nullopt;
    };
    const auto answer = desk.say({"pin", "shop", "1.2.2", "--wait"});
    EXPECT_EQ(answer.code, 1) << answer.out << answer.err;
    EXPECT_THAT(answer.out, HasSubstr("shop: 1.2.2 is not deployed; another order went before it\n"));
  }
}

TEST(Order, HoldsVeryManyInLittleSpace) {
  Desk desk;
  desk.account.tags = {"1.2.3"};
  for (int i = 4; i < 1504; ++i) desk.account.tags.push_back("1.2." + std::to_string(i));
  const auto answer = desk.say({"hold", "shop"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_THAT(answer.out, HasSubstr("Held at 1.2.3: 1500 newer versions"));
  EXPECT_THAT(desk.account.objects.at(Desk::record_key), HasSubstr(R"(">1.2.3 <=1.2.503"])"));
  EXPECT_THAT(desk.plan(), ::testing::Not(HasSubstr("update")));
  ASSERT_EQ(desk.say({"pin", "shop", "1.2.100", "--later"}).code, 0);
  const auto pinned = desk.say({"hold", "shop"});
  EXPECT_EQ(pinned.code, 2) << pinned.out;
  EXPECT_THAT(pinned.err, HasSubstr("the service is pinned to 1.2.100"));
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
