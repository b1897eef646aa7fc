// SPDX-License-Identifier: Apache-2.0
#include "names/service_arn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "names/arn.h"

namespace names {
namespace {

TEST(Arn, HasSixPartsOfWhichTwoMayBeEmpty) {
  const auto arn = parse_arn("arn:aws:iam::123456789012:role/team:a/Access");
  ASSERT_TRUE(arn);
  EXPECT_EQ(arn->partition, "aws");
  EXPECT_EQ(arn->service, "iam");
  EXPECT_EQ(arn->region, "");
  EXPECT_EQ(arn->account, "123456789012");
  EXPECT_EQ(arn->resource, "role/team:a/Access");

  for (const auto text :
       {"", "arn", "arn:aws:s3:::", "arn:aws:sqs:us-east-1:123456789012", "urn:aws:s3:::bucket", "arn::s3:::bucket"}) {
    EXPECT_FALSE(parse_arn(text)) << text;
  }
}

TEST(ServiceArn, ReadsEveryPart) {
  const std::string text =
      "arn:aws:apprunner:us-east-1:123456789123:service/Hello-World-Service/2d0032a93cbb4cbdaef0966607052336";
  const auto arn = parse_service_arn(text);
  ASSERT_TRUE(arn) << arn.error().message;
  EXPECT_EQ(arn->kind, TargetKind::AppRunner);
  EXPECT_EQ(arn->partition, "aws");
  EXPECT_EQ(arn->region, "us-east-1");
  EXPECT_EQ(arn->account, "123456789123");
  EXPECT_EQ(arn->name, "Hello-World-Service");
  EXPECT_EQ(arn->id, "2d0032a93cbb4cbdaef0966607052336");
  EXPECT_EQ(arn->text, text);
}

TEST(ServiceArn, TakesEveryFormThatAwsGives) {
  struct Case {
    std::string_view name;
    std::string_view text;
  };
  constexpr Case cases[] = {
      {"the post's walkthrough",
       "arn:aws:apprunner:us-east-1:123456789012:service/hello-world-service/8fe1e10304f84fd2b0df550fe98a71fa"},
      {"an id as the API's model has it",
       "arn:aws:apprunner:eu-west-1:123456789012:service/shop/17fe9f55-7e91-4097-b243-fcabbb69a4cf"},
      {"a short id", "arn:aws:apprunner:eu-west-1:123456789012:service/shop/1"},
      {"another partition", "arn:aws-us-gov:apprunner:us-gov-west-1:123456789012:service/shop/1"},
      {"an underscore in the name", "arn:aws:apprunner:ap-northeast-1:123456789012:service/my_shop-2/1"},
      {"the longest name",
       "arn:aws:apprunner:us-east-1:123456789012:service/a234567890123456789012345678901234567890/1"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto arn = parse_service_arn(c.text);
    EXPECT_TRUE(arn) << arn.error().message;
  }
}

TEST(ServiceArn, SaysWhichPartIsWrong) {
  struct Case {
    std::string_view name;
    std::string_view text;
    std::string_view says;
  };
  constexpr Case cases[] = {
      {"nothing", "", "expected arn:aws:apprunner:REGION:ACCOUNT:service/NAME/ID"},
      {"a name", "hello-world-service", "expected arn:aws:apprunner:"},
      {"a blank before it", " arn:aws:apprunner:us-east-1:123456789012:service/shop/1", "expected arn:aws:apprunner:"},
      {"a blank behind it", "arn:aws:apprunner:us-east-1:123456789012:service/shop/1 ", "`1 ` is no id"},
      {"another partition", "arn:gcp:apprunner:us-east-1:123456789012:service/shop/1", "not `gcp`"},
      {"another service", "arn:aws:ecs:us-east-1:123456789012:service/cluster/shop",
       "it is of ECS, which can't be deployed to yet"},
      {"no region", "arn:aws:apprunner::123456789012:service/shop/1", "`` is no region"},
      {"a place", "arn:aws:apprunner:Ireland:123456789012:service/shop/1", "`Ireland` is no region"},
      {"an account of 11 digits", "arn:aws:apprunner:us-east-1:12345678901:service/shop/1", "12 digits"},
      {"the post's placeholder", "arn:aws:apprunner:us-east-1:<<account>>:service/shop/1", "12 digits"},
      {"a shell variable", "arn:aws:apprunner:us-east-1:${AWS_ACCOUNT_ID}:service/shop/1", "12 digits"},
      {"another resource", "arn:aws:apprunner:us-east-1:123456789012:autoscalingconfiguration/shop/1/1",
       "it names a `autoscalingconfiguration`"},
      {"no id", "arn:aws:apprunner:us-east-1:123456789012:service/shop", "the id is missing"},
      {"only the kind", "arn:aws:apprunner:us-east-1:123456789012:service", "the id is missing"},
      {"an empty id", "arn:aws:apprunner:us-east-1:123456789012:service/shop/", "`` is no id"},
      {"more than an id", "arn:aws:apprunner:us-east-1:123456789012:service/shop/1/2", "`1/2` is no id"},
      {"a name of three letters", "arn:aws:apprunner:us-east-1:123456789012:service/web/1", "`web` is none"},
      {"a path for a name", "arn:aws:apprunner:us-east-1:123456789012:service/../1", "`..` is none"},
      {"a name of 41 letters",
       "arn:aws:apprunner:us-east-1:123456789012:service/a2345678901234567890123456789012345678901/1", "4 to 40"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto arn = parse_service_arn(c.text);
    ASSERT_FALSE(arn);
    EXPECT_THAT(arn.error().message, testing::HasSubstr(std::string(c.says)));
  }
}

TEST(ServiceArn, PointsAtThePartThatIsWrong) {
  struct Case {
    std::string_view text;
    std::string_view part;  // From the spot on.
  };
  constexpr Case cases[] = {
      {"shop", "shop"},
      {"arn:gcp:apprunner:us-east-1:123456789012:service/shop/1",
       "gcp:apprunner:us-east-1:123456789012:service/shop/1"},
      {"arn:aws:ecs:us-east-1:123456789012:service/shop/1", "ecs:us-east-1:123456789012:service/shop/1"},
      {"arn:aws:apprunner::123456789012:service/shop/1", ":123456789012:service/shop/1"},
      {"arn:aws:apprunner:us-east-1:12:service/shop/1", "12:service/shop/1"},
      {"arn:aws:apprunner:us-east-1:123456789012:connection/shop/1", "connection/shop/1"},
      {"arn:aws:apprunner:us-east-1:123456789012:service/shop", ""},
      {"arn:aws:apprunner:us-east-1:123456789012:service/web/1", "web/1"},
      {"arn:aws:apprunner:us-east-1:123456789012:service/shop/1/2", "1/2"},
  };
  for (const auto& c : cases) {
    const auto arn = parse_service_arn(c.text);
    ASSERT_FALSE(arn) << c.text;
    EXPECT_EQ(c.text.substr(arn.error().offset), c.part);
  }
}

}  // namespace
}  // namespace names
