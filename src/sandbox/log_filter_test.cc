// SPDX-License-Identifier: Apache-2.0
#include "sandbox/log_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sandbox {
namespace {

TEST(LogFilter, Passes) {
  constexpr std::string_view text = "push shop-1.2.4 is done";
  constexpr std::string_view event =
      R"({"level":"error","took":104.5,"zero":0,"retry":true,"last":false,"none":null,"ip":"123.123.4.5","odd key":1,)"
      R"("service":{"name":"web shop"},"tags":["a",{"k":"v"}],"text":"404"})";
  struct Case {
    std::string_view pattern;
    std::string_view message;
    bool want;
  };
  const Case cases[] = {
      {"", text, true},
      {"  ", text, true},
      {"push", text, true},
      {"Push", text, false},
      {"push done", text, true},
      {"done push", text, true},
      {"push fail", text, false},
      {R"("shop-1.2.4 is")", text, true},
      {R"("is shop")", text, false},
      {R"("a \"b\"")", R"(a "b")", true},
      {"?fail ?done", text, true},
      {"?fail ?fail2", text, false},
      {"push ?fail", text, true},
      {"-fail", text, true},
      {"push -done", text, false},
      {R"(push -"is done")", text, false},
      {R"("-done")", text, false},
      {R"("-done")", "un-done", true},
      {R"({ $.level = "error" })", event, true},
      {"{ $.level = error }", event, true},
      {"{$.level=error}", event, true},
      {R"({ $.level != "error" })", event, false},
      {R"({ $.level = "err*" })", event, true},
      {R"({ $.level = "*rr*r" })", event, true},
      {R"({ $.level = "*warn*" })", event, false},
      {"{ $.ip = 123.123.* }", event, true},
      {"{ $.ip != 123.123.* }", event, false},
      {"{ $.took > 100 }", event, true},
      {"{ $.took >= 104.5 }", event, true},
      {"{ $.took < 1.0e2 }", event, false},
      {"{ $.took <= 104.4 }", event, false},
      {"{ $.took = 104.5 }", event, true},
      {"{ $.zero = 0 }", event, true},
      {"{ $.zero = -1 }", event, false},
      {R"({ $.took = "104.5" })", event, false},
      {R"({ $.text = "404" })", event, true},
      {"{ $.retry IS TRUE }", event, true},
      {"{ $.last IS TRUE }", event, false},
      {"{ $.last IS FALSE }", event, true},
      {"{ $.retry = true }", event, true},
      {"{ $.none IS NULL }", event, true},
      {"{ $.absent IS NULL }", event, false},
      {"{ $.absent NOT EXISTS }", event, true},
      {"{ $.none NOT EXISTS }", event, false},
      {"{ $.absent = x }", event, false},
      {"{ $.absent != x }", event, false},
      {R"({ $.service.name = "web shop" })", event, true},
      {R"({ $["odd key"] = 1 })", event, true},
      {"{ $.tags[0] = a }", event, true},
      {"{ $.tags[1].k = v }", event, true},
      {"{ $.tags[2] = a }", event, false},
      {"{ $.tags[*].k = v }", event, true},
      {"{ $.*.name = \"web shop\" }", event, true},
      {"{ $.level = error && $.took > 100 }", event, true},
      {"{ $.level = error && $.took > 200 }", event, false},
      {"{ $.level = info || $.took > 100 }", event, true},
      {"{ $.level = error || $.took > 200 && $.zero = 1 }", event, true},
      {"{ ($.level = error || $.took > 200) && $.zero = 1 }", event, false},
      {"{ (($.level = error)) }", event, true},
      {"{ $.level = error }", text, false},
      {"{ $.level = error }", "[1]", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.pattern);
    const auto filter = LogFilter::parse(c.pattern);
    ASSERT_TRUE(filter) << filter.error().message;
    EXPECT_EQ(filter->passes(c.message), c.want);
  }
}

TEST(LogFilter, RefusesWhatItCannotRead) {
  struct Case {
    std::string_view pattern;
    std::string_view reason;
  };
  const Case cases[] = {
      {"shop-1.2.4", "Invalid character(s) in term 'shop-1.2.4'"},
      {"a:b", "Invalid character(s) in term 'a:b'"},
      {"?", "Invalid character(s) in term ''"},
      {R"("push)", "a quote is not closed"},
      {"%push.*%", "does not emulate regular expressions"},
      {"[ip, user, status=404]", "does not emulate space-delimited fields"},
      {"{ $.a = %x% }", "does not emulate regular expressions"},
      {"{", "a selector such as $.name is missing (at character 2)"},
      {"{ }", "a selector such as $.name is missing"},
      {"{ level = error }", "a selector such as $.name is missing"},
      {"{ $ = error }", "a selector such as $.name is missing"},
      {"{ $. = error }", "a name is missing after the dot"},
      {"{ $.level }", "a comparison"},
      {"{ $.level == error }", "a value is missing"},
      {"{ $.level = }", "a value is missing"},
      {"{ $.level = \"error }", "a quote is not closed"},
      {"{ $.level > error }", "compare numbers"},
      {"{ $.level > \"5\" }", "compare numbers"},
      {"{ $.level IS error }", "after IS comes NULL, TRUE or FALSE"},
      {"{ $.level NOT NULL }", "after NOT comes EXISTS"},
      {"{ $.level = error", "} is missing"},
      {"{ $.level = error } x", "nothing may follow"},
      {"{ $.level = error && }", "a selector such as $.name is missing"},
      {"{ ($.level = error }", ") is missing"},
      {"{ $.level[x] = error }", "an index is missing"},
      {"{ ((((((((((((((((((((((( $.a = 1 }", "nested too deep"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.pattern);
    const auto filter = LogFilter::parse(c.pattern);
    ASSERT_FALSE(filter);
    EXPECT_EQ(filter.error().code, "InvalidParameterException");
    EXPECT_THAT(filter.error().message, testing::HasSubstr(std::string(c.reason)));
  }
}

}  // namespace
}  // namespace sandbox
