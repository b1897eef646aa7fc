// SPDX-License-Identifier: Apache-2.0
#include "rules/lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rules {
namespace {

std::vector<Rule> some_rules() {
  auto checked = parse_rules(R"([
    {"name": "shop, production", "repository": "shop", "semVersion": "^1",
     "serviceArn": "arn:aws:apprunner:us-east-1:123456789012:service/shop/0a1b"},
    {"repository": "shop", "semVersion": "^1",
     "serviceArn": "arn:aws:apprunner:us-east-1:123456789012:service/shop-staging/0c2d"},
    {"name": "desk", "repository": "desk", "semVersion": "^1",
     "serviceArn": "arn:aws:apprunner:us-east-1:123456789012:service/counter/77"},
    {"repository": "desk", "semVersion": "^1",
     "serviceArn": "arn:aws:apprunner:eu-west-1:123456789012:service/counter/78"}
  ])");
  return std::move(checked.rules.value().rules);
}

TEST(FindRule, TakesWhatPeopleCallAService) {
  struct Case {
    std::string_view text;
    std::string_view id;    // Of the service found.
    std::string_view says;  // Or the error.
  };
  constexpr Case cases[] = {
      {"arn:aws:apprunner:us-east-1:123456789012:service/shop/0a1b", "0a1b", ""},
      {"shop", "0a1b", ""},
      {"shop, production", "0a1b", ""},
      {"shop,", "0a1b", ""},
      {"shop-", "0c2d", ""},
      {"shop-staging/0c2d", "0c2d", ""},
      {"0c", "0c2d", ""},
      {"desk", "77", ""},
      {"counter/78", "78", ""},
      {"sho", "", "`sho` could be 2 services: shop, shop-staging; say which"},
      {"counter", "", "`counter` could be 2 services: counter/77, counter/78; say which"},
      {"arn:aws:apprunner:us-east-1", "", "could be 3 services: shop, shop-staging, counter/77; say which"},
      {"arn:aws:apprunner:us-east-1:123456789012:service/shop/0000", "",
       "0000`; the one for shop is about `arn:aws:apprunner:us-east-1:123456789012:service/shop/0a1b`"},
      {"shop-stagign", "", "no rule is about `shop-stagign`; did you mean `shop-staging`?"},
      {"cellar", "", "no rule is about `cellar`; there are rules for shop, shop-staging, counter"},
      {"", "", "expected a service's name or ARN, and this is empty"},
  };
  const auto rules = some_rules();
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto found = find_rule(rules, c.text);
    ASSERT_EQ(found.has_value(), c.says.empty()) << (found ? (*found)->service.text : found.error().message);
    if (found) {
      EXPECT_EQ((*found)->service.id, c.id);
    } else {
      EXPECT_THAT(found.error().message, testing::HasSubstr(std::string(c.says)));
    }
  }
  EXPECT_THAT(find_rule({}, "shop").error().message, testing::HasSubstr("no service at all"));
}

TEST(Label, IsFoundAgain) {
  struct Case {
    std::string_view name;
    std::string_view first;  // The other rule is for service `shop/1` and has no name of its own.
    std::string_view id;     // Of a service `front`, unless it is called `shop` here.
    std::vector<std::string> labels;
  };
  const Case cases[] = {
      {"two names", "", "front/2", {"front", "shop"}},
      {"one name of two services", "", "shop/2", {"shop/2", "shop/1"}},
      {"a rule named as the other's service", "shop", "front/2", {"front", "shop/1"}},
      {"a rule named as its own service", "front", "front/2", {"front", "shop"}},
      {"a rule named as all that the other is called",
       "shop/1",
       "shop/2",
       {"shop/2", "arn:aws:apprunner:us-east-1:123456789012:service/shop/1"}},
      {"an id that is the other's name", "", "front/shop", {"front", "shop/1"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string arn = "arn:aws:apprunner:us-east-1:123456789012:service/";
    const auto checked =
        parse_rules(R"([{"repository": "shop", "semVersion": "^1", "name": ")" + std::string(c.first) +
                    R"(", "serviceArn": ")" + arn + std::string(c.id) +
                    R"("}, {"repository": "shop", "semVersion": "^1", "serviceArn": ")" + arn + R"(shop/1"}])");
    ASSERT_TRUE(checked.rules);
    const auto& rules = checked.rules->rules;
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(label(rules[i], rules), c.labels[i]);
      const auto found = find_rule(rules, label(rules[i], rules));
      ASSERT_TRUE(found) << found.error().message;
      EXPECT_EQ(*found, &rules[i]);
    }
  }
}

TEST(FindRule, FindsSeveralInTheFilesOrder) {
  const auto rules = some_rules();
  const std::vector<std::string> texts = {"desk", "shop", "0a1b"};
  const auto found = find_rules(rules, texts);
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, testing::ElementsAre(&rules[0], &rules[2]));
  EXPECT_EQ(find_rules(rules, {})->size(), 4U);
  const std::vector<std::string> unknown = {"shop", "cellar"};
  EXPECT_EQ(find_rules(rules, unknown).error().kind, base::ErrorKind::NotFound);
}

}  // namespace
}  // namespace rules
