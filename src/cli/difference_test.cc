// SPDX-License-Identifier: Apache-2.0
#include "cli/difference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace cli {
namespace {

TEST(Difference, LooksAsDiffShowsIt) {
  struct Case {
    std::string_view name;
    std::string_view before;
    std::string_view after;
    std::string_view want;
  };
  const Case cases[] = {
      {"nothing", "a\n", "a\n", ""},
      {"from nothing", "", "a\nb\n", "@@ -1,0 +1,2 @@\n+a\n+b\n"},
      {"to nothing", "a\n", "", "@@ -1,1 +1,0 @@\n-a\n"},
      {"a line", "a\nb\nc\n", "a\nB\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"},
      {"three lines around", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n!\n6\n7\n8\n9\n",
       "@@ -2,8 +2,8 @@\n 2\n 3\n 4\n-5\n+!\n 6\n 7\n 8\n 9\n"},
      {"the last line break", "a\n", "a", "@@ -1,1 +1,1 @@\n-a\n+a\n\\ No newline at end of file\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(unified_difference(c.before, c.after), c.want);
  }
}

std::string service(std::string_view name) {
  return fmt::format("arn:aws:apprunner:us-east-1:123456789012:service/{}/8fe1e10304f84fd2b0df550fe98a71fa", name);
}
std::string rule(std::string_view name, std::string_view rest) {
  return fmt::format(R"({{"repository":"shop","serviceArn":"{}"{}}})", service(name), rest);
}

TEST(Difference, SaysWhatBecameOfEachRule) {
  struct Case {
    std::string_view name;
    std::string before;
    std::string after;
    std::string want;  // A line a change.
    std::string_view summary;
  };
  const auto shop = rule("shop", R"(,"semVersion":"^1.2")");
  const auto desk = rule("desk", R"(,"semVersion":"^2")");
  const Case cases[] = {
      {"nothing", "[" + shop + "]", "[" + shop + "]", "", "no rule changed"},
      {"another spelling of the same", "[" + shop + "," + desk + "]", R"({"rules":[)" + desk + " , " + shop + "]}", "",
       "no rule changed"},
      {"added", "[]", "[" + shop + "]", "added shop: \n", "1 rule added"},
      {"removed", "[" + shop + "," + desk + "]", "[" + desk + "]", "removed shop: \n", "1 rule removed"},
      {"another range", "[" + shop + "]", "[" + rule("shop", R"(,"semVersion":"^1.3","soak":"1h")") + "]",
       "changed shop: semVersion ^1.2 → ^1.3, soak 1h added\n", "1 rule changed"},
      {"an option taken away", "[" + rule("shop", R"(,"semVersion":"^1.2","suspend":true)") + "]", "[" + shop + "]",
       "changed shop: suspend true removed\n", "1 rule changed"},
      {"another default", R"({"defaults":{"soak":"1h"},"rules":[)" + shop + "]}",
       R"({"defaults":{"soak":"2h"},"rules":[)" + shop + "]}", "changed shop: soak 1h → 2h\n", "1 rule changed"},
      {"a default that a rule had said", "[" + rule("shop", R"(,"semVersion":"^1.2","soak":"1h")") + "]",
       R"({"defaults":{"soak":"1h"},"rules":[)" + shop + "]}", "", "no rule changed"},
      {"tests", "[" + rule("shop", R"(,"semVersion":"^1.2","tests":[])") + "]",
       "[" + rule("shop", R"(,"semVersion":"^1.2","tests":[{"running":"1.2.3"}])") + "]", "changed shop: tests\n",
       "1 rule changed"},
      {"the waiting of all", R"({"rules":[]})", R"({"retry":{"after":"1m"},"rules":[]})", "changed all rules: retry\n",
       "1 rule changed"},
      {"some of all", "[" + shop + "," + desk + "]",
       "[" + rule("shop", R"(,"semVersion":"1")") + "," + rule("news", "") + "," + rule("next", "") + "]",
       "changed shop: semVersion ^1.2 → 1\nadded news: \nadded next: \nremoved desk: \n",
       "2 rules added, 1 changed, 1 removed"},
      {"from what is no JSON", "[", "[" + shop + "]", "added shop: \n", "1 rule added"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto changes = rule_changes(c.before, c.after);
    std::string said;
    for (const auto& change : changes) {
      const auto* kind = change.kind == RuleChange::Kind::Added     ? "added"
                         : change.kind == RuleChange::Kind::Removed ? "removed"
                                                                    : "changed";
      said += fmt::format("{} {}: {}\n", kind, change.name, fmt::join(change.what, ", "));
    }
    EXPECT_EQ(said, c.want);
    EXPECT_EQ(summary(changes), c.summary);
  }
}

}  // namespace
}  // namespace cli
