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
    requests.push_back(request.method + " " + request.target);
    if (const auto found = befalls.find(requests.size()); found != befalls.end()) {
      if (const auto status = found->second(); status != 200)
        return http::Response{.status = status, .headers = {}, .body = ""};
    }
    if (request.method == "PUT") {
      objects[request.target] = request.body;
      return http::Response{.status = 200, .headers = {{"ETag", "\"1\""}}, .body = ""};
    }
    if (get_status != 200 && get_status != 404) return http::Response{.status = get_status, .headers = {}, .body = ""};
    const auto found = objects.find(request.target);
    if (found == objects.end() || get_status == 404)
      return http::Response{.status = 404, .headers = {}, .body = "<Error><Code>NoSuchKey</Code></Error>"};
    if (found->second.size() > limits.body_max)
      return base::fail(base::ErrorKind::Invalid, "AnswerTooLarge", "the answer is too large");
    const auto etag = '"' + found->second + '"';
    if (request.headers.get("If-None-Match") == etag) return http::Response{.status = 304, .headers = {}, .body = ""};
    return http::Response{.status = 200, .headers = {{"ETag", etag}}, .body = found->second};
  }

  std::map<std::string, std::string> objects;
  int get_status = 200;
  std::vector<std::string> requests;
  // What happens at the first request, the second …; another status than 200 is the answer.
  std::map<std::size_t, std::function<int()>> befalls;
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
      {"out of order from the beginning", false, true, valid, 503, false, R"("state":"unread")"},
      {"gone", true, true, valid, 404, true,
       R"("state":"missing","file":"s3://caretaker/r","why":"there is no rules object s3://caretaker/r: `caretaker rules push FILE` )"},
      {"gone before a new process", false, true, valid, 404, false, R"("state":"missing","file":"s3://caretaker/r")"},
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

// A passing failure that leaves nobody without rules is no alarm: the next use may find nothing wrong.
TEST(CurrentRules, RaiseNoAlarmForWhatPasses) {
  struct Case {
    std::string_view name;
    bool was_valid;  // Before, in this process.
    bool warm_up;
    int get_status;
    bool alarm;
    std::string_view said;
  };
  const Case cases[] = {
      {"fine while it warms up", false, true, 200, false, ""},
      {"out of order while it warms up", false, true, 503, false,
       R"("level":"warning","event":"rules","state":"unread","file":"s3://caretaker/r")"},
      {"out of order while rules are in force", true, false, 503, false,
       R"("level":"warning","event":"rules","state":"unread","file":"s3://caretaker/r")"},
      {"out of order for a message that needs rules", false, false, 503, true, R"("level":"error","event":"rules")"},
      {"closed while it warms up", false, true, 403, false, R"("level":"warning","event":"rules","state":"unread")"},
      {"closed while rules are in force", true, false, 403, true, R"("level":"error","event":"rules")"},
      {"gone while it warms up", false, true, 404, false, R"("level":"warning","event":"rules","state":"missing")"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Bucket s3;
    testing::Wire wire(s3);
    std::string said;
    report::Log log(wire.clock, [&](std::string_view line) { said = line; });
    CurrentRules rules(wire.caller, log, {{"caretaker", "us-east-1"}, "r"}, {});
    s3.objects["/caretaker/r"] = valid;
    if (c.was_valid) {
      ASSERT_TRUE(rules.get(wire.soon()));
    }
    s3.get_status = c.get_status;
    if (c.warm_up) {
      rules.warm_up(wire.soon());
    } else {
      EXPECT_EQ(rules.get(wire.soon()).has_value(), c.was_valid);
    }
    EXPECT_EQ(said.empty(), c.said.empty()) << said;
    EXPECT_THAT(said, HasSubstr(std::string(c.said)));
    EXPECT_EQ(said.contains("RulesBroken"), c.alarm) << said;

    said.clear();
    s3.get_status = 200;
    EXPECT_TRUE(rules.get(wire.soon()));
    EXPECT_EQ(said, "");
  }
}

constexpr std::string_view newer =
    R"([{"repository":"shop","semVersion":"^2","serviceArn":"arn:aws:apprunner:us-east-1:123456789012:service/shop/1"}])";
constexpr auto kept_path = "/caretaker/records/rules/r";

TEST(CurrentRules, AreKeptForNewProcesses) {
  struct Case {
    std::string_view name;
    std::size_t at;  // The request: 1 reads, 2 looks at what is kept, 3 whether it is still so, 4 keeps.
    std::function<int(Bucket&)> befalls;
    std::string_view kept;   // After the first use.
    std::string_view later;  // After the second.
    std::string_view said;
  };
  const Case cases[] = {
      {"in peace", 9, [](Bucket&) { return 200; }, valid, valid, ""},
      {"what is kept can't be read", 2, [](Bucket&) { return 503; }, "", valid, "not-kept"},
      {"it can't be seen whether it is still so", 3, [](Bucket&) { return 503; }, "", valid, "not-kept"},
      {"it can't be written", 4, [](Bucket&) { return 503; }, "", valid, "not-kept"},
      {"it must not be written", 4, [](Bucket&) { return 403; }, "", "", "not-kept"},
      {"another keeps something at the same time", 4, [](Bucket&) { return 412; }, "", valid, ""},
      {"another reads and keeps newer rules", 2,
       [](Bucket& s3) {
         s3.objects["/caretaker/r"] = newer;
         s3.objects[kept_path] = newer;
         return 200;
       },
       newer, newer, ""},
      {"they are replaced just before it would be written", 3,
       [](Bucket& s3) {
         s3.objects["/caretaker/r"] = newer;
         return 200;
       },
       "", newer, ""},
      {"they are broken just before it would be written", 3,
       [](Bucket& s3) {
         s3.objects["/caretaker/r"] = "[{]";
         return 200;
       },
       "", "", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Bucket s3;
    testing::Wire wire(s3, {.attempts_max = 1});
    std::string said;
    report::Log log(wire.clock, [&](std::string_view line) { said += line; });
    CurrentRules rules(wire.caller, log, {{"caretaker", "us-east-1"}, "r"}, {});
    s3.objects["/caretaker/r"] = valid;
    s3.befalls[c.at] = [&] { return c.befalls(s3); };
    ASSERT_TRUE(rules.get(wire.soon()));
    EXPECT_EQ(s3.objects[kept_path], c.kept);
    EXPECT_EQ(said.empty(), c.said.empty()) << said;
    EXPECT_THAT(said, HasSubstr(std::string(c.said)));
    s3.befalls.clear();
    EXPECT_TRUE(rules.get(wire.soon()));
    EXPECT_EQ(s3.objects[kept_path], c.later);
    const auto requests = s3.requests.size();
    EXPECT_TRUE(rules.get(wire.soon()));
    EXPECT_EQ(s3.requests.size(), requests + 1) << "what is kept is not looked at again";
  }
}

}  // namespace
}  // namespace delivery
