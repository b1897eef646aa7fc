// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.h"

#include <gtest/gtest.h>

#include "cli/testing.h"

namespace cli {
namespace {

using testing::ask;

TEST(Cli, AnswersWithItsExitCode) {
  struct Case {
    std::string_view name;
    std::vector<std::string> arguments;
    int code;
    std::string_view out;  // Is in what is printed.
    std::string_view err;
  };
  const Case cases[] = {
      {"help", {"--help"}, 0, "Commands:", ""},
      {"version", {"--version"}, 0, "caretaker ", ""},
      {"a command's help", {"check", "--help"}, 0, "FILE", ""},
      {"nothing", {}, 2, "", "which command?"},
      {"an unknown command", {"chekc"}, 2, "", "did you mean `check`?"},
      {"an unknown option", {"check", "--fast", "x"}, 2, "", "--fast"},
      {"check without a file", {"check"}, 2, "", "FILE"},
      {"check in two formats", {"check", "--json", "--sarif", "x"}, 2, "", "--sarif"},
      {"the schema", {"check", "--schema"}, 0, "\"$schema\"", ""},
      {"check of a missing file", {"check", "/no/such/file"}, 2, "", "/no/such/file"},
      {"versions in order", {"semver", "1.10.0", "1.2.0", "v1.9.0"}, 0, "1.2.0\n1.9.0\n1.10.0\n", ""},
      {"only what satisfies", {"semver", "-r", "^1.2", "1.10.0", "2.0.0", "1.3.0-rc.1"}, 0, "1.10.0\n", ""},
      {"every range", {"semver", "-r", "^1.2", "-r", "<1.5", "1.3.0", "1.10.0"}, 0, "1.3.0\n", ""},
      {"prereleases on request", {"semver", "-p", "-r", "^1.2", "1.3.0-rc.1"}, 0, "1.3.0-rc.1\n", ""},
      {"loose on request", {"semver", "-l", "=1.2.3beta"}, 0, "1.2.3-beta\n", ""},
      {"none satisfies", {"semver", "-r", "^1.2", "2.0.0"}, 1, "", ""},
      {"none is a version", {"semver", "latest"}, 1, "", ""},
      {"plan without a region", {"plan"}, 2, "", "AWS_REGION is not set"},
      {"plan with facts and save-facts", {"plan", "--facts", "a", "--save-facts", "b"}, 2, "", "--save-facts"},
      {"plan from no facts", {"plan", "--facts", "/no/such/file"}, 2, "", "/no/such/file: No such file or directory"},
      {"explain nothing", {"explain"}, 2, "", "which service?"},
      {"explain a range", {"explain", "--range", "^1.2"}, 0, "1.2.0 or newer, below 2.0.0; no prereleases", ""},
      {"explain what is no range", {"explain", "--range", "^1.x.y"}, 2, "", "`^1.x.y` is no range: expected"},
      {"reconcile for too long", {"reconcile", "--timeout", "soon"}, 2, "", "--timeout"},
      {"replay nothing", {"replay"}, 2, "", "FILE"},
      {"replay a folder", {"replay", "/"}, 2, "", "/: Is a directory"},
      {"no range", {"semver", "-r", ">=1.2.3 <", "1.2.3"}, 1, "", "not a range"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = ask(c.arguments);
    EXPECT_EQ(answer.code, c.code) << answer.out << answer.err;
    EXPECT_TRUE(answer.out.contains(c.out)) << answer.out;
    EXPECT_TRUE(answer.err.contains(c.err)) << answer.err;
  }
}

TEST(Cli, ChecksWhatComesIn) {
  EXPECT_EQ(ask({"check", "-"}, {.input = "[]"}).code, 0);
  EXPECT_EQ(ask({"check", "-"}, {.input = "[{}]"}).code, 1);
}

TEST(Semver, PointsAtWhatIsWrongInARange) {
  EXPECT_EQ(ask({"semver", "-r", ">=1.2.3 <", "1.2.3"}).err,
            "caretaker semver: not a range: expected a digit, x or *\n  >=1.2.3 <\n           ^\n");
}

}  // namespace
}  // namespace cli
