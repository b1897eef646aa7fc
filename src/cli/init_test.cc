// SPDX-License-Identifier: Apache-2.0
#include "cli/init.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/check.h"
#include "cli/proposal.h"
#include "cli/testing.h"

namespace cli {
namespace {

using ::testing::HasSubstr;

const std::string registry = "123456789012.dkr.ecr.us-east-1.amazonaws.com/";

aws::app_runner::ServiceDescription service(const std::string& image) {
  aws::app_runner::ServiceDescription service;
  service.arn = "arn:aws:apprunner:us-east-1:123456789012:service/shop/8fe1e10304f84fd2b0df550fe98a71fa";
  service.name = "shop";
  service.image_identifier = image;
  service.image_repository_type = "ECR";
  return service;
}

TEST(Init, ProposesARangeAroundWhatRuns) {
  struct Case {
    std::string image;
    std::string repository;
    std::string range;
    std::string tag_pattern;
    std::string taken;
    std::string left;
  };
  const Case cases[] = {
      {registry + "shop:1.2.3", "shop", "^1.2", "", "1.2.4", "2.0.0"},
      {registry + "shop:v1.2.3", "shop", "^1.2", "", "v1.2.4", "v2.0.0"},
      {registry + "team/shop:0.3.9", "team/shop", "^0.3", "", "0.3.10", "0.4.0"},
      {registry + "shop:0.0.1", "shop", "^0.0", "", "0.0.2", "0.1.0"},
      {registry + "shop:1.2.3-alpine", "shop", "^1.2", "^(?P<version>.+)-alpine$", "1.2.4-alpine", "2.0.0-alpine"},
      {registry + "shop:1.3.0-rc.1", "shop", "^1.3.0-rc.1", "", "1.3.0", "2.0.0"},
      {registry + "shop:1.3.0-rc", "shop", "^1.3.0-rc", "", "1.3.0", "2.0.0"},
      {"210987654321.dkr.ecr.eu-west-1.amazonaws.com/shop:4.5.6", "210987654321.dkr.ecr.eu-west-1.amazonaws.com/shop",
       "^4.5", "", "4.5.7", "5.0.0"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.image);
    const auto proposal = propose(service(c.image), "123456789012", "us-east-1");
    ASSERT_TRUE(proposal) << proposal.error();
    EXPECT_EQ(proposal->repository, c.repository);
    EXPECT_EQ(proposal->range, c.range);
    EXPECT_EQ(proposal->tag_pattern, c.tag_pattern);
    EXPECT_EQ(proposal->taken, c.taken);
    EXPECT_EQ(proposal->left, c.left);
    const auto checked = check_text("proposed", to_rules_file({*proposal}));
    for (const auto& problem : checked.problems) {
      EXPECT_EQ(problem.severity, rules::Problem::Severity::Hint) << to_string(problem, "proposed");
    }
    EXPECT_EQ(checked.tests, 2U);
  }
}

TEST(Init, SaysWhyAServiceHasNoRule) {
  struct Case {
    std::string_view name;
    aws::app_runner::ServiceDescription service;
    std::string_view why;
  };
  Case cases[] = {
      {"source code", service(""), "it is built from source code"},
      {"a public registry", service("public.ecr.aws/docker/library/nginx:1.2.3"), "public registry"},
      {"deploys by itself", service(registry + "shop:1.2.3"), "App Runner deploys every push"},
      {"latest", service(registry + "shop:latest"), "it runs `latest`"},
      {"two numbers", service(registry + "shop:1.2"), "it runs `1.2`, which is no version"},
      {"a digest", service(registry + "shop@sha256:" + std::string(64, '0')), "it runs a digest"},
      {"elsewhere", service("example.com/shop:1.2.3"), "its image example.com/shop:1.2.3 is not in ECR"},
  };
  cases[0].service.image_identifier.reset();
  cases[1].service.image_repository_type = "ECR_PUBLIC";
  cases[2].service.auto_deployments = true;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto proposal = propose(c.service, "123456789012", "us-east-1");
    ASSERT_FALSE(proposal);
    EXPECT_THAT(proposal.error(), HasSubstr(c.why));
  }
}

TEST(Init, GivesAnExampleThatIsRight) {
  const auto answer = testing::ask({"init", "--example"});
  EXPECT_EQ(answer.code, 0);
  EXPECT_EQ(answer.err, "");
  EXPECT_EQ(testing::ask({"check", "-", "--strict"}, {.input = answer.out}).code, 0);
}

TEST(Init, WritesOverNothing) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "init.json";
  std::ofstream(path) << "mine";
  const auto refused = testing::ask({"init", "--example", "--out", path.string()});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("is there already, and is left as it is"));
  EXPECT_EQ(std::filesystem::file_size(path), 4U);
  std::filesystem::remove(path);
  const auto written = testing::ask({"init", "--example", "--out", path.string()});
  EXPECT_EQ(written.code, 0) << written.err;
  EXPECT_THAT(written.err, HasSubstr("1 rule. Next: caretaker check "));
  EXPECT_EQ(testing::ask({"check", path.string()}).code, 0);
}

TEST(Init, SaysWhatToDoWithoutAnAccount) {
  const auto answer = testing::ask({"init"});
  EXPECT_EQ(answer.code, 2);
  EXPECT_THAT(answer.err, HasSubstr("caretaker init: AWS_REGION is not set"));
  EXPECT_THAT(answer.err, HasSubstr("`caretaker init --example`"));
}

}  // namespace
}  // namespace cli
