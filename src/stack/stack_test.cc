// SPDX-License-Identifier: Apache-2.0
#include "stack/stack.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "stack/coverage.h"
#include "stack/event_rules.h"
#include "stack/permissions.h"
#include "stack/settings.h"

namespace stack {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Where here{.account = "123456789012", .region = "us-east-1"};
const std::vector<std::string> roles{"arn:aws:iam::123456789012:role/Access"};

std::string arn_of(std::size_t number, std::string_view region = "us-east-1") {
  return fmt::format("arn:aws:apprunner:{}:123456789012:service/service-{}/8fe1e10304f84fd2b0df550fe98a71fa", region,
                     number);
}

struct OneRule {
  std::string repository;
  std::string arn;
};

std::string text_of(const std::vector<OneRule>& rules) {
  std::string text;
  for (const auto& rule : rules) {
    text += fmt::format(R"({}{{"repository":"{}","semVersion":"^1","serviceArn":"{}"}})", text.empty() ? "" : ",",
                        rule.repository, rule.arn);
  }
  return "[" + text + "]";
}

rules::Rules rules_of(const std::vector<OneRule>& rules) { return rules::parse_rules(text_of(rules)).rules.value(); }

std::string pattern_of(const std::vector<EventRule>& rules, std::string_view id) {
  for (const auto& rule : rules) {
    if (rule.id == id) return boost::json::serialize(rule.pattern);
  }
  return "no rule " + std::string(id);
}

TEST(EventRules, HearOfWhatTheRulesNameAndOfNothingElse) {
  struct Case {
    std::string_view name;
    std::vector<OneRule> rules;
    std::vector<std::string> ids;
    std::string_view id;
    std::string_view pattern;
  };
  constexpr std::string_view push_shop =
      R"({"source":["aws.ecr"],"detail-type":["ECR Image Action"],"account":["123456789012"],"region":["us-east-1"],)"
      R"("detail":{"action-type":["PUSH"],"result":["SUCCESS"],"repository-name":["shop"]}})";
  const Case cases[] = {
      {"one service", {{"shop", arn_of(1)}}, {"Push1", "OperationEnded1", "RulesChanged"}, "Push1", push_shop},
      {"two services of one repository",
       {{"shop", arn_of(1)}, {"shop", arn_of(2)}},
       {"Push1", "OperationEnded1", "RulesChanged"},
       "Push1",
       push_shop},
      {"the repository's full name is that of this account",
       {{"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop", arn_of(1)}},
       {"Push1", "OperationEnded1", "RulesChanged"},
       "Push1",
       push_shop},
      {"a repository elsewhere has an event rule of its own",
       {{"shop", arn_of(1)}, {"999999999999.dkr.ecr.eu-west-1.amazonaws.com/lib", arn_of(2)}},
       {"Push1", "Push2", "OperationEnded1", "RulesChanged"},
       "Push2",
       R"({"source":["aws.ecr"],"detail-type":["ECR Image Action"],"account":["999999999999"],"region":["eu-west-1"],)"
       R"("detail":{"action-type":["PUSH"],"result":["SUCCESS"],"repository-name":["lib"]}})"},
      {"operations of a service elsewhere are not heard of",
       {{"shop", arn_of(1, "eu-west-1")}},
       {"Push1", "RulesChanged"},
       "RulesChanged",
       R"({"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"bucket":{"name":["${BucketName}"]},)"
       R"("object":{"key":["${RulesKey}"]}}})"},
      {"operations that began only are not heard of",
       {{"shop", arn_of(7)}},
       {"Push1", "OperationEnded1", "RulesChanged"},
       "OperationEnded1",
       R"({"source":["aws.apprunner"],"detail-type":["AppRunner Service Operation Status Change"],"resources":)"
       R"(["arn:aws:apprunner:us-east-1:123456789012:service/service-7/8fe1e10304f84fd2b0df550fe98a71fa"],)"
       R"("detail":{"operationStatus":[{"suffix":"CompletedSuccessfully"},{"suffix":"Failed"}]}})"},
      {"no rules", {}, {"RulesChanged"}, "Push1", "no rule Push1"},
  };
  for (const auto& row : cases) {
    SCOPED_TRACE(row.name);
    const auto made = event_rules_for(rules_of(row.rules), here);
    std::vector<std::string> ids;
    for (const auto& rule : made) ids.push_back(rule.id);
    EXPECT_EQ(ids, row.ids);
    EXPECT_EQ(pattern_of(made, row.id), row.pattern);
  }
}

TEST(EventRules, AreSplitWhereEventBridgeTakesNoLongerOnes) {
  std::vector<OneRule> many;
  for (std::size_t i = 0; i < 300; ++i) many.push_back({fmt::format("team-{:03}/a-service-with-a-name", i), arn_of(i)});
  const auto made = event_rules_for(rules_of(many), here);
  std::size_t repositories = 0;
  std::size_t services = 0;
  std::size_t pushes = 0;
  for (const auto& rule : made) {
    EXPECT_LE(boost::json::serialize(rule.pattern).size(), pattern_size_max) << rule.id;
    if (rule.id.starts_with("Push")) {
      ++pushes;
      repositories += rule.pattern.at("detail").at("repository-name").get_array().size();
    } else if (rule.id.starts_with("OperationEnded")) {
      services += rule.pattern.at("resources").get_array().size();
    }
  }
  EXPECT_EQ(repositories, 300U);
  EXPECT_EQ(services, 300U);
  // As few as can be: each but the last is nearly full.
  EXPECT_LE(pushes, 300 * 33 / (pattern_size_max - 260) + 1);
}

TEST(Permissions, NameResourcesOfTheRulesOnly) {
  struct Case {
    std::string_view name;
    OneRule rule;
    std::string_view sid;
    std::string resource;
  };
  const Case cases[] = {
      {"service", {"shop", arn_of(1)}, "Deploy", arn_of(1)},
      {"its event log",
       {"shop", arn_of(1)},
       "WriteEventLogs",
       "arn:aws:logs:us-east-1:123456789012:log-group:/aws/apprunner/service-1/8fe1e10304f84fd2b0df550fe98a71fa/"
       "service:log-stream:events"},
      {"repository by name", {"shop", arn_of(1)}, "ListImages", "arn:aws:ecr:us-east-1:123456789012:repository/shop"},
      {"repository of another partition",
       {"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/shop", arn_of(1)},
       "ListImages",
       "arn:aws-cn:ecr:cn-north-1:123456789012:repository/shop"},
      {"role", {"shop", arn_of(1)}, "PassRoles", roles.front()},
      {"rules", {"shop", arn_of(1)}, "ReadRules", "${BucketArn}/${RulesKey}"},
      {"records", {"shop", arn_of(1)}, "KeepRecords", "${BucketArn}/records/*"},
  };
  for (const auto& row : cases) {
    SCOPED_TRACE(row.name);
    const auto statements = statements_for(rules_of({row.rule}), here, roles);
    const auto found = std::ranges::find(statements, row.sid, &Statement::sid);
    ASSERT_NE(found, statements.end());
    EXPECT_THAT(found->resources, ElementsAre(row.resource));
    for (const auto& action : found->actions) EXPECT_THAT(action, Not(HasSubstr("*")));
  }
}

// S3 says of an object that is not there that access to it is denied, to whom may not list it.
TEST(Permissions, TellWhatIsMissingFromWhatIsClosed) {
  const auto statements = statements_for(rules_of({{"shop", arn_of(1)}}), here, roles);
  const auto found = std::ranges::find(statements, std::vector<std::string>{"s3:ListBucket"}, &Statement::actions);
  ASSERT_NE(found, statements.end());
  EXPECT_THAT(found->resources, ElementsAre("${BucketArn}"));
  EXPECT_EQ(boost::json::serialize(found->condition), R"({"StringLike":{"s3:prefix":["records/*","${RulesKey}"]}})");
}

TEST(Permissions, OfManyServicesAreSplit) {
  std::vector<OneRule> many;
  for (std::size_t i = 0; i < 45; ++i) many.push_back({"shop", arn_of(i)});
  std::vector<std::string> sids;
  for (const auto& statement : statements_for(rules_of(many), here, {})) {
    if (statement.sid.starts_with("Deploy")) sids.push_back(statement.sid);
    EXPECT_FALSE(statement.resources.empty()) << statement.sid;
    EXPECT_LE(statement.resources.size(), 20U) << statement.sid;
  }
  EXPECT_THAT(sids, ElementsAre("Deploy1", "Deploy2", "Deploy3"));
}

// Several stacks may be in one region.
TEST(Alarms, WatchNothingOfAnotherStack) {
  const auto made = settings();
  const auto& alarms = made.at("alarms").as_array();
  EXPECT_FALSE(alarms.empty());
  for (const auto& alarm : alarms) {
    const auto& metric = alarm.at("metric");
    const auto space = metric.at("namespace").as_string();
    EXPECT_EQ(boost::json::serialize(metric.at("dimensions")), space == "AWS/SQS"
                                                                   ? R"({"QueueName":"${DeadLetterQueueName}"})"
                                                                   : R"({"FunctionName":"${FunctionName}"})")
        << alarm.at("id");
  }
}

// What counts troubles rings for one. What a working stack always does rings for none, and for no data.
TEST(Alarms, RingForTroubleAndForSilence) {
  const auto made = settings();
  for (const auto& alarm : made.at("alarms").as_array()) {
    SCOPED_TRACE(alarm.at("id"));
    const bool silence = alarm.at("id").as_string() == "NotInvoked";
    EXPECT_EQ(alarm.at("threshold").as_int64(), 1);
    EXPECT_EQ(alarm.at("comparison").as_string(), silence ? "LessThanThreshold" : "GreaterThanOrEqualToThreshold");
    EXPECT_EQ(alarm.at("missingData").as_string(), silence ? "breaching" : "notBreaching");
    const auto sweep_seconds = made.at("schedule").at("rateMinutes").as_int64() * 60;
    if (silence) {
      EXPECT_GE(alarm.at("periodSeconds").as_int64(), 3 * sweep_seconds);
    }
    const bool standing = alarm.at("id").as_string() == "LooksFailed";
    EXPECT_EQ(alarm.at("evaluationPeriods").as_int64(), standing ? 4 : 1);
    if (standing) {
      EXPECT_EQ(alarm.at("periodSeconds").as_int64(), sweep_seconds) << "each sweep counts once";
    }
  }
}

TEST(Stack, IsReadAgainByWhatItCovers) {
  const std::vector<OneRule> rules{{"shop", arn_of(1)}, {"lib", arn_of(2)}};
  const auto text = to_text(stack_for(rules_of(rules), text_of(rules), here, roles));
  EXPECT_EQ(text, to_text(base::parse_json(text).value()));
  const auto coverage = Coverage::parse(text);
  ASSERT_TRUE(coverage) << coverage.error().message;

  struct Case {
    std::string_view name;
    OneRule rule;
    std::string_view why_not;
  };
  const Case cases[] = {
      {"as it was", {"shop", arn_of(1)}, ""},
      {"another of its repositories", {"lib", arn_of(1)}, ""},
      {"another service", {"shop", arn_of(3)}, "does not cover the service service-3"},
      {"another repository", {"cart", arn_of(1)}, "does not cover the repository 123456789012/us-east-1/cart"},
      {"the same name in another region",
       {"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop", arn_of(1)},
       "does not cover the repository 123456789012/eu-west-1/shop"},
  };
  for (const auto& row : cases) {
    SCOPED_TRACE(row.name);
    const auto all = rules_of({row.rule});
    const auto& rule = all.rules.front();
    const auto repository = rules::repository_of(rule, here.account, here.region);
    EXPECT_EQ(coverage->covers(rule.service, repository), row.why_not.empty());
    EXPECT_THAT(coverage->why_not(rule.service, repository), HasSubstr(row.why_not));
    EXPECT_EQ(coverage->why_not(rule.service, repository).empty(), row.why_not.empty());
  }
}

TEST(Coverage, SaysWhatIsWrongWithItsText) {
  struct Case {
    std::string_view name;
    std::string_view text;
    std::string_view error;
  };
  const Case cases[] = {
      {"no JSON", "{", "line 1"},
      {"another schema", R"({"schema":2})", "/schema is not 1"},
      {"no rules", R"({"schema":1})", "no /rules"},
      {"no services", R"({"schema":1,"rules":{}})", "no list /rules/services"},
      {"a number", R"({"schema":1,"rules":{"services":[1]}})", "/rules/services has no texts"},
      {"no repositories", R"({"schema":1,"rules":{"services":[]}})", "no list /rules/repositories"},
  };
  for (const auto& row : cases) {
    SCOPED_TRACE(row.name);
    const auto coverage = Coverage::parse(row.text);
    ASSERT_FALSE(coverage);
    EXPECT_THAT(coverage.error().message, HasSubstr(row.error));
  }
}

TEST(Notes, TellWhatAPersonHasToSeeTo) {
  struct Case {
    std::string_view name;
    std::vector<OneRule> rules;
    std::vector<std::string> roles;
    std::vector<std::string_view> notes;
  };
  const Case cases[] = {
      {"all is here", {{"shop", arn_of(1)}}, roles, {}},
      {"nothing at all", {}, {}, {}},
      {"no role", {{"shop", arn_of(1)}}, {}, {"without iam:PassRole"}},
      {"another region's repository",
       {{"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop", arn_of(1)}},
       roles,
       {"events of account 123456789012 in eu-west-1"}},
      {"another account's repository",
       {{"999999999999.dkr.ecr.us-east-1.amazonaws.com/shop", arn_of(1)}},
       roles,
       {"has to permit ecr:DescribeImages", "events of account 999999999999"}},
      {"another region's service", {{"shop", arn_of(1, "eu-west-1")}}, roles, {"is seen by the sweep only"}},
  };
  for (const auto& row : cases) {
    SCOPED_TRACE(row.name);
    const auto notes = notes_on(rules_of(row.rules), here, row.roles);
    ASSERT_EQ(notes.size(), row.notes.size());
    for (std::size_t i = 0; i < notes.size(); ++i) EXPECT_THAT(notes[i], HasSubstr(row.notes[i]));
  }
}

}  // namespace
}  // namespace stack
