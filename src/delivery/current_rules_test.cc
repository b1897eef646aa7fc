// SPDX-License-Identifier: Apache-2.0
#include "delivery/current_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "delivery/testing.h"

namespace delivery {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view valid =
    R"([{"repository":"shop","semVersion":"^1","serviceArn":"arn:aws:apprunner:us-east-1:123456789012:service/shop/1"}])";

// A bucket's objects by path. An object's text is its ETag as well.
class Bucket final : public http::Client {
 public:
  base::Result<http::Response> send(const http::Request& request, const http::Limits& limits) override {
    if (request.method == "PUT") {
      objects[request.target] = request.body;
      return http::Response{.status = 200, .headers = {{"ETag", "\"1\""}}, .body = ""};
    }
    if (get_status != 200) return http::Response{.status = get_status, .headers = {}, .body = ""};
    const auto found = objects.find(request.target);
    if (found == objects.end())
      return http::Response{.status = 404, .headers = {}, .body = "<Error><Code>NoSuchKey</Code></Error>"};
    if (found->second.size() > limits.body_max)
      return base::fail(base::ErrorKind::Invalid, "AnswerTooLarge", "the answer is too large");
    const auto etag = '"' + found->second + '"';
    if (request.headers.get("If-None-Match") == etag) return http::Response{.status = 304, .headers = {}, .body = ""};
    return http::Response{.status = 200, .headers = {{"ETag", etag}}, .body = found->second};
  }

  std::map<std::string, std::string> objects;
  int get_status = 200;
};

// What a use says where the object is not what it should be, and whether there are rules nevertheless.
TEST(CurrentRules, RaiseAnAlarmAtEachUse) {
  struct Case {
    std::string_view name;
    bool was_valid;  // Before, in this process.
    bool kept;       // By another one.
    std::string_view text;
    int get_status;
    bool in_force;
    std::string_view said;
  };
  const std::string too_large(std::size_t{9} << 20, ' ');
  const Case cases[] = {
      {"broken", true, true, "[{]", 200, true, R"("state":"broken","file":"s3://caretaker/r","in_force":"last-valid")"},
      {"broken, in a new process", false, true, "[{]", 200, true, R"("in_force":"kept")"},
      {"broken from the beginning", false, false, "[{]", 200, false, R"("in_force":"none")"},
      {"too large", true, true, too_large, 200, true, R"("in_force":"last-valid","errors":1,)"},
      {"too large to be read by a new process", false, true, too_large, 200, true, R"("in_force":"kept","errors":1,)"},
      {"too large from the beginning", false, false, too_large, 200, false,
       "the file is larger than the 1048576 bytes"},
      {"out of reach", true, true, valid, 403, true, R"("state":"unread")"},
      {"out of reach of a new process", false, true, valid, 403, false, R"("state":"unread")"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Bucket s3;
    testing::Wire wire(s3);
    std::string said;
    report::Log log(wire.clock, [&](std::string_view line) { said = line; });
    CurrentRules rules(wire.caller, log, {{"caretaker", "us-east-1"}, "r"}, {});
    const auto get = [&] { return rules.get(wire.soon()); };

    if (c.kept) s3.objects["/caretaker/records/rules/r"] = valid;
    s3.objects["/caretaker/r"] = valid;
    if (c.was_valid) {
      ASSERT_TRUE(get());
    }
    EXPECT_EQ(said, "");
    s3.objects["/caretaker/r"] = c.text;
    s3.get_status = c.get_status;
    for (int use = 1; use <= 2; ++use) {
      SCOPED_TRACE(use);
      said.clear();
      EXPECT_EQ(get().has_value(), c.in_force);
      EXPECT_FALSE(rules.are_current());
      EXPECT_THAT(said, HasSubstr(R"("level":"error","event":"rules")"));
      EXPECT_THAT(said, HasSubstr(std::string(c.said)));
      EXPECT_THAT(said, HasSubstr(R"("Metrics":[{"Name":"RulesBroken","Unit":"Count"}]}]},"RulesBroken":1)"));
    }

    s3.objects["/caretaker/r"] = valid;
    s3.get_status = 200;
    EXPECT_TRUE(get());
    EXPECT_TRUE(rules.are_current());
  }
}

}  // namespace
}  // namespace delivery
