// SPDX-License-Identifier: Apache-2.0
#include "sandbox/event_pattern.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/json.h"

namespace sandbox {
namespace {

constexpr std::string_view push = R"({"source":"aws.ecr","resources":[],"detail-type":"ECR Image Action",
  "detail":{"result":"SUCCESS","repository-name":"team/web","action-type":"PUSH","image-tag":"v1.2.3","size":7,"price":2.5,"big":6e9,"account":123456789012,
  "tags":["a","b"],"none":null,"empty":"","nothing":[],"on":true,"ip":"10.0.0.33","ip6":"2001:db8::1",
  "parts":[{"name":"x","state":"up"},{"name":"y","state":"down"}],"deep":[["p"],[{"q":1}]],"object":{"x":1}}})";

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
      {"wildcard in the middle", R"({"detail":{"image-tag":[{"wildcard":"v*3"}]}})", true},
      {"wildcard is case-sensitive", R"({"detail":{"image-tag":[{"wildcard":"V*"}]}})", false},
      {"wildcard without a star is exact", R"({"detail":{"image-tag":[{"wildcard":"v1.2"}]}})", false},
      {"suffix without case", R"({"detail":{"repository-name":[{"suffix":{"equals-ignore-case":"WEB"}}]}})", true},
      {"prefix of a number", R"({"detail":{"size":[{"prefix":"7"}]}})", false},
      {"number written otherwise", R"({"detail":{"size":[7.0]}})", true},
      {"number in exponent form", R"({"detail":{"price":[25e-1]}})", true},
      {"account number", R"({"detail":{"account":[123456789012]}})", true},
      {"account number, other", R"({"detail":{"account":[123456789013]}})", false},
      {"true", R"({"detail":{"on":[true]}})", true},
      {"true is no string", R"({"detail":{"on":["true"]}})", false},
      {"empty string", R"({"detail":{"empty":[""]}})", true},
      {"null is no empty string", R"({"detail":{"none":[""]}})", false},
      {"numeric equals", R"({"detail":{"size":[{"numeric":["=",7.0]}]}})", true},
      {"numeric below", R"({"detail":{"size":[{"numeric":["<",7]}]}})", false},
      {"numeric at most", R"({"detail":{"size":[{"numeric":["<=",7]}]}})", true},
      {"numeric above", R"({"detail":{"price":[{"numeric":[">",2.4]}]}})", true},
      {"numeric at least", R"({"detail":{"price":[{"numeric":[">=",2.6]}]}})", false},
      {"numeric range", R"({"detail":{"size":[{"numeric":[">",0,"<=",7]}]}})", true},
      {"numeric range, open at the top", R"({"detail":{"size":[{"numeric":[">",0,"<",7]}]}})", false},
      {"numeric of a string", R"({"detail":{"image-tag":[{"numeric":[">",0]}]}})", false},
      {"numeric beyond its limits", R"({"detail":{"big":[{"numeric":[">",0]}]}})", false},
      {"cidr", R"({"detail":{"ip":[{"cidr":"10.0.0.0/24"}]}})", true},
      {"cidr, other", R"({"detail":{"ip":[{"cidr":"10.0.0.0/27"}]}})", false},
      {"cidr of all", R"({"detail":{"ip":[{"cidr":"0.0.0.0/0"}]}})", true},
      {"cidr of one", R"({"detail":{"ip":[{"cidr":"10.0.0.33/32"}]}})", true},
      {"cidr, IPv6", R"({"detail":{"ip6":[{"cidr":"2001:db8::/32"}]}})", true},
      {"cidr of the other kind", R"({"detail":{"ip6":[{"cidr":"0.0.0.0/0"}]}})", false},
      {"cidr of no address", R"({"detail":{"image-tag":[{"cidr":"0.0.0.0/0"}]}})", false},
      {"anything but a number", R"({"detail":{"size":[{"anything-but":7}]}})", false},
      {"anything but other numbers", R"({"detail":{"size":[{"anything-but":[8,9]}]}})", true},
      {"anything but a number, a string", R"({"detail":{"image-tag":[{"anything-but":7}]}})", true},
      {"anything but a string, null", R"({"detail":{"none":[{"anything-but":"x"}]}})", true},
      {"anything but a suffix", R"({"detail":{"image-tag":[{"anything-but":{"suffix":".3"}}]}})", false},
      {"anything but several suffixes", R"({"detail":{"image-tag":[{"anything-but":{"suffix":["a","b"]}}]}})", true},
      {"anything but, without case", R"({"detail":{"action-type":[{"anything-but":{"equals-ignore-case":"push"}}]}})",
       false},
      {"anything but several, without case",
       R"({"detail":{"action-type":[{"anything-but":{"equals-ignore-case":["delete","pull"]}}]}})", true},
      {"anything but a wildcard", R"({"detail":{"image-tag":[{"anything-but":{"wildcard":"v1.*"}}]}})", false},
      {"anything but several wildcards", R"({"detail":{"image-tag":[{"anything-but":{"wildcard":["*a","*b"]}}]}})",
       true},
      {"anything but one element of several", R"({"detail":{"tags":[{"anything-but":"a"}]}})", true},
      {"anything but every element", R"({"detail":{"tags":[{"anything-but":["a","b"]}]}})", false},
      {"exists, null", R"({"detail":{"none":[{"exists":true}]}})", true},
      {"exists is for leaves", R"({"detail":{"object":[{"exists":true}]}})", false},
      {"does not exist as a leaf", R"({"detail":{"object":[{"exists":false}]}})", true},
      {"an empty array is no leaf", R"({"detail":{"nothing":[{"exists":false}]}})", true},
      {"exists or equals", R"({"detail":{"other":["x",{"exists":false}]}})", true},
      {"arrays intersect", R"({"detail":{"tags":["c","b"]}})", true},
      {"arrays do not intersect", R"({"detail":{"tags":["c","d"]}})", false},
      {"array of arrays", R"({"detail":{"deep":["p"]}})", true},
      {"object in an array of arrays", R"({"detail":{"deep":{"q":[1]}}})", true},
      {"member of an array's object", R"({"detail":{"parts":{"name":["y"]}}})", true},
      {"members of one element", R"({"detail":{"parts":{"name":["y"],"state":["down"]}}})", true},
      {"members of two elements", R"({"detail":{"parts":{"name":["x"],"state":["down"]}}})", false},
      {"$or, first", R"({"$or":[{"source":["aws.ecr"]},{"source":["x"]}]})", true},
      {"$or, second", R"({"$or":[{"source":["x"]},{"detail":{"size":[7]}}]})", true},
      {"$or, none", R"({"$or":[{"source":["x"]},{"source":["y"]}]})", false},
      {"$or and", R"({"source":["x"],"$or":[{"detail":{"size":[7]}},{"detail":{"size":[8]}}]})", false},
      {"$or inside", R"({"detail":{"$or":[{"size":[8]},{"image-tag":[{"prefix":"v"}],"size":[7]}]}})", true},
      {"$or in $or", R"({"$or":[{"source":["x"]},{"$or":[{"source":["y"]},{"source":["aws.ecr"]}]}]})", true},
      {"a member named as an operation", R"({"prefix":["x",{"exists":false}]})", true},
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

TEST(EventPattern, RefusesWithReasonAndPlace) {
  struct Case {
    std::string_view pattern;
    std::string_view reason;
    std::string_view place;
  };
  const Case cases[] = {
      {"[]", "Filter is not an object", "line: 1, column: 1"},
      {R"("x")", "Filter is not an object", "line: 1, column: 1"},
      {"{}", "Empty objects are not allowed", "line: 1, column: 1"},
      {R"({"a":"b"})", R"("a" must be an object or an array)", "line: 1, column: 6"},
      {"{\n  \"a\": 1}", R"("a" must be an object or an array)", "line: 2, column: 8"},
      {R"({"a":null})", R"("a" must be an object or an array)", "column: 6"},
      {R"({"a":[]})", "Empty arrays are not allowed", "column: 6"},
      {R"({"a":{}})", "Empty objects are not allowed", "column: 6"},
      {R"({"a":[["b"]]})", "Match value must be String, number, true, false, or null", "column: 7"},
      {R"({"a":[{}]})", "Match expression name not found", "column: 7"},
      {R"({"a":["x",{"prefix":"b","suffix":"c"}]})", "Only one key allowed in match expression", "column: 11"},
      {R"({"a":[{"starts":"b"}]})", "Unrecognized match type starts", "column: 17"},
      {R"({"a":[{"prefix":1}]})", "prefix match pattern must be a string", "column: 17"},
      {R"({"a":[{"suffix":["b"]}]})", "suffix match pattern must be a string", ""},
      {R"({"a":[{"prefix":{"suffix":"b"}}]})", "Unsupported prefix pattern", ""},
      {R"({"a":[{"suffix":{"equals-ignore-case":1}}]})", "equals-ignore-case match pattern must be a string", ""},
      {R"({"a":[{"equals-ignore-case":["b"]}]})", "equals-ignore-case match pattern must be a string", ""},
      {R"({"a":[{"wildcard":{"equals-ignore-case":"x"}}]})", "wildcard match pattern must be a string", ""},
      {R"({"a":[{"wildcard":"b**"}]})", "Consecutive wildcard characters at pos 1", ""},
      {R"({"a":[{"wildcard":"b\\c"}]})", "Invalid escape character at pos 1", ""},
      {R"({"a":[{"wildcard":"b\\"}]})", "Invalid escape character at pos 1", ""},
      {R"({"a":[{"exists":"yes"}]})", "exists match pattern must be either true or false.", ""},
      {R"({"a":[{"cidr":10}]})", "cidr match pattern must be a string", ""},
      {R"({"a":[{"cidr":"10.0.0.0"}]})", "Malformed CIDR, one '/' required", ""},
      {R"({"a":[{"cidr":"10.0.0/8"}]})", "Malformed CIDR, not an IP address", ""},
      {R"({"a":[{"cidr":"10.0.0.0/x"}]})", "Malformed CIDR, mask bits must be an integer", ""},
      {R"({"a":[{"cidr":"10.0.0.0/33"}]})", "Malformed CIDR, mask bits must be at most 32", ""},
      {R"({"a":[{"cidr":"::/129"}]})", "Malformed CIDR, mask bits must be at most 128", ""},
      {R"({"a":[{"numeric":5}]})", "Value of numeric must be an array.", ""},
      {R"({"a":[{"numeric":[]}]})", "Invalid member in numeric match", ""},
      {R"({"a":[{"numeric":[5]}]})", "Invalid member in numeric match", ""},
      {R"({"a":[{"numeric":["!=",5]}]})", "Unrecognized numeric range operator: !=", ""},
      {R"({"a":[{"numeric":["="]}]})", "Value of equals must be numeric", ""},
      {R"({"a":[{"numeric":["=","5"]}]})", "Value of equals must be numeric", ""},
      {R"({"a":[{"numeric":["<",5,">",1]}]})", "Too many elements in numeric expression", ""},
      {R"({"a":[{"numeric":[">",5,6]}]})", "Bad value in numeric range", ""},
      {R"({"a":[{"numeric":[">",5,"=",6]}]})", "Bad numeric range operator: =", ""},
      {R"({"a":[{"numeric":[">",5,"<"]}]})", "Value of < must be numeric", ""},
      {R"({"a":[{"numeric":[">",5,"<",6,"<"]}]})", "Too many terms in numeric range expression", ""},
      {R"({"a":[{"numeric":[">",6,"<",5]}]})", "Bottom must be less than top", ""},
      {R"({"a":[{"numeric":["<",6e9]}]})", "Value must be between -5.0E9 and 5.0E9, inclusive", ""},
      {R"({"a":[{"anything-but":null}]})", "Value of anything-but must be an array or single string/number value.", ""},
      {R"({"a":[{"anything-but":[]}]})", "either all values are number or string", ""},
      {R"({"a":[{"anything-but":["b",1]}]})", "either all values are number or string", ""},
      {R"({"a":[{"anything-but":[null]}]})", "either all values are number or string", ""},
      {R"({"a":[{"anything-but":{}}]})", "Anything-But expression name not found", ""},
      {R"({"a":[{"anything-but":{"exists":true}}]})", "Unsupported anything-but pattern: exists", ""},
      {R"({"a":[{"anything-but":{"prefix":"b","suffix":"c"}}]})", "Only one key allowed in match expression", ""},
      {R"({"a":[{"anything-but":{"prefix":""}}]})", "Null prefix/suffix not allowed", ""},
      {R"({"a":[{"anything-but":{"equals-ignore-case":[1]}}]})", "only a string or a list of strings is supported", ""},
      {R"({"a":[{"anything-but":{"wildcard":"**"}}]})", "Consecutive wildcard characters", ""},
      {R"({"$or":{"a":["b"]}})", "It must be an Array followed with $or.", ""},
      {R"({"$or":[{"a":["b"]}]})", "There must have at least 2 Objects in $or relationship.", ""},
      {R"({"$or":["a","b"]})", "Only JSON object is allowed in array of $or relationship.", ""},
      {R"({"$or":[{"a":["b"]},{"numeric":[1]}]})", "numeric is Ruler reserved fieldName", ""},
      {R"({"$or":[{"a":["b"]},{}]})", "Empty objects are not allowed", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.pattern);
    const auto pattern = EventPattern::parse(c.pattern);
    ASSERT_FALSE(pattern);
    EXPECT_EQ(pattern.error().code, "InvalidEventPatternException");
    EXPECT_THAT(pattern.error().message, testing::StartsWith("Event pattern is not valid. Reason: "));
    EXPECT_THAT(pattern.error().message, testing::HasSubstr(std::string(c.reason)));
    EXPECT_THAT(pattern.error().message, testing::HasSubstr(std::string(c.place)));
  }
}

TEST(EventPattern, RefusesWhatIsNoJson) {
  for (const std::string_view bad : {"", "x", "{", R"({"a":["b"]} {})", "{\"a\":[\"\xff\"]}"}) {
    SCOPED_TRACE(bad);
    const auto pattern = EventPattern::parse(bad);
    ASSERT_FALSE(pattern);
    EXPECT_EQ(pattern.error().code, "InvalidEventPatternException");
  }
}

TEST(EventPattern, HasLimits) {
  const auto of_size = [](std::size_t size) {
    const std::string frame = R"({"a":[""]})";
    return R"({"a":[")" + std::string(size - frame.size(), 'x') + R"("]})";
  };
  EXPECT_TRUE(EventPattern::parse(of_size(2'048)));
  const auto longer = EventPattern::parse(of_size(2'049));
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().code, "LimitExceededException");
  // Ten of ten, three times: a thousand combinations; eleven in one of them: more.
  const auto combined = [](int last) {
    std::string ten;
    std::string more;
    for (int i = 0; i < 10; ++i) ten += R"({"k":[1]},)";
    for (int i = 0; i < last; ++i) more += R"({"k":[1]},)";
    ten.pop_back();
    more.pop_back();
    return fmt::format(R"({{"a":{{"$or":[{}]}},"b":{{"$or":[{}]}},"c":{{"$or":[{}]}}}})", ten, ten, more);
  };
  EXPECT_TRUE(EventPattern::parse(combined(10)));
  const auto eleven = EventPattern::parse(combined(11));
  ASSERT_FALSE(eleven);
  EXPECT_THAT(eleven.error().message, testing::HasSubstr("More than 1000 rule combinations"));
}

TEST(EventPattern, KnowsItsWildcards) {
  EXPECT_TRUE(EventPattern::parse(R"({"a":[{"wildcard":"b*"}]})")->has_wildcard());
  EXPECT_TRUE(EventPattern::parse(R"({"a":[{"anything-but":{"wildcard":"b*"}}]})")->has_wildcard());
  EXPECT_FALSE(EventPattern::parse(R"({"wildcard":{"a":["b"]}})")->has_wildcard());
}

TEST(EventPattern, TriesAWildcardInTimeThatGrowsNoFasterThanTheTexts) {
  const auto pattern = EventPattern::parse(R"({"a":[{"wildcard":"*a*a*a*a*a*a*a*a*a*a*a*a*b"}]})");
  ASSERT_TRUE(pattern);
  EXPECT_FALSE(pattern->matches({{"a", std::string(20'000, 'a')}}));
}

}  // namespace
}  // namespace sandbox
