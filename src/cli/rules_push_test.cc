// SPDX-License-Identifier: Apache-2.0
#include "cli/rules_push.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/json.h"
#include "cli/account_double.h"
#include "cli/testing.h"

namespace cli {
namespace {

using testing::AccountDouble;
using ::testing::HasSubstr;
using ::testing::Not;

std::string rules(std::string_view range, std::string_view name = "shop") {
  auto arn = std::string(AccountDouble::arn);
  arn.replace(arn.find("/shop/") + 1, 4, name);
  return fmt::format("[\n  {{\"repository\": \"shop\", \"semVersion\": \"{}\",\n   \"serviceArn\": \"{}\"}}\n]\n",
                     range, arn);
}

// An account with rules in force, and a person who writes others.
struct Desk {
  base::FakeClock clock{base::Time(std::chrono::seconds(1'767'323'045))};
  AccountDouble account{clock};

  testing::Answer say(std::vector<std::string> arguments, std::string input = {}, Terminal terminal = {}) {
    return testing::ask(std::move(arguments), {.input = std::move(input),
                                               .clock = &clock,
                                               .terminal = terminal,
                                               .environment = testing::bucket_environment(),
                                               .make_client = [this](const std::string&) {
                                                 return std::make_unique<testing::Borrowed>(account);
                                               }});
  }
  const std::string& live() { return account.objects["rules.json"]; }
};

// A file in a folder of the test's own.
std::string write(std::string_view name, const std::string& text) {
  const auto path = std::filesystem::path(::testing::TempDir()) / name;
  std::ofstream(path, std::ios::binary) << text;
  return path.string();
}

TEST(RulesPush, WritesOnlyWhatIsRightAndWanted) {
  struct Case {
    std::string_view name;
    std::string live;  // Empty: there are no rules yet.
    std::string file;
    std::vector<std::string> options;
    std::string input;
    bool terminal = false;
    int code = 0;
    std::string says;
    bool written = false;
  };
  const Case cases[] = {
      {"the first rules",
       "",
       rules("^1.2"),
       {"--yes"},
       "",
       false,
       0,
       "s3://caretaker/rules.json is not there yet: 1 rule added\n+ shop: its first rule\n",
       true},
      {"the same",
       rules("^1.2"),
       rules("^1.2"),
       {},
       "",
       false,
       0,
       "nothing to do: s3://caretaker/rules.json has exactly",
       false},
      {"another range",
       rules("~1.2.0"),
       rules("^1.2"),
       {"--yes"},
       "",
       false,
       0,
       "~ shop: semVersion ~1.2.0 → ^1.2\n",
       true},
      {"what differs, by lines",
       rules("~1.2.0"),
       rules("^1.2"),
       {"--dry-run"},
       "",
       false,
       1,
       "-  {\"repository\": \"shop\", \"semVersion\": \"~1.2.0\",\n+  {\"repository\": \"shop\", \"semVersion\": "
       "\"^1.2\",\n",
       false},
      {"what it would do",
       rules("1.2.3"),
       rules("^1.2"),
       {"--dry-run"},
       "",
       false,
       1,
       "shop     1.2.3    1.2.4   1.2.4   update (patch)",
       false},
      {"what was done before",
       rules("1.2.3"),
       rules("^1.2"),
       {"--dry-run"},
       "",
       false,
       1,
       "by the rules in force:\n",
       false},
      {"broken", rules("^1.2"), rules("^1.x.y"), {"--yes", "--force"}, "", false, 1, "1 error", false},
      {"broken ones are replaced", "[{}]", rules("^1.2"), {"--yes"}, "", false, 0, "is written", true},
      {"a yes", rules("~1.2.0"), rules("^1.2"), {}, "y\n", true, 0, "is written", true},
      {"a no", rules("~1.2.0"), rules("^1.2"), {}, "n\n", true, 1, "nothing was written", false},
      {"no word", rules("~1.2.0"), rules("^1.2"), {}, "", true, 1, "nothing was written", false},
      {"nobody to be asked", rules("~1.2.0"), rules("^1.2"), {}, "y\n", false, 2, "--yes writes without asking", false},
      {"a rule goes",
       rules("^1.2"),
       "[]",
       {"--yes"},
       "",
       false,
       0,
       "- shop: no rule names it any more: it stays as it is",
       true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    if (!c.live.empty()) desk.account.objects["rules.json"] = c.live;
    std::vector<std::string> arguments{"rules", "push", write("new.json", c.file)};
    arguments.insert(arguments.end(), c.options.begin(), c.options.end());
    const auto answer = desk.say(std::move(arguments), c.input, {.input = c.terminal});
    EXPECT_EQ(answer.code, c.code) << answer.out << answer.err;
    EXPECT_THAT(answer.out + answer.err, HasSubstr(c.says));
    EXPECT_EQ(desk.live(), c.written ? c.file : c.live);
  }
}

TEST(RulesPush, LeavesWhatSomebodyElseWroteMeanwhile) {
  for (const bool force : {false, true}) {
    SCOPED_TRACE(force);
    Desk desk;
    desk.account.objects["rules.json"] = rules("~1.2.0");
    bool came = false;
    desk.account.trouble = [&](std::string_view operation) -> std::optional<base::Result<http::Response>> {
      if (operation == "s3 PUT" && !std::exchange(came, true)) desk.account.objects["rules.json"] = rules("1.x");
      return std::nullopt;
    };
    std::vector<std::string> arguments{"rules", "push", write("new.json", rules("^1.2")), "--yes"};
    if (force) arguments.emplace_back("--force");
    const auto answer = desk.say(std::move(arguments));
    EXPECT_EQ(answer.code, force ? 0 : 1) << answer.err;
    EXPECT_EQ(desk.live(), force ? rules("^1.2") : rules("1.x"));
    if (!force) {
      EXPECT_THAT(answer.err, HasSubstr("nothing was written: somebody else wrote s3://caretaker/rules.json"));
    }
  }
}

TEST(RulesPush, KnowsItsOwnWriteWhoseAnswerWasLost) {
  Desk desk;
  desk.account.objects["rules.json"] = rules("~1.2.0");
  bool came = false;
  desk.account.trouble = [&](std::string_view operation) -> std::optional<base::Result<http::Response>> {
    if (operation != "s3 PUT" || std::exchange(came, true)) return std::nullopt;
    desk.account.objects["rules.json"] = rules("^1.2");
    return base::fail(base::ErrorKind::Unknown, "the answer was lost");
  };
  const auto answer = desk.say({"rules", "push", write("new.json", rules("^1.2")), "--yes"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_THAT(answer.out, HasSubstr("is written"));
}

TEST(RulesPush, StopsWhereAServiceCannotBeLookedAt) {
  for (const bool force : {false, true}) {
    SCOPED_TRACE(force);
    Desk desk;
    desk.account.objects["rules.json"] = "[]";
    desk.account.trouble = [](std::string_view operation) -> std::optional<base::Result<http::Response>> {
      if (operation != "apprunner DescribeService") return std::nullopt;
      return AccountDouble::refusal(operation, 400, "ResourceNotFoundException", "no such service");
    };
    std::vector<std::string> arguments{"rules", "push", write("new.json", rules("^1.2")), "--yes"};
    if (force) arguments.emplace_back("--force");
    const auto answer = desk.say(std::move(arguments));
    EXPECT_EQ(answer.code, force ? 0 : 1) << answer.out;
    EXPECT_EQ(desk.live(), force ? rules("^1.2") : "[]");
    if (!force) {
      EXPECT_THAT(answer.err, HasSubstr("a service could not be looked at, so nothing was written"));
    }
  }
}

TEST(RulesPull, GivesTheBytesThatAreThere) {
  struct Case {
    std::string_view name;
    std::string live;
    std::optional<std::string> there;  // The file's text before; none: there is no file.
    std::vector<std::string> options;
    int code = 0;
    std::string says;
    std::string file;  // Its text then.
  };
  const std::string bytes = "[]\r\n \xc3\xbc\n\n";
  const Case cases[] = {
      {"a new file", bytes, std::nullopt, {}, 0, "s3://caretaker/rules.json of ", bytes},
      {"the same", bytes, bytes, {}, 0, "nothing to do", bytes},
      {"another", bytes, "[ ]", {}, 1, "says something else than s3://caretaker/rules.json; --force", "[ ]"},
      {"another, by force", bytes, "[ ]", {"--force"}, 0, "s3://caretaker/rules.json of ", bytes},
      {"no rules", "", "[ ]", {}, 2, "s3://caretaker/rules.json is not there", "[ ]"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Desk desk;
    if (!c.live.empty()) desk.account.objects["rules.json"] = c.live;
    const auto path = std::filesystem::path(::testing::TempDir()) / "pulled.json";
    std::filesystem::remove(path);
    if (c.there) write("pulled.json", *c.there);
    std::vector<std::string> arguments{"rules", "pull", path.string()};
    arguments.insert(arguments.end(), c.options.begin(), c.options.end());
    const auto answer = desk.say(std::move(arguments));
    EXPECT_EQ(answer.code, c.code) << answer.out << answer.err;
    EXPECT_THAT(answer.out + answer.err, HasSubstr(c.says));
    std::ifstream in(path, std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), c.file);
  }
  Desk desk;
  desk.account.objects["rules.json"] = bytes;
  EXPECT_EQ(desk.say({"rules", "pull"}).out, bytes);
}

TEST(Rules, AreOneCommandOfSeveral) {
  struct Case {
    std::vector<std::string> arguments;
    int code;
    std::string_view out;
    std::string_view err;
  };
  const Case cases[] = {
      {{"rules"}, 2, "", "caretaker: rules what? `caretaker rules --help` lists what there is"},
      {{"rules", "psh"}, 2, "", "there is no command `rules psh`; did you mean `rules push`?"},
      {{"rules", "--help"}, 0, "rules versions", ""},
      {{"rules", "push"}, 2, "", "caretaker rules push: FILE is missing; `caretaker rules push --help`"},
      {{"rules", "push", "--help"}, 0, "caretaker rules push [OPTIONS] FILE", ""},
      {{"rules", "push", "a", "b"}, 2, "", "`b` is one argument too many; `caretaker rules push --help`"},
      {{"rules", "restore"}, 2, "", "VERSION is missing"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.out.empty() ? c.err : c.out);
    const auto answer = testing::ask(c.arguments);
    EXPECT_EQ(answer.code, c.code);
    EXPECT_THAT(answer.out, HasSubstr(c.out));
    EXPECT_THAT(answer.err, HasSubstr(c.err));
  }
  EXPECT_THAT(testing::ask({"--help"}).out, Not(HasSubstr("rules push")));
}

// A push writes no record, and the newer function carries it out.
TEST(RulesPush, IsNotKeptBackByARecordOfANewerCaretaker) {
  Desk desk;
  desk.account.objects["rules.json"] = rules("1.2.3");
  ASSERT_EQ(desk.say({"reconcile"}).code, 0);
  for (auto& [key, text] : desk.account.objects) {
    if (!key.contains("/apprunner/")) continue;
    auto tree = base::parse_json(text).value();
    tree.as_object()["schema"] = 2;
    text = boost::json::serialize(tree);
  }
  const auto pushed = desk.say({"rules", "push", write("newer.json", rules("^1.2")), "--yes"});
  EXPECT_THAT(pushed.out, HasSubstr("its record is of a newer Caretaker"));
  EXPECT_EQ(pushed.code, 0) << pushed.err;
  EXPECT_EQ(desk.live(), rules("^1.2"));
}

}  // namespace
}  // namespace cli
