// SPDX-License-Identifier: Apache-2.0
#include "sandbox/event_pattern.h"

#include <gtest/gtest.h>

#include <string>

#include "base/json.h"

namespace sandbox {
namespace {

constexpr std::string_view push = R"({"source":"aws.ecr","resources":[],"detail-type":"ECR Image Action",
  "detail":{"result":"SUCCESS","repository-name":"team/web","action-type":"PUSH","image-tag":"v1.2.3","size":7,"tags":["a","b"],"none":null}})";

TEST(EventPattern, Matches) {
  struct Case {
    std::string_view name;
    std::string_view pattern;
    bool want;
  };
  const Case cases[] = {
      {"exact", R"({"source":["aws.ecr"]})", true},
      {"exact, other", R"({"source":["aws.s3"]})", false},
      {"one of several", R"({"source":["aws.s3","aws.ecr"]})", true},
      {"all members must match", R"({"source":["aws.ecr"],"detail":{"action-type":["DELETE"]}})", false},
      {"nested", R"({"detail":{"action-type":["PUSH"],"result":["SUCCESS"]}})", true},
      {"number", R"({"detail":{"size":[7]}})", true},
      {"a number is no string", R"({"detail":{"size":["7"]}})", false},
      {"null", R"({"detail":{"none":[null]}})", true},
      {"null is not absent", R"({"detail":{"absent":[null]}})", false},
      {"any element of an array", R"({"detail":{"tags":["b"]}})", true},
      {"prefix", R"({"detail":{"repository-name":[{"prefix":"team/"}]}})", true},
      {"prefix, other", R"({"detail":{"repository-name":[{"prefix":"web"}]}})", false},
      {"prefix without case", R"({"detail":{"repository-name":[{"prefix":{"equals-ignore-case":"TEAM"}}]}})", true},
      {"suffix", R"({"detail":{"repository-name":[{"suffix":"/web"}]}})", true},
      {"exists", R"({"detail":{"image-tag":[{"exists":true}]}})", true},
      {"exists, absent", R"({"detail":{"other":[{"exists":true}]}})", false},
      {"does not exist", R"({"detail":{"other":[{"exists":false}]}})", true},
      {"does not exist, in what does not either", R"({"other":{"deep":[{"exists":false}]}})", true},
      {"anything but", R"({"detail":{"image-tag":[{"anything-but":"latest"}]}})", true},
      {"anything but it", R"({"detail":{"image-tag":[{"anything-but":["latest","v1.2.3"]}]}})", false},
      {"anything but a prefix", R"({"detail":{"image-tag":[{"anything-but":{"prefix":"v"}}]}})", false},
      {"anything but several prefixes", R"({"detail":{"image-tag":[{"anything-but":{"prefix":["w","x"]}}]}})", true},
      {"anything but needs a value", R"({"detail":{"other":[{"anything-but":"x"}]}})", false},
      {"case ignored", R"({"detail":{"action-type":[{"equals-ignore-case":"push"}]}})", true},
      {"wildcard", R"({"detail":{"image-tag":[{"wildcard":"v*.*.*"}]}})", true},
      {"wildcard, other", R"({"detail":{"image-tag":[{"wildcard":"v*.*.*.*"}]}})", false},
      {"escaped star", R"({"detail":{"image-tag":[{"wildcard":"v\\*"}]}})", false},
      {"an object where the event has a text", R"({"source":{"x":["y"]}})", false},
  };
  const auto event = base::parse_json(push);
  ASSERT_TRUE(event);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto pattern = EventPattern::parse(c.pattern);
    ASSERT_TRUE(pattern) << pattern.error().message;
    EXPECT_EQ(pattern->matches(event->get_object()), c.want);
  }
}

TEST(EventPattern, RefusesWhatItCannotRead) {
  for (const std::string_view bad :
       {"", "[]", "x", "{}", R"({"a":"b"})", R"({"a":[]})", R"({"a":{}})", R"({"a":[["b"]]})", R"({"a":[{}]})",
        R"({"a":[{"prefix":1}]})", R"({"a":[{"prefix":"b","suffix":"c"}]})", R"({"a":[{"numeric":["=",1]}]})",
        R"({"a":[{"cidr":"10.0.0.0/8"}]})", R"({"$or":[{"a":["b"]}]})", R"({"a":[{"exists":"yes"}]})",
        R"({"a":[{"anything-but":{"exists":true}}]})", R"({"a":[{"anything-but":null}]})",
        R"({"a":[{"wildcard":{"equals-ignore-case":"x"}}]})"}) {
    SCOPED_TRACE(bad);
    const auto pattern = EventPattern::parse(bad);
    ASSERT_FALSE(pattern);
    EXPECT_EQ(pattern.error().code, "InvalidEventPatternException");
  }
}

TEST(EventPattern, TriesAWildcardInTimeThatGrowsNoFasterThanTheTexts) {
  const auto pattern = EventPattern::parse(R"({"a":[{"wildcard":"*a*a*a*a*a*a*a*a*a*a*a*a*b"}]})");
  ASSERT_TRUE(pattern);
  EXPECT_FALSE(pattern->matches({{"a", std::string(20'000, 'a')}}));
}

}  // namespace
}  // namespace sandbox
