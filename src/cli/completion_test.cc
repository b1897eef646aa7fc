// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing.h"

namespace cli {
namespace {

const std::string facts = testing::file("facts.json");

// The words that are offered, without what they mean.
std::vector<std::string> offered(std::vector<std::string> words) {
  words.insert(words.begin(), {"completion", "--words", "--"});
  const auto answer = testing::ask(std::move(words));
  EXPECT_EQ(answer.code, 0);
  EXPECT_EQ(answer.err, "");
  std::vector<std::string> out;
  std::istringstream lines(answer.out);
  for (std::string line; std::getline(lines, line);) out.push_back(line.substr(0, line.find('\t')));
  return out;
}

TEST(Completion, OffersWhatMayComeNext) {
  using Words = std::vector<std::string>;
  struct Case {
    std::string_view name;
    Words words;
    Words offers;
  };
  const Case cases[] = {
      {"a command", {"re"}, {"reconcile", "replay", "release", "redrive"}},
      {"a part of a command", {"rules", ""}, {"push", "pull", "versions", "restore", "--help"}},
      {"the beginning of a part", {"rules", "pu"}, {"push", "pull"}},
      {"no such part", {"rules", "psh", ""}, {}},
      {"rules to push", {"rules", "push", ""}, {":files"}},
      {"where to pull to", {"rules", "pull", ""}, {":files"}},
      {"options of a part", {"rules", "push", "f", "--"}, {"--help", "--dry-run", "--yes", "--force"}},
      {"an option of the program", {"--v"}, {"--version"}},
      {"no such command", {"frobnicate", ""}, {}},
      {"an option", {"plan", "--sa"}, {"--save-facts"}},
      {"an option that is given already", {"plan", "--json", "--js"}, {}},
      {"options of a command", {"check", "--s"}, {"--sarif", "--strict", "--schema"}},
      {"files to check", {"check", ""}, {":files"}},
      {"more files to check", {"check", "a", ""}, {":files"}},
      {"one file to replay", {"replay", "a", ""}, {}},
      {"a file behind an option", {"plan", "--rules", "ru"}, {":files"}},
      {"a folder behind an option", {"plan", "--records", ""}, {":folders"}},
      {"a duration", {"reconcile", "--timeout", "1"}, {"10m", "1h"}},
      {"a shell", {"completion", ""}, {"bash", "zsh", "fish"}},
      {"services", {"plan", "--facts", facts, "sh"}, {"shop", "shop-next"}},
      {"services that are not named yet", {"plan", "--facts", facts, "shop", "sh"}, {"shop-next"}},
      {"a service to explain", {"explain", "--facts", facts, "fr"}, {"fresh"}},
      {"a tag to explain", {"explain", "--facts", facts, "fresh", ""}, {}},
      {"ARNs",
       {"plan", "--facts", facts, "arn:aws:apprunner:us-east-1:123456789012:service/fr"},
       {"arn:aws:apprunner:us-east-1:123456789012:service/fresh/8fe1e10304f84fd2b0df550fe98a71fa"}},
      {"services of no file", {"plan", "--facts", "/no/such/file", ""}, {}},
      {"services of nowhere", {"plan", ""}, {}},
      {"nothing typed",
       {},
       {"check", "plan", "explain", "reconcile", "replay", "history", "stack", "hold", "release", "pin", "skip",
        "rollback", "semver", "rules", "doctor", "init", "redrive", "completion", "--help", "--version"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(offered(c.words), c.offers);
  }
}

TEST(Completion, IsAScriptForEachShell) {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    SCOPED_TRACE(shell);
    const auto answer = testing::ask({"completion", shell});
    EXPECT_EQ(answer.code, 0);
    EXPECT_THAT(answer.out, ::testing::HasSubstr("completion --words --"));
  }
}

}  // namespace
}  // namespace cli
