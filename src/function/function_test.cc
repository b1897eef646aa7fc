// SPDX-License-Identifier: Apache-2.0
#include "function/function.h"

#include <gtest/gtest.h>

#include <deque>
#include <stdexcept>

#include "base/fake_clock.h"

namespace function {
namespace {

// The Runtime API's side: invocations to hand out, and what was posted.
class FakeRuntimeApi final : public http::Client {
 public:
  base::Result<http::Response> send(const http::Request& request, const http::Limits&) override {
    if (request.method == "POST") {
      posts.push_back(request);
      return http::Response{post_status, {}, ""};
    }
    EXPECT_EQ(request.target, "/2018-06-01/runtime/invocation/next");
    if (nexts.empty()) return base::fail(base::ErrorKind::NotSent, "the Runtime API is gone");
    auto next = std::move(nexts.front());
    nexts.pop_front();
    return next;
  }

  std::deque<http::Response> nexts;
  std::vector<http::Request> posts;
  int post_status = 202;
};

http::Response invocation(std::string event) {
  return {200,
          {{"Lambda-Runtime-Aws-Request-Id", "r-1"},
           {"Lambda-Runtime-Deadline-Ms", "1767323105678"},
           {"Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:caretaker"},
           {"Lambda-Runtime-Invocation-Id", "i-1"}},
          std::move(event)};
}

class FunctionTest : public testing::Test {
 protected:
  FakeRuntimeApi api;
  base::FakeClock clock{base::Time(std::chrono::milliseconds(1'767'323'045'000))};
  std::string logged;
  report::Log log{clock, [this](std::string_view line) { logged += line; }};
  Runtime runtime = *Runtime::at("127.0.0.1:9001", api, clock, log);
};

TEST_F(FunctionTest, HandlesOneInvocationAfterTheOther) {
  api.nexts = {invocation("1"), invocation("2")};
  std::vector<std::string> events;
  const auto gone = runtime.run([&](const Invocation& invocation) -> base::Result<std::string> {
    events.push_back(invocation.event);
    EXPECT_EQ(invocation.request_id, "r-1");
    EXPECT_EQ(invocation.function_arn, "arn:aws:lambda:us-east-1:123456789012:function:caretaker");
    EXPECT_EQ(base::to_iso8601(invocation.deadline), "2026-01-02T03:05:05.678Z");
    return "{}";
  });
  EXPECT_EQ(gone.kind, base::ErrorKind::NotSent);
  EXPECT_EQ(events, (std::vector<std::string>{"1", "2"}));
  ASSERT_EQ(api.posts.size(), 2U);
  EXPECT_EQ(api.posts[0].target, "/2018-06-01/runtime/invocation/r-1/response");
  EXPECT_EQ(api.posts[0].body, "{}");
  EXPECT_EQ(api.posts[0].headers.get("Lambda-Runtime-Invocation-Id"), "i-1");
  EXPECT_EQ(api.posts[0].origin.port, 9001);
}

TEST_F(FunctionTest, PostsErrorsAndGoesOn) {
  api.nexts = {invocation("1"), invocation("2"), invocation("3")};
  int calls = 0;
  runtime.run([&](const Invocation&) -> base::Result<std::string> {
    if (++calls == 1) return base::fail(base::ErrorKind::Invalid, "no \"batch\"");
    if (calls == 2) throw std::runtime_error("oops");
    return "{}";
  });
  ASSERT_EQ(api.posts.size(), 3U);
  EXPECT_EQ(api.posts[0].target, "/2018-06-01/runtime/invocation/r-1/error");
  EXPECT_EQ(api.posts[0].headers.get("Lambda-Runtime-Function-Error-Type"), "Caretaker.invalid");
  EXPECT_EQ(api.posts[0].body, R"({"errorMessage":"no \"batch\"","errorType":"invalid","stackTrace":[]})");
  EXPECT_TRUE(api.posts[1].body.contains("oops"));
  for (const std::string_view why : {R"("event":"invocation","why":"no \"batch\"")", "oops"}) {
    EXPECT_TRUE(logged.contains(why)) << logged;
  }
  EXPECT_EQ(api.posts[2].target, "/2018-06-01/runtime/invocation/r-1/response");
}

TEST_F(FunctionTest, GoesOnWhenOneAnswerIsRefusedAndEndsWhenLambdaFails) {
  api.nexts = {invocation("1"), invocation("2")};
  api.post_status = 413;
  EXPECT_EQ(runtime.run([](const Invocation&) -> base::Result<std::string> { return "{}"; }).kind,
            base::ErrorKind::NotSent);
  EXPECT_EQ(api.posts.size(), 2U);
  EXPECT_TRUE(logged.contains("/r-1/response: status 413")) << logged;
  api.nexts = {invocation("1"), invocation("2")};
  api.post_status = 500;
  EXPECT_EQ(runtime.run([](const Invocation&) -> base::Result<std::string> { return "{}"; }).kind,
            base::ErrorKind::Unknown);
  EXPECT_EQ(api.posts.size(), 3U);
}

TEST_F(FunctionTest, TellsThatItCannotStart) {
  ASSERT_TRUE(runtime.post_init_error("Runtime.InvalidEnvironment", "QUEUE_NAME is not set"));
  ASSERT_EQ(api.posts.size(), 1U);
  EXPECT_EQ(api.posts[0].target, "/2018-06-01/runtime/init/error");
  EXPECT_TRUE(api.posts[0].body.contains("QUEUE_NAME is not set"));
}

TEST(Runtime, RefusesAnAddressThatIsNone) {
  FakeRuntimeApi api;
  base::FakeClock clock{base::Time()};
  report::Log log(clock, [](std::string_view) {});
  EXPECT_FALSE(Runtime::at("not an address:x", api, clock, log));
}

}  // namespace
}  // namespace function
