// SPDX-License-Identifier: Apache-2.0
#include "report/report.h"

#include <gtest/gtest.h>

#include "base/fake_clock.h"
#include "report/event_log.h"

namespace report {
namespace {

TEST(Log, WritesOneObjectALine) {
  base::FakeClock clock(base::Time(std::chrono::milliseconds(1'767'323'045'678)));
  std::vector<std::string> lines;
  Log log(clock, [&](std::string_view line) { lines.emplace_back(line); });
  log.line(Level::Info, "message", {{"why", "a \"quoted\"\nline"}, {"empty", ""}, {"duration_ms", std::int64_t{12}}});
  log.set_context({{"request_id", "r-1"}});
  log.line(Level::Error, "rules", {{"why", "x"}});
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(
      lines[0],
      R"({"time":"2026-01-02T03:04:05.678Z","level":"info","event":"message","why":"a \"quoted\"\nline","duration_ms":12})");
  EXPECT_EQ(lines[1],
            R"({"time":"2026-01-02T03:04:05.678Z","level":"error","event":"rules","request_id":"r-1","why":"x"})");
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  base::FakeClock clock;
  std::string lines;
  Log log(clock, [&](std::string_view line) { lines += line; }, Level::Warning);
  log.line(Level::Info, "decision", {});
  EXPECT_EQ(lines, "");
  log.line(Level::Warning, "record", {});
  EXPECT_TRUE(lines.contains("record")) << lines;
}

TEST(Log, CountsMetricsOfItsFunctionAndOfAll) {
  struct Case {
    std::string_view name;
    std::string_view function;
    std::string_view metric;
    std::string_view members;
  };
  const Case cases[] = {
      {"no metric", "caretaker", "", ""},
      {"no function", "", "RulesBroken",
       R"(,"_aws":{"Timestamp":1767323045678,"CloudWatchMetrics":[{"Namespace":"Caretaker","Dimensions":[[]],"Metrics":[{"Name":"RulesBroken","Unit":"Count"}]}]},"RulesBroken":1)"},
      {"a function", "caretaker", "RulesBroken",
       R"(,"_aws":{"Timestamp":1767323045678,"CloudWatchMetrics":[{"Namespace":"Caretaker","Dimensions":[[],["FunctionName"]],"Metrics":[{"Name":"RulesBroken","Unit":"Count"}]}]},"RulesBroken":1,"FunctionName":"caretaker")"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    base::FakeClock clock(base::Time(std::chrono::milliseconds(1'767'323'045'678)));
    std::string said;
    Log log(clock, [&](std::string_view line) { said = line; });
    log.set_function(std::string(c.function));
    log.line(Level::Error, "rules", {}, c.metric);
    EXPECT_EQ(said,
              R"({"time":"2026-01-02T03:04:05.678Z","level":"error","event":"rules")" + std::string(c.members) + "}");
  }
}

TEST(EventLog, SpeaksTheWordsOfTheBlogPost) {
  using enum decide::Record::Action;
  EXPECT_EQ(event_log_text(Update, ">1.2.2", "1.2.4"),
            "[CI/CD] Semantic version >1.2.2 matched with the recent ECR push 1.2.4, so updating the service to the "
            "deploy from the latest version");
  EXPECT_EQ(event_log_text(Redeploy, ">1.2.2", "1.2.4"), "[CI/CD] Deploying latest version 1.2.4");
  EXPECT_EQ(event_log_text("1.2.4 is deployed"), "[CI/CD] 1.2.4 is deployed");
}

}  // namespace
}  // namespace report
