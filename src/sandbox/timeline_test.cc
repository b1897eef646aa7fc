// SPDX-License-Identifier: Apache-2.0
#include "sandbox/timeline.h"

#include <gtest/gtest.h>

#include <vector>

namespace sandbox {
namespace {

constexpr base::Time start{std::chrono::milliseconds(1'000'000)};

std::vector<std::string> told(bool colour, const std::function<void(Timeline&)>& tell) {
  std::vector<std::string> lines;
  Timeline timeline(start, colour, [&](std::string_view line) { lines.emplace_back(line); });
  tell(timeline);
  return lines;
}

TEST(Timeline, SaysWhenWhoAndWhat) {
  const auto lines = told(false, [](Timeline& timeline) {
    timeline.happened({start + std::chrono::milliseconds(12'034), "push", "pushed shop:1.2.4"});
    timeline.happened({start + std::chrono::milliseconds(12'120), "caretaker", "ready"});
    timeline.happened({start + std::chrono::milliseconds(120'000), "eclipse", "the sun is gone"});
  });
  EXPECT_EQ(lines,
            (std::vector<std::string>{"  +12.034s  ecr          pushed shop:1.2.4", "  +12.120s  caretaker    ready",
                                      " +120.000s  eclipse      the sun is gone"}));
}

TEST(Timeline, CutsLongIdentifiersAndLeavesOutRepetitions) {
  const std::string id(32, 'a');
  const auto lines = told(false, [&](Timeline& timeline) {
    timeline.happened({start, "object", "s3://caretaker/records/shop/" + id + ".json written"});
    timeline.happened({start, "push", "shop:1.2.4 pushed, sha256:0123456789ab"});
    timeline.happened({start, "log", "/aws/apprunner/shop/" + id + "/service events: [AppRunner] Service is RUNNING."});
    timeline.happened({start, "log", "/aws/apprunner/shop/" + id + "/service events: [CI/CD] Deploying"});
  });
  EXPECT_EQ(lines, (std::vector<std::string>{
                       "   +0.000s  s3           s3://caretaker/records/shop/aaaaaaaa….json written",
                       "   +0.000s  ecr          shop:1.2.4 pushed, sha256:0123456789ab",
                       "   +0.000s  logs         /aws/apprunner/shop/aaaaaaaa…/service events: [CI/CD] Deploying"}));
}

TEST(Timeline, ColoursOnlyTheTeller) {
  const auto lines = told(true, [](Timeline& timeline) { timeline.happened({start, "push", "pushed"}); });
  EXPECT_EQ(lines, std::vector<std::string>{"   +0.000s  \x1b[36mecr        \x1b[0m  pushed"});
}

TEST(Timeline, DescribesTheFunctionsLogLines) {
  struct Case {
    std::string_view name;
    std::string_view line;
    std::string_view want;
  };
  static constexpr Case cases[] = {
      {"an update",
       R"({"level":"info","event":"decision","service":"arn:aws:apprunner:us-east-1:1:service/shop/8f","decision":"update",)"
       R"("from":"1.2.3","to":"1.2.4","why":"1.2.4 is newer","duration_ms":12})",
       "update shop 1.2.3 → 1.2.4: 1.2.4 is newer [12 ms]"},
      {"a keep",
       R"({"event":"decision","service":"shop","decision":"keep","from":"1.2.4","why":"nothing newer","duration_ms":3})",
       "keep shop: nothing newer [3 ms]"},
      {"a wait",
       R"({"event":"decision","service":"shop","decision":"wait","to":"1.2.4","why":"busy","until":"1970-01-01T00:16:44Z"})",
       "wait shop 1.2.4: busy (again in 4.0s)"},
      {"a message", R"({"event":"message","end":"done","reason":"superseded","pushed":"1.2.4","why":"1.2.5 runs"})",
       "done 1.2.4: 1.2.5 runs"},
      {"a message that returns",
       R"({"event":"message","end":"waiting","pushed":"1.2.4","why":"busy","until":"1970-01-01T00:16:41.500Z"})",
       "waiting 1.2.4: busy (again in 1.5s)"},
      {"another event", R"({"event":"rules","why":"line 3: no such range"})", "rules: line 3: no such range"},
      {"an event without more", R"({"event":"ready"})", "ready"},
      {"an event of no text", R"({"event":7})", R"({"event":7})"},
      {"other JSON", R"([1])", "[1]"},
      {"no JSON", "terminate called", "terminate called"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(describe_log_line(c.line, start), c.want);
  }
}

}  // namespace
}  // namespace sandbox
