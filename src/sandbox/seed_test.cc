// SPDX-License-Identifier: Apache-2.0
#include "sandbox/seed.h"

#include <gmock/gmock.h>

#include "sandbox/test_account.h"

namespace sandbox {
namespace {

using testing::HasSubstr;

constexpr std::string_view arn =
    "arn:aws:apprunner:eu-west-1:111122223333:service/shop-web/8fe1e10304f84fd2b0df550fe98a71fa";

std::string seed_of(std::string_view service_arn, std::string_view image) {
  return fmt::format(
      R"({{"repositories": {{"shop": ["1.2.3", "1.2.4"]}}, "services": [{{"arn": "{}", "image": "{}"}}]}})",
      service_arn, image);
}

TEST(Seed, TakesAccountAndRegionFromItsServices) {
  const auto seed = read_seed(seed_of(arn, "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop:1.2.4"));
  ASSERT_TRUE(seed) << seed.error().message;
  EXPECT_EQ(seed->account, "111122223333");
  EXPECT_EQ(seed->region, "eu-west-1");
  ASSERT_EQ(seed->services.size(), 1U);
  EXPECT_EQ(seed->services[0].name, "shop-web");
  EXPECT_EQ(seed->services[0].image, "shop:1.2.4");
}

TEST(Seed, SaysWhereAndWhatIsWrong) {
  struct Case {
    std::string_view name;
    std::string text;
    std::string_view says;
  };
  const Case cases[] = {
      {"no JSON", "{\n\"services\": [}", "f:2:14: "},
      {"no object", "[]", "f:1:1: must be an object with $schema, account, region, repositories, services"},
      {"unknown member", R"({"service": []})", R"(f:1:2: "service" is not known here; known are)"},
      {"twice", R"({"services": [], "services": []})", "f:1:18: is there twice"},
      {"account", R"({"account": "1"})", "f:1:13: must be twelve digits"},
      {"region", R"({"region": "x y"})", "f:1:12: must be a region"},
      {"repositories", R"({"repositories": []})", "f:1:18: must be an object of repositories"},
      {"repository's name", R"({"repositories": {"Shop": []}})", R"(f:1:19: "Shop" is no repository's name)"},
      {"tags", R"({"repositories": {"shop": "1.2.3"}})", "f:1:27: must be a list of tags"},
      {"tag", R"({"repositories": {"shop": ["1.2.3", "-"]}})", "f:1:37: must be a tag"},
      {"services", R"({"services": {}})", "f:1:14: must be a list of services"},
      {"no ARN", R"({"services": [{"image": "shop:1.2.3"}]})", R"(f:1:15: needs the service's "arn")"},
      {"no image", fmt::format(R"({{"services": [{{"arn": "{}"}}]}})", arn), R"(f:1:15: needs the "image")"},
      {"ARN of another kind", seed_of("arn:aws:ecs:eu-west-1:111122223333:service/a/b", "shop:1.2.3"),
       "must be an App Runner service's ARN: arn:aws:apprunner:REGION:ACCOUNT:service/NAME/ID"},
      {"no such tag", seed_of(arn, "shop:1.2.5"), R"("shop:1.2.5" is none of them)"},
      {"no such repository", seed_of(arn, "web:1.2.3"), R"("web:1.2.3" is none of them)"},
      {"another account", fmt::format(R"({{"account": "123456789012", "services": [{{"arn": "{}"}}]}})", arn),
       "one account in one region"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto seed = read_seed(c.text);
    ASSERT_FALSE(seed);
    EXPECT_THAT(to_string(seed.error(), "f"), HasSubstr(c.says));
  }
}

TEST(Seed, IsThereFromTheStartAndAfterAReset) {
  auto settings = test::TestAccount::unverified();
  settings.planted = *read_seed(seed_of(arn, "shop:1.2.3"));
  settings.account = settings.planted.account;
  settings.region = settings.planted.region;
  settings.rules = R"([{"repository":"shop"}])";
  test::TestAccount account(settings);
  account.call("sqs.CreateQueue", R"({"QueueName":"gone"})");
  account.account.reset();
  const auto described = account.call("apprunner.DescribeService", fmt::format(R"({{"ServiceArn":"{}"}})", arn));
  EXPECT_EQ(test::at(described, "/Service/Status"), "RUNNING");
  EXPECT_EQ(test::at(described, "/Service/SourceConfiguration/ImageRepository/ImageIdentifier"),
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop:1.2.3");
  EXPECT_EQ(test::at(account.call("ecr.DescribeImages", R"({"repositoryName":"shop"})"), "/imageDetails/1/imageTags/0")
                .substr(0, 4),
            "1.2.");
  EXPECT_EQ(account.answer({{}, "GET", "/caretaker/rules.json", {{"Host", "x"}}, {}}).body, settings.rules);
  // They were there before Caretaker was, so that nothing was pushed to it.
  const auto queue = account.call("sqs.GetQueueAttributes",
                                  R"({"QueueUrl":"http://x/111122223333/caretaker","AttributeNames":["All"]})");
  EXPECT_EQ(test::at(queue, "/Attributes/ApproximateNumberOfMessages"), "0");
}

}  // namespace
}  // namespace sandbox
