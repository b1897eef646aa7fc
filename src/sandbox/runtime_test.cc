// SPDX-License-Identifier: Apache-2.0
#include "sandbox/runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace sandbox {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr base::Time start{std::chrono::milliseconds(1'700'000'000'000)};
constexpr auto timeout = std::chrono::seconds(60);

// A machine that notes what is asked of it.
class NotingHost final : public FunctionHost {
 public:
  base::Result<void> start() override {
    ++starts;
    if (broken) return base::fail(base::ErrorKind::NotFound, "function: no such file");
    return {};
  }
  void kill() override { ++kills; }
  void platform_line(base::Time, const std::string& line) override { lines.push_back(line); }

  int starts = 0;
  int kills = 0;
  bool broken = false;
  std::vector<std::string> lines;
};

// An answer that comes, or not yet.
using Answer = std::shared_ptr<std::optional<http::Response>>;

class RuntimeTest : public testing::Test {
 protected:
  Answer ask(std::string method, std::string path, std::string body = {}, http::Headers headers = {}) {
    auto answer = std::make_shared<std::optional<http::Response>>();
    runtime_.handle({.origin = {},
                     .method = std::move(method),
                     .target = "/2018-06-01/runtime/" + std::move(path),
                     .headers = std::move(headers),
                     .body = std::move(body)},
                    now_, http::Reply([answer](http::Response response) { *answer = std::move(response); }));
    return answer;
  }
  std::shared_ptr<std::optional<InvocationResult>> invoke(std::string id) {
    auto result = std::make_shared<std::optional<InvocationResult>>();
    runtime_.invoke({.request_id = std::move(id), .event = R"({"Records":[]})", .deadline = now_ + timeout}, now_,
                    [result](InvocationResult end) { *result = std::move(end); });
    return result;
  }
  void pass(base::Duration time) {
    now_ += time;
    runtime_.advance(now_);
  }

  base::Time now_ = start;
  NotingHost host_;
  Runtime runtime_{host_, "arn:aws:lambda:us-east-1:123456789012:function:caretaker"};
};

TEST_F(RuntimeTest, StartsAProcessOnlyForAnInvocation) {
  EXPECT_EQ(host_.starts, 0);
  invoke("a");
  EXPECT_EQ(host_.starts, 1);
  invoke("b");
  EXPECT_EQ(host_.starts, 1);
}

TEST_F(RuntimeTest, HandsAnInvocationOverAsLambdaDoes) {
  invoke("01234567-89ab-cdef-0123-456789abcdef");
  const auto next = ask("GET", "invocation/next");
  ASSERT_TRUE(next->has_value());
  EXPECT_EQ((*next)->status, 200);
  EXPECT_EQ((*next)->body, R"({"Records":[]})");
  const auto& headers = (*next)->headers;
  EXPECT_EQ(headers.get("lambda-runtime-aws-request-id"), "01234567-89ab-cdef-0123-456789abcdef");
  EXPECT_EQ(headers.get("lambda-runtime-deadline-ms"), "1700000060000");
  EXPECT_EQ(headers.get("lambda-runtime-invoked-function-arn"),
            "arn:aws:lambda:us-east-1:123456789012:function:caretaker");
  EXPECT_EQ(headers.get("lambda-runtime-trace-id"),
            "Root=1-01234567-89abcdef0123456789abcdef;Parent=0123456789abcdef;Sampled=0");
}

TEST_F(RuntimeTest, TakesAnAnswerAndGivesTheNextInvocation) {
  const auto first = invoke("a");
  const auto second = invoke("b");
  ask("GET", "invocation/next");
  EXPECT_EQ((*ask("POST", "invocation/a/response", "{}"))->status, 202);
  ASSERT_TRUE(first->has_value());
  EXPECT_TRUE((*first)->ok);
  EXPECT_EQ((*first)->payload, "{}");
  EXPECT_FALSE(second->has_value());
  const auto next = ask("GET", "invocation/next");
  ASSERT_TRUE(next->has_value());
  EXPECT_EQ((*next)->headers.get("Lambda-Runtime-Aws-Request-Id"), "b");
  EXPECT_EQ((*ask("POST", "invocation/b/error", R"({"errorType":"Oops"})"))->status, 202);
  ASSERT_TRUE(second->has_value());
  EXPECT_FALSE((*second)->ok);
  EXPECT_EQ((*second)->payload, R"({"errorType":"Oops"})");
}

TEST_F(RuntimeTest, LetsTheFunctionPollUntilSomethingComes) {
  invoke("a");
  ask("GET", "invocation/next");
  ask("POST", "invocation/a/response", "{}");
  const auto next = ask("GET", "invocation/next");
  EXPECT_FALSE(next->has_value());
  EXPECT_EQ(runtime_.next_due(), std::nullopt);
  invoke("b");
  EXPECT_TRUE(next->has_value());
}

TEST_F(RuntimeTest, RefusesAsLambdaDoes) {
  struct Case {
    std::string_view name;
    std::string method, path, body;
    http::Headers headers;
    int status;
    std::string_view type;
  };
  const Case cases[] = {
      {"next while one runs", "GET", "invocation/next", "", {}, 403, "InvalidStateTransition"},
      {"another's id", "POST", "invocation/b/response", "{}", {}, 400, "InvalidRequestID"},
      {"an error for another", "POST", "invocation/b/error", "{}", {}, 400, "InvalidRequestID"},
      {"a wrong echo",
       "POST",
       "invocation/a/response",
       "{}",
       {{"Lambda-Runtime-Invocation-Id", "x"}},
       400,
       "InvalidInvocationId"},
      {"too large",
       "POST",
       "invocation/a/response",
       std::string((6U << 20) + 1, ' '),
       {},
       413,
       "RequestEntityTooLarge"},
      {"init error after init", "POST", "init/error", "{}", {}, 403, "InvalidStateTransition"},
      {"wrong method", "POST", "invocation/next", "", {}, 405, "MethodNotAllowed"},
      {"wrong method to answer", "GET", "invocation/a/response", "", {}, 405, "MethodNotAllowed"},
      {"no such call", "POST", "invocation/a/restart", "", {}, 404, "NotFound"},
      {"no such branch", "POST", "metrics", "", {}, 404, "NotFound"},
  };
  const auto result = invoke("a");
  ask("GET", "invocation/next");
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = ask(c.method, c.path, c.body, c.headers);
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->status, c.status);
    EXPECT_THAT((*answer)->body, HasSubstr(c.type));
    EXPECT_FALSE(result->has_value());
  }
  EXPECT_EQ((*ask("POST", "invocation/a/response", "{}"))->status, 202);
  EXPECT_EQ((*ask("POST", "invocation/a/response", "{}"))->status, 400) << "an invocation is answered once";
}

TEST_F(RuntimeTest, AcceptsTheEchoOfTheInvocationId) {
  invoke("a");
  const auto next = ask("GET", "invocation/next");
  const std::string echo((*next)->headers.get("Lambda-Runtime-Invocation-Id").value());
  EXPECT_EQ((*ask("POST", "invocation/a/response", "{}", {{"Lambda-Runtime-Invocation-Id", echo}}))->status, 202);
}

TEST_F(RuntimeTest, FailsTheInvocationThatTheProcessDiesIn) {
  const auto first = invoke("a");
  const auto second = invoke("b");
  ask("GET", "invocation/next");
  runtime_.process_ended("exit status 1", now_);
  ASSERT_TRUE(first->has_value());
  EXPECT_EQ((*first)->payload, R"({"errorMessage":"RequestId: a Error: Runtime exited with error: exit status 1",)"
                               R"("errorType":"Runtime.ExitError"})");
  EXPECT_FALSE(second->has_value());
  EXPECT_EQ(host_.starts, 2) << "a new process for the one that waits";
  EXPECT_TRUE(ask("GET", "invocation/next")->has_value());
}

TEST_F(RuntimeTest, StartsAgainAfterAnEndBetweenInvocations) {
  invoke("a");
  ask("GET", "invocation/next");
  ask("POST", "invocation/a/response", "{}");
  const auto forgotten = ask("GET", "invocation/next");
  runtime_.process_ended("exit status 0", now_);
  EXPECT_EQ(host_.starts, 1);
  const auto later = invoke("b");
  EXPECT_EQ(host_.starts, 2);
  EXPECT_FALSE(forgotten->has_value());
  EXPECT_FALSE(later->has_value());
}

TEST_F(RuntimeTest, FailsOneInvocationForEachFailedInit) {
  const auto first = invoke("a");
  const auto second = invoke("b");
  EXPECT_EQ((*ask("POST", "init/error", R"({"errorType":"Caretaker.Settings"})"))->status, 202);
  runtime_.process_ended("exit status 1", now_);
  ASSERT_TRUE(first->has_value());
  EXPECT_EQ((*first)->payload, R"({"errorType":"Caretaker.Settings"})");
  EXPECT_FALSE(second->has_value());
  EXPECT_EQ(host_.starts, 2);
  runtime_.process_ended("exit status 0", now_);
  ASSERT_TRUE(second->has_value());
  EXPECT_THAT((*second)->payload, HasSubstr("Runtime exited without providing a reason"));
}

TEST_F(RuntimeTest, FailsWhatItCannotStart) {
  host_.broken = true;
  const auto result = invoke("a");
  ASSERT_TRUE(result->has_value());
  EXPECT_THAT((*result)->payload, HasSubstr("Runtime.InvalidEntrypoint"));
  EXPECT_EQ(runtime_.next_due(), std::nullopt);
}

TEST_F(RuntimeTest, KillsAtTheDeadline) {
  const auto result = invoke("a");
  ask("GET", "invocation/next");
  EXPECT_EQ(runtime_.next_due(), start + timeout);
  pass(timeout - std::chrono::milliseconds(1));
  EXPECT_EQ(host_.kills, 0);
  pass(std::chrono::milliseconds(1));
  EXPECT_EQ(host_.kills, 1);
  ASSERT_TRUE(result->has_value());
  EXPECT_FALSE((*result)->ok);
  EXPECT_THAT((*result)->payload, HasSubstr("Task timed out after 60.00 seconds"));
  const auto later = invoke("b");
  EXPECT_EQ(host_.starts, 1) << "the killed process's end has not been told yet";
  runtime_.process_ended("signal: killed", now_);
  EXPECT_EQ(host_.starts, 2);
  EXPECT_FALSE(later->has_value());
}

TEST_F(RuntimeTest, KillsAProcessThatNeverGetsReady) {
  const auto result = invoke("a");
  pass(timeout);
  EXPECT_EQ(host_.kills, 1);
  ASSERT_TRUE(result->has_value());
  EXPECT_THAT((*result)->payload, HasSubstr("Sandbox.Timedout"));
  pass(timeout);
  EXPECT_EQ(host_.kills, 1);
}

TEST_F(RuntimeTest, WritesLambdasOwnLines) {
  invoke("a");
  ask("GET", "invocation/next");
  now_ += std::chrono::milliseconds(12);
  ask("POST", "invocation/a/response", "{}");
  EXPECT_THAT(host_.lines, testing::ElementsAre("START RequestId: a Version: $LATEST", "END RequestId: a",
                                                StartsWith("REPORT RequestId: a Duration: 12 ms")));
}

TEST_F(RuntimeTest, RecyclesOnlyAProcessThatHasNothingToDo) {
  runtime_.recycle();
  EXPECT_EQ(host_.kills, 0);
  invoke("a");
  ask("GET", "invocation/next");
  runtime_.recycle();
  EXPECT_EQ(host_.kills, 0);
  ask("POST", "invocation/a/response", "{}");
  ask("GET", "invocation/next");
  runtime_.recycle();
  EXPECT_EQ(host_.kills, 1);
  // One that comes while the process is ending goes to the next.
  const auto result = invoke("b");
  EXPECT_EQ(host_.starts, 1);
  runtime_.process_ended("signal: killed", now_);
  EXPECT_EQ(host_.starts, 2);
  EXPECT_FALSE(result->has_value());
}

}  // namespace
}  // namespace sandbox
