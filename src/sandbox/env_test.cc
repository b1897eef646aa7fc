// SPDX-License-Identifier: Apache-2.0
#include "sandbox/env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sandbox {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(ShellEnvironment, LeadsEveryClientToThePort) {
  const auto text = shell_environment(4567, {});
  EXPECT_THAT(text, HasSubstr("export AWS_ACCESS_KEY_ID=sandbox\n"));
  EXPECT_THAT(text, HasSubstr("export AWS_ENDPOINT_URL=http://127.0.0.1:4567\n"));
  EXPECT_THAT(text, HasSubstr("export AWS_PAGER=''\n"));
  EXPECT_THAT(text, HasSubstr("aws() { command aws --endpoint-url http://127.0.0.1:4567 \"$@\"; }\n"));
}

TEST(ShellEnvironment, TellsTheCommandsWhatTheFunctionIsTold) {
  const auto text = shell_environment(4566, {});
  const auto function = function_environment({});
  for (const std::string variable :
       {"CONFIG_BUCKET=caretaker", "CONFIG_FILE=rules.json", "QUEUE_NAME=caretaker", "CARETAKER_NOTICE_BUS=default"}) {
    EXPECT_THAT(text, HasSubstr(variable));
    EXPECT_THAT(function, Contains(variable));
  }
}

TEST(ShellEnvironment, RemovesWhatWouldLeadElsewhere) {
  const auto text = shell_environment(4566, {});
  EXPECT_THAT(text, HasSubstr("unset AWS_PROFILE AWS_DEFAULT_PROFILE\n"));
  EXPECT_THAT(text, HasSubstr("unset AWS_SESSION_TOKEN\n"));
}

TEST(ShellEnvironment, NamesASessionThatTheAccountDemands) {
  Settings account;
  account.credentials.session_token = "session";
  EXPECT_THAT(shell_environment(4566, account), HasSubstr("export AWS_SESSION_TOKEN=session\n"));
}

TEST(ShellEnvironment, ReadsTheRegionOfASandboxOnly) {
  struct Case {
    std::string_view name;
    std::string_view health;
    std::optional<std::string> want;
  };
  const Case cases[] = {
      {"a sandbox", R"({"status":"ok","account":"111122223333","region":"eu-west-1","ahead":"0s"})", "eu-west-1"},
      {"no JSON", "<html>ok</html>", std::nullopt},
      {"nothing", "", std::nullopt},
      {"no region", R"({"status":"ok"})", std::nullopt},
      {"a region that is no text", R"({"region":1})", std::nullopt},
      {"an empty region", R"({"region":""})", std::nullopt},
      {"what a shell would run", R"x({"region":"$(reboot)"})x", std::nullopt},
      {"two lines", R"({"region":"eu-west-1\nreboot"})", std::nullopt},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(region_of_health(c.health), c.want);
  }
}

TEST(FunctionEnvironment, SaysWhatLambdaAndTheStackSay) {
  const auto variables = function_environment({.port = 4567,
                                               .region = "eu-west-1",
                                               .credentials = {},
                                               .task_root = "/srv/function",
                                               .log_group = "/aws/lambda/caretaker",
                                               .log_stream = "stream",
                                               .retry_after = std::chrono::seconds(4)});
  for (const auto* wanted :
       {"AWS_LAMBDA_RUNTIME_API=127.0.0.1:4567", "AWS_ENDPOINT_URL=http://127.0.0.1:4567", "AWS_REGION=eu-west-1",
        "AWS_LAMBDA_FUNCTION_VERSION=$LATEST", "QUEUE_NAME=caretaker", "CONFIG_BUCKET=caretaker",
        "CONFIG_FILE=rules.json", "CARETAKER_RETRY_AFTER=4s", "LAMBDA_TASK_ROOT=/srv/function"}) {
    EXPECT_THAT(variables, Contains(wanted));
  }
}

TEST(FunctionEnvironment, LeavesOutWhatLambdaDoesNotDefineForCustomRuntimes) {
  const auto variables = function_environment({});
  for (const auto* absent : {"AWS_EXECUTION_ENV=", "_X_AMZN_TRACE_ID=", "AWS_SESSION_TOKEN=", "HOME="}) {
    EXPECT_THAT(variables, Not(Contains(StartsWith(absent))));
  }
}

}  // namespace
}  // namespace sandbox
