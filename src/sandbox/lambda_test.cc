// SPDX-License-Identifier: Apache-2.0
#include "sandbox/lambda.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/test_account.h"

namespace sandbox {
namespace {

using test::at;
using test::TestAccount;

http::Request get(std::string_view target, std::string method = "GET") {
  return {{}, std::move(method), fmt::format("/2015-03-31/{}", target), {{"Host", "localhost"}}, ""};
}

TEST(Lambda, ShowsTheFunctionAndItsMapping) {
  struct Case {
    std::string_view target;
    std::string_view pointer;
    std::string_view want;
  };
  const Case cases[] = {
      {"functions/caretaker", "/Configuration/FunctionArn", "arn:aws:lambda:us-east-1:123456789012:function:caretaker"},
      {"functions/caretaker", "/Configuration/LastModified", "2026-01-02T12:00:00.000+0000"},
      {"functions/caretaker?Qualifier=%24LATEST", "/Configuration/Version", "$LATEST"},
      {"functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Acaretaker", "/Configuration/Timeout",
       "60"},
      {"functions/123456789012%3Afunction%3Acaretaker%3A%24LATEST", "/Configuration/State", "Active"},
      {"functions/caretaker/configuration", "/Environment/Variables/QUEUE_NAME", "caretaker"},
      {"functions/", "/Functions/0/FunctionName", "caretaker"},
      {"functions?MaxItems=5", "/Functions/0/Runtime", "provided.al2023"},
      {"event-source-mappings/", "/EventSourceMappings/0/BatchSize", "10"},
      {"event-source-mappings?FunctionName=caretaker", "/EventSourceMappings/0/EventSourceArn",
       "arn:aws:sqs:us-east-1:123456789012:caretaker"},
      {"event-source-mappings?EventSourceArn=arn:aws:sqs:us-east-1:123456789012:x", "/EventSourceMappings", "[]"},
      {"event-source-mappings/5a6d0b0c-0000-4000-8000-000000000001", "/FunctionResponseTypes",
       R"(["ReportBatchItemFailures"])"},
  };
  TestAccount sandbox;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.target);
    const auto response = sandbox.answer(get(c.target));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(at(TestAccount::parse(response.body), c.pointer), c.want);
  }
}

TEST(Lambda, RefusesInTheWordsOfAws) {
  struct Case {
    std::string_view name;
    http::Request request;
    int status;
    std::string_view code;
    std::string_view message;
  };
  const Case cases[] = {
      {"no such function", get("functions/none"), 404, "ResourceNotFoundException",
       "Function not found: arn:aws:lambda:us-east-1:123456789012:function:none"},
      {"no such version", get("functions/caretaker?Qualifier=7"), 404, "ResourceNotFoundException",
       "Function not found: arn:aws:lambda:us-east-1:123456789012:function:caretaker:7"},
      {"no such version, in the name", get("functions/caretaker%3A7"), 404, "ResourceNotFoundException",
       "function:caretaker:7"},
      {"another account's", get("functions/arn%3Aaws%3Alambda%3Aus-east-1%3A210987654321%3Afunction%3Acaretaker"), 404,
       "ResourceNotFoundException", "Function not found"},
      {"no account's", get("functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Acaretaker"), 400,
       "ValidationException", "functionName"},
      {"no such mapping", get("event-source-mappings/none"), 404, "ResourceNotFoundException", "does not exist"},
      {"too many items", get("functions?MaxItems=10001"), 400, "ValidationException", "maxItems"},
      {"no number of items", get("functions?MaxItems=x"), 400, "SerializationException", "maxItems"},
      {"invocation", get("functions/caretaker/invocations", "POST"), 400, "UnknownOperationException",
       "does not emulate Lambda's POST /2015-03-31/functions/caretaker/invocations"},
      {"new function", get("functions", "POST"), 400, "UnknownOperationException", "does not emulate"},
  };
  TestAccount sandbox;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = sandbox.answer(c.request);
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(response.headers.get("x-amzn-errortype"), c.code);
    EXPECT_THAT(at(TestAccount::parse(response.body), "/Message"), testing::HasSubstr(std::string(c.message)));
  }
}

TEST(Lambda, LetsNobodyInUnsigned) {
  TestAccount sandbox{Settings()};
  const auto response = sandbox.answer(get("functions/caretaker"));
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.headers.get("x-amzn-errortype"), "MissingAuthenticationTokenException");
}

}  // namespace
}  // namespace sandbox
