// SPDX-License-Identifier: Apache-2.0
#include "sandbox/app_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/json_text.h"
#include "sandbox/test_account.h"

namespace sandbox {
namespace {

using std::chrono::seconds;
using test::at;
using test::TestAccount;

class AppRunnerTest : public testing::Test {
 protected:
  AppRunnerTest() {
    sandbox_.call("ecr.CreateRepository", R"({"repositoryName":"shop"})");
    for (const auto* tag : {"1.0.0", "1.1.0"}) {
      sandbox_.call(
          "ecr.PutImage",
          fmt::format(R"({{"repositoryName":"shop","imageManifest":"{{\"v\":\"{0}\"}}","imageTag":"{0}"}})", tag));
    }
  }

  static std::string source(std::string_view tag) {
    return fmt::format(
        R"("SourceConfiguration":{{"ImageRepository":{{"ImageIdentifier":"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:{}",)"
        R"("ImageRepositoryType":"ECR"}},"AuthenticationConfiguration":{{"AccessRoleArn":"arn:aws:iam::123456789012:role/R"}}}})",
        tag);
  }
  void create(std::string_view tag = "1.0.0") {
    arn_ =
        at(sandbox_.call("apprunner.CreateService", fmt::format(R"({{"ServiceName":"shop-service",{}}})", source(tag))),
           "/Service/ServiceArn");
  }
  void create_and_wait() {
    create();
    sandbox_.pass(seconds(10));
  }
  std::string with_arn(std::string_view rest = {}) const {
    return fmt::format(R"({{"ServiceArn":"{}"{}}})", arn_, rest);
  }
  std::string update(std::string_view tag) const { return with_arn("," + source(tag)); }
  std::string status() { return at(sandbox_.call("apprunner.DescribeService", with_arn()), "/Service/Status"); }
  std::string tag() {
    const auto image = at(sandbox_.call("apprunner.DescribeService", with_arn()),
                          "/Service/SourceConfiguration/ImageRepository/ImageIdentifier");
    return image.substr(image.rfind(':') + 1);
  }
  // `UPDATE_SERVICE SUCCEEDED` of the newest operation.
  std::string operation() {
    const auto list = sandbox_.call("apprunner.ListOperations", with_arn());
    return at(list, "/OperationSummaryList/0/Type") + " " + at(list, "/OperationSummaryList/0/Status");
  }

  TestAccount sandbox_;
  std::string arn_;
};

TEST_F(AppRunnerTest, CreatesInTime) {
  create();
  EXPECT_EQ(status(), "OPERATION_IN_PROGRESS");
  EXPECT_EQ(operation(), "CREATE_SERVICE PENDING");
  sandbox_.pass(seconds(1));
  EXPECT_EQ(operation(), "CREATE_SERVICE IN_PROGRESS");
  sandbox_.pass(seconds(9));
  EXPECT_EQ(operation(), "CREATE_SERVICE SUCCEEDED");
  EXPECT_EQ(status(), "RUNNING");
}

TEST_F(AppRunnerTest, FailsToCreateFromAnImageThatIsNotThere) {
  create("9.9.9");
  sandbox_.pass(seconds(10));
  EXPECT_EQ(operation(), "CREATE_SERVICE FAILED");
  EXPECT_EQ(status(), "CREATE_FAILED");
  EXPECT_EQ(sandbox_.status_of("apprunner.StartDeployment", with_arn()), "400 InvalidStateException");
  EXPECT_EQ(sandbox_.status_of("apprunner.UpdateService", update("1.0.0")), "200");
  sandbox_.pass(seconds(10));
  EXPECT_EQ(status(), "RUNNING");
}

TEST_F(AppRunnerTest, UpdatesAndShowsTheNewConfigurationMeanwhile) {
  create_and_wait();
  const auto answer = sandbox_.call("apprunner.UpdateService", update("1.1.0"));
  EXPECT_EQ(at(answer, "/Service/Status"), "OPERATION_IN_PROGRESS");
  EXPECT_EQ(at(answer, "/OperationId"),
            at(sandbox_.call("apprunner.ListOperations", with_arn()), "/OperationSummaryList/0/Id"));
  EXPECT_EQ(tag(), "1.1.0");
  sandbox_.pass(seconds(10));
  EXPECT_EQ(operation(), "UPDATE_SERVICE SUCCEEDED");
  EXPECT_EQ(tag(), "1.1.0");
}

// By what DescribeService says when an operation has begun, is in progress, is rolled back and has ended.
TEST(AppRunnerWhileUpdating, IsDescribedAsTheSettingsSay) {
  struct Case {
    std::string_view name;
    bool former;
    DeploymentOutcome outcome;
    std::string_view want;
  };
  const Case cases[] = {
      {"the new one", false, DeploymentOutcome::Success, "1.1.0 1.1.0 1.1.0 1.1.0"},
      {"the new one, rolled back", false, DeploymentOutcome::Rollback, "1.1.0 1.1.0 1.1.0 1.0.0"},
      {"the former one", true, DeploymentOutcome::Success, "1.0.0 1.0.0 1.1.0 1.1.0"},
      {"the former one, rolled back", true, DeploymentOutcome::Rollback, "1.0.0 1.0.0 1.0.0 1.0.0"},
      {"the former one, failed", true, DeploymentOutcome::Failure, "1.0.0 1.0.0 1.0.0 1.0.0"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto settings = test::TestAccount::unverified();
    settings.describe_former = c.former;
    const auto seed =
        read_seed(R"({"repositories":{"shop":["1.0.0","1.1.0"]},"services":[{"arn":)"
                  R"("arn:aws:apprunner:us-east-1:123456789012:service/shop/00000000000000000000000000000001",)"
                  R"("image":"shop:1.0.0"}]})");
    ASSERT_TRUE(seed);
    settings.planted = *seed;
    test::TestAccount sandbox(settings);
    const auto& arn = settings.planted.services.front().arn;
    const auto described = [&] {
      const auto answer = sandbox.call("apprunner.DescribeService", fmt::format(R"({{"ServiceArn":"{}"}})", arn));
      const auto image = at(answer, "/Service/SourceConfiguration/ImageRepository/ImageIdentifier");
      return image.substr(image.rfind(':') + 1);
    };
    sandbox.account.decide_deployments("1.1.0", c.outcome);
    const auto answer = sandbox.call(
        "apprunner.UpdateService",
        fmt::format(
            R"({{"ServiceArn":"{}","SourceConfiguration":{{"AuthenticationConfiguration":{{"AccessRoleArn":"arn:aws:iam::123456789012:role/access"}},"ImageRepository":{{"ImageIdentifier":"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1.1.0","ImageRepositoryType":"ECR"}}}}}})",
            arn));
    EXPECT_THAT(at(answer, "/Service/SourceConfiguration/ImageRepository/ImageIdentifier"), testing::EndsWith(":1.1.0"))
        << "the answer tells what the request changes";
    auto seen = described();
    for (const auto time : {seconds(1), seconds(9), seconds(10)}) {
      sandbox.pass(time);
      seen += " " + described();
    }
    EXPECT_EQ(seen, c.want);
  }
}

TEST_F(AppRunnerTest, IsBusyWithMaintenanceThatNoOperationTellsOf) {
  create_and_wait();
  EXPECT_FALSE(sandbox_.account.maintain("arn:aws:apprunner:us-east-1:123456789012:service/nobody/0"));
  EXPECT_TRUE(sandbox_.account.maintain(arn_));
  EXPECT_EQ(status(), "OPERATION_IN_PROGRESS");
  EXPECT_EQ(operation(), "CREATE_SERVICE SUCCEEDED");
  EXPECT_EQ(sandbox_.status_of("apprunner.UpdateService", update("1.1.0")), "400 InvalidStateException");
  sandbox_.pass(seconds(10));
  EXPECT_EQ(status(), "RUNNING");
  EXPECT_EQ(operation(), "CREATE_SERVICE SUCCEEDED");
  EXPECT_EQ(tag(), "1.0.0");
}

TEST_F(AppRunnerTest, RollsBack) {
  struct Case {
    std::string_view name;
    std::string_view tag;
    std::optional<DeploymentOutcome> outcome;
    std::string_view after_one;  // Operation's time.
    std::string_view after_two;
  };
  const Case cases[] = {
      {"no such image", "9.9.9", std::nullopt, "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCEEDED"},
      {"decided so", "1.1.0", DeploymentOutcome::Rollback, "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCEEDED"},
      {"decided to fail", "1.1.0", DeploymentOutcome::Failure, "FAILED", "FAILED"},
  };
  create_and_wait();
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    if (c.outcome) sandbox_.account.decide_deployments(c.tag, *c.outcome);
    sandbox_.call("apprunner.UpdateService", update(c.tag));
    sandbox_.pass(seconds(10));
    EXPECT_EQ(operation(), fmt::format("UPDATE_SERVICE {}", c.after_one));
    sandbox_.pass(seconds(10));
    EXPECT_EQ(operation(), fmt::format("UPDATE_SERVICE {}", c.after_two));
    EXPECT_EQ(status(), "RUNNING");
    EXPECT_EQ(tag(), "1.0.0");
  }
  sandbox_.account.decide_deployments("1.1.0", DeploymentOutcome::Success);
  sandbox_.call("apprunner.UpdateService", update("1.1.0"));
  sandbox_.pass(seconds(10));
  EXPECT_EQ(operation(), "UPDATE_SERVICE SUCCEEDED");
}

TEST_F(AppRunnerTest, AcceptsWhatEachStateAllows) {
  create_and_wait();
  struct Step {
    std::string_view name;
    std::string_view operation;
    bool update;
    std::string_view want;
    int pass_s;
    std::string_view status;
  };
  const Step steps[] = {
      {"deploy", "StartDeployment", false, "200", 0, "OPERATION_IN_PROGRESS"},
      {"update while busy", "UpdateService", true, "400 InvalidStateException", 0, "OPERATION_IN_PROGRESS"},
      {"deploy while busy", "StartDeployment", false, "400 InvalidStateException", 0, "OPERATION_IN_PROGRESS"},
      {"delete while busy", "DeleteService", false, "400 InvalidStateException", 10, "RUNNING"},
      {"resume what runs", "ResumeService", false, "400 InvalidStateException", 0, "RUNNING"},
      {"pause", "PauseService", false, "200", 10, "PAUSED"},
      {"update what is paused", "UpdateService", true, "400 InvalidStateException", 0, "PAUSED"},
      {"deploy what is paused", "StartDeployment", false, "400 InvalidStateException", 0, "PAUSED"},
      {"resume", "ResumeService", false, "200", 10, "RUNNING"},
      {"delete", "DeleteService", false, "200", 10, "DELETED"},
      {"delete again", "DeleteService", false, "400 InvalidStateException", 0, "DELETED"},
  };
  for (const auto& step : steps) {
    SCOPED_TRACE(step.name);
    EXPECT_EQ(
        sandbox_.status_of(fmt::format("apprunner.{}", step.operation), step.update ? update("1.1.0") : with_arn()),
        step.want);
    sandbox_.pass(seconds(step.pass_s));
    EXPECT_EQ(status(), step.status);
  }
  EXPECT_EQ(at(sandbox_.call("apprunner.ListServices", "{}"), "/ServiceSummaryList"), "[]");
  sandbox_.pass(std::chrono::hours(1));
  EXPECT_EQ(sandbox_.status_of("apprunner.DescribeService", with_arn()), "400 ResourceNotFoundException");
}

TEST_F(AppRunnerTest, KeepsMembersThatNobodyKnows) {
  create_and_wait();
  auto described = sandbox_.call("apprunner.DescribeService", with_arn());
  auto configuration = described.at("Service").at("SourceConfiguration").as_object();
  EXPECT_TRUE(configuration.contains("SandboxExtension"));
  configuration["ImageRepository"].as_object()["ImageIdentifier"] =
      "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1.1.0";
  sandbox_.call("apprunner.UpdateService",
                with_arn(",\"SourceConfiguration\":" + boost::json::serialize(configuration)));
  sandbox_.pass(seconds(10));
  described = sandbox_.call("apprunner.DescribeService", with_arn());
  EXPECT_EQ(described.at("Service").at("SourceConfiguration"), boost::json::value(configuration));
}

TEST_F(AppRunnerTest, RefusesInTheWordsOfAws) {
  create_and_wait();
  struct Case {
    std::string_view name;
    std::string_view operation;
    std::string body;
    std::string_view want;
  };
  const std::string image =
      R"("ImageRepositoryType":"ECR"},"AuthenticationConfiguration":{"AccessRoleArn":"arn:aws:iam::123456789012:role/R"}}})";
  const Case cases[] = {
      {"no ARN", "DescribeService", "{}", "400 ValidationException"},
      {"no ARN at all", "DescribeService", R"({"ServiceArn":"shop"})", "400 ValidationException"},
      {"ARN of another service", "DescribeService", R"({"ServiceArn":"arn:aws:sqs:us-east-1:123456789012:shop"})",
       "400 InvalidRequestException"},
      {"slip of the pen", "DescribeService", R"({"ServiceARN":"shop"})", "400 SerializationException"},
      {"no such service", "DescribeService", R"({"ServiceArn":"arn:aws:apprunner:us-east-1:123456789012:service/x/y"})",
       "400 ResourceNotFoundException"},
      {"name taken", "CreateService", fmt::format(R"({{"ServiceName":"shop-service",{}}})", source("1.0.0")),
       "400 InvalidRequestException"},
      {"name too short", "CreateService", fmt::format(R"({{"ServiceName":"abc",{}}})", source("1.0.0")),
       "400 ValidationException"},
      {"no source", "CreateService", R"({"ServiceName":"other"})", "400 ValidationException"},
      {"empty source", "CreateService", R"({"ServiceName":"other","SourceConfiguration":{}})",
       "400 InvalidRequestException"},
      {"no image", "CreateService",
       R"({"ServiceName":"other","SourceConfiguration":{"ImageRepository":{"ImageRepositoryType":"ECR"}}})",
       "400 ValidationException"},
      {"image of another registry", "CreateService",
       R"({"ServiceName":"other","SourceConfiguration":{"ImageRepository":{"ImageIdentifier":"ghcr.io/a/b:1",)" + image,
       "400 ValidationException"},
      {"doubled dashes", "CreateService",
       R"({"ServiceName":"other","SourceConfiguration":{"ImageRepository":{"ImageIdentifier":"123456789012.dkr.ecr.us-east-1.amazonaws.com/a--b:1",)" +
           image,
       "400 ValidationException"},
      {"no access role", "CreateService",
       R"({"ServiceName":"other","SourceConfiguration":{"ImageRepository":{"ImageIdentifier":"123456789012.dkr.ecr.us-east-1.amazonaws.com/ab:1","ImageRepositoryType":"ECR"}}})",
       "400 InvalidRequestException"},
      {"environment of numbers", "UpdateService",
       with_arn(
           R"(,"SourceConfiguration":{"ImageRepository":{"ImageIdentifier":"x","ImageRepositoryType":"ECR","ImageConfiguration":{"RuntimeEnvironmentVariables":{"A":1}}}})"),
       "400 SerializationException"},
      {"image to code", "UpdateService",
       with_arn(
           R"(,"SourceConfiguration":{"CodeRepository":{"RepositoryUrl":"https://x","SourceCodeVersion":{"Type":"BRANCH","Value":"main"}}})"),
       "400 InvalidRequestException"},
      {"page too large", "ListOperations", with_arn(R"(,"MaxResults":21)"), "400 ValidationException"},
      {"bad token", "ListOperations", with_arn(R"(,"NextToken":"x")"), "400 InvalidRequestException"},
      {"unknown operation", "CreateVpcConnector", "{}", "400 UnknownOperationException"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(sandbox_.status_of(fmt::format("apprunner.{}", c.operation), c.body), c.want);
  }
}

TEST_F(AppRunnerTest, PagesThroughOperationsNewestFirst) {
  create_and_wait();
  for (int i = 0; i < 4; ++i) {
    sandbox_.call("apprunner.StartDeployment", with_arn());
    sandbox_.pass(seconds(10));
  }
  auto page = sandbox_.call("apprunner.ListOperations", with_arn(R"(,"MaxResults":3)"));
  EXPECT_EQ(page.at("OperationSummaryList").as_array().size(), 3U);
  page = sandbox_.call("apprunner.ListOperations",
                       with_arn(fmt::format(R"(,"MaxResults":3,"NextToken":"{}")", at(page, "/NextToken"))));
  EXPECT_EQ(at(page, "/OperationSummaryList/1/Type"), "CREATE_SERVICE");
  EXPECT_EQ(at(page, "/NextToken"), "null");
}

TEST_F(AppRunnerTest, WritesTheServicesLogAndTellsWhatHappens) {
  create_and_wait();
  const auto group = fmt::format("/aws/apprunner/shop-service/{}/service", arn_.substr(arn_.rfind('/') + 1));
  const auto events =
      sandbox_.call("logs.GetLogEvents",
                    fmt::format(R"({{"logGroupName":"{}","logStreamName":"events","startFromHead":true}})", group));
  EXPECT_EQ(at(events, "/events/1/message"), "[AppRunner] Service status is set to OPERATION_IN_PROGRESS.");
  EXPECT_THAT(sandbox_.told("service"), testing::ElementsAre("shop-service is OPERATION_IN_PROGRESS",
                                                             "shop-service was OPERATION_IN_PROGRESS, is RUNNING"));
}

TEST(EcrImageParse, SplitsAnIdentifier) {
  struct Case {
    std::string_view identifier;
    std::string_view want;  // Repository and tag or digest; empty if it is none.
  };
  const Case cases[] = {
      {"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1.2.3", "shop 1.2.3"},
      {"123456789012.dkr.ecr.us-east-1.amazonaws.com/team/shop", "team/shop latest"},
      {"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop@sha256:00", "shop sha256:00"},
      {"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1@sha256:00", "shop sha256:00"},
      {"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:", ""},
      {"123456789012.dkr.ecr.us-east-1.amazonaws.com/a__b:1", ""},
      {"12345678901.dkr.ecr.us-east-1.amazonaws.com/shop:1", ""},
      {"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/shop:1", ""},
      {"shop:1", ""},
      {"", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.identifier);
    const auto image = parse_ecr_image(c.identifier);
    EXPECT_EQ(image ? image->repository + " " + image->tag_or_digest : "", c.want);
  }
}

TEST(JsonWriter, WritesTheSameTimeInThreeForms) {
  JsonWriter writer;
  const boost::json::value whole = 1709211600.0;
  EXPECT_EQ(writer.write({{"a", {whole, whole, whole, whole}}}),
            R"({"a":[1709211600,1709211600.0,1.7092116E9,1709211600]})");
  JsonWriter other;
  const boost::json::value part = 1709211600.123;
  EXPECT_EQ(other.write({{"a", {part, part, part}}}), R"({"a":[1.709211600123E9,1709211600.123,1.709211600123E9]})");
  EXPECT_EQ(other.write({{"a", nullptr}, {"b", {1, "x\n", true}}}), R"({"a":null,"b":[1,"x\n",true]})");
}

}  // namespace
}  // namespace sandbox
