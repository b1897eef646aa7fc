// SPDX-License-Identifier: Apache-2.0
#include "aws/shared_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/endpoint.h"
#include "aws/region.h"
#include "aws/testing.h"

namespace aws {
namespace {

using base::ErrorKind;
using ::testing::HasSubstr;
using ::testing::Not;

const Environment home{{"HOME", "/home/ann"}};

SharedConfig of_text(const std::string& text, Environment environment = home) {
  return read_shared_config(environment, testing::machine_with({{"/home/ann/.aws/config", text}})).value();
}

TEST(SharedConfig, IsEmptyWhereNothingIs) {
  for (const Environment& environment : {Environment(), home, Environment{{"AWS_CONFIG_FILE", "/none"}}}) {
    const auto config = read_shared_config(environment, testing::machine_with({}));
    ASSERT_TRUE(config);
    EXPECT_TRUE(own_profile(*config).empty());
    EXPECT_EQ(config->profile, "default");
  }
}

TEST(SharedConfig, MergesBothFiles) {
  const auto config =
      read_shared_config({{"HOME", "/home/ann"}, {"AWS_PROFILE", "a"}},
                         testing::machine_with({{"/home/ann/.aws/config", "[profile a]\nregion = r\nx = config\n"},
                                                {"/home/ann/.aws/credentials", "[a]\nx = credentials\n[b]\n"}}));
  ASSERT_TRUE(config);
  EXPECT_EQ(setting_value(own_profile(*config), "region"), "r");
  EXPECT_EQ(setting_value(own_profile(*config), "x"), "credentials");
  EXPECT_EQ(find_setting(own_profile(*config), "x")->where, "/home/ann/.aws/credentials:2");
  EXPECT_TRUE(config->chosen);
}

TEST(SharedConfig, TakesHomeForATilde) {
  const auto config = read_shared_config({{"HOME", "/home/ann"}, {"AWS_CONFIG_FILE", "~/other"}},
                                         testing::machine_with({{"/home/ann/other", "[default]\nregion = r"}}));
  ASSERT_TRUE(config);
  EXPECT_EQ(setting_value(own_profile(*config), "region"), "r");
}

TEST(SharedConfig, RefusesAndSaysWhere) {
  struct Case {
    std::string_view name;
    std::string text;
    std::string profile;
    std::string_view said;
  };
  const Case cases[] = {
      {"a broken line", "[default]\nhush", "",
       "/home/ann/.aws/config:2: neither `NAME = VALUE` nor a section in brackets"},
      {"no such profile", "[profile prod]\n[profile staging]", "prd",
       "AWS_PROFILE: there is no profile `prd` in /home/ann/.aws/config or /home/ann/.aws/credentials; did you mean "
       "`prod`?"},
      {"another case", "[profile PRODUCTION]", "production", "did you mean `PRODUCTION`?"},
      {"nothing alike", "[profile prod]", "zebra", "or /home/ann/.aws/credentials"},
      {"no prefix", "[default]\n[prod]", "prod", "`[prod]` in /home/ann/.aws/config:2 must be `[profile prod]`"},
      {"a line break in the name", "", "a\nhush", "no profile `a`"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto config = read_shared_config({{"HOME", "/home/ann"}, {"AWS_PROFILE", c.profile}},
                                           testing::machine_with({{"/home/ann/.aws/config", c.text}}));
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().kind, ErrorKind::Invalid);
    EXPECT_THAT(config.error().message, HasSubstr(std::string(c.said)));
    EXPECT_THAT(config.error().message, Not(HasSubstr("hush")));
  }
}

TEST(SharedConfig, SaysThatAFileCannotBeRead) {
  auto machine = testing::machine_with({});
  machine.read_file = [](const std::string& path) -> base::Result<std::string> {
    return base::fail(ErrorKind::Invalid, path + ": Permission denied");
  };
  EXPECT_EQ(read_shared_config(home, machine).error().message, "/home/ann/.aws/config: Permission denied");
}

TEST(EndpointSettingsOfAProfile, ComeBehindTheEnvironment) {
  struct Case {
    std::string_view name;
    std::string text;  // Of the default profile and what follows.
    Environment environment;
    std::string_view sts;
    std::string_view sqs;
  };
  const std::string services =
      "services = s\nendpoint_url = http://all\n[services s]\nsts =\n endpoint_url = http://one\n";
  const Case cases[] = {
      {"nothing", "", {}, "sts.eu-west-1.amazonaws.com", "sqs.eu-west-1.amazonaws.com"},
      {"a URL", "endpoint_url = http://all", {}, "all", "all"},
      {"a section of services", services, {}, "one", "all"},
      {"a URL of the environment for one", services, {{"AWS_ENDPOINT_URL_SQS", "http://env"}}, "one", "env"},
      {"a URL of the environment for all", services, {{"AWS_ENDPOINT_URL", "http://env"}}, "env", "env"},
      {"ignored by the environment",
       services,
       {{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}},
       "sts.eu-west-1.amazonaws.com",
       "sqs.eu-west-1.amazonaws.com"},
      {"ignored by the profile",
       "ignore_configured_endpoint_urls = true\n" + services,
       {},
       "sts.eu-west-1.amazonaws.com",
       "sqs.eu-west-1.amazonaws.com"},
      {"ignored by the profile but for the environment",
       "ignore_configured_endpoint_urls = true\n" + services,
       {{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false"}},
       "one",
       "all"},
      {"FIPS", "use_fips_endpoint = TRUE", {}, "sts-fips.eu-west-1.amazonaws.com", "sqs-fips.eu-west-1.amazonaws.com"},
      {"no FIPS, by the environment",
       "use_fips_endpoint = true",
       {{"AWS_USE_FIPS_ENDPOINT", "false"}},
       "sts.eu-west-1.amazonaws.com",
       "sqs.eu-west-1.amazonaws.com"},
      {"dual stack", "use_dualstack_endpoint = true", {}, "sts.eu-west-1.api.aws", "sqs.eu-west-1.api.aws"},
      {"the global STS", "sts_regional_endpoints = legacy", {}, "sts.amazonaws.com", "sqs.eu-west-1.amazonaws.com"},
      {"the regional STS, by the environment",
       "sts_regional_endpoints = legacy",
       {{"AWS_STS_REGIONAL_ENDPOINTS", "regional"}},
       "sts.eu-west-1.amazonaws.com",
       "sqs.eu-west-1.amazonaws.com"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto settings = read_endpoint_settings(c.environment, of_text("[default]\n" + c.text));
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(endpoint(Service::Sts, "eu-west-1", *settings)->origin.host, c.sts);
    EXPECT_EQ(endpoint(Service::Sqs, "eu-west-1", *settings)->origin.host, c.sqs);
  }
}

TEST(EndpointSettingsOfAProfile, AreRefusedWithTheirPlace) {
  struct Case {
    std::string_view name;
    std::string text;
    Environment environment;
    std::string_view said;
  };
  const Case cases[] = {
      {"no URL", "endpoint_url = x", {}, "endpoint_url (/home/ann/.aws/config:2)"},
      {"neither true nor false",
       "use_fips_endpoint = yes",
       {},
       "use_fips_endpoint (/home/ann/.aws/config:2): must be `true` or `false`"},
      {"FIPS and a URL",
       "use_fips_endpoint = true\nendpoint_url = http://x",
       {},
       "endpoint_url (/home/ann/.aws/config:3): cannot be combined with use_fips_endpoint (/home/ann/.aws/config:2)"},
      {"FIPS and a URL of the environment",
       "use_fips_endpoint = true",
       {{"AWS_ENDPOINT_URL", "http://x"}},
       "AWS_ENDPOINT_URL: cannot be combined with use_fips_endpoint (/home/ann/.aws/config:2)"},
      {"no such services", "services = s", {}, "has no section `[services s]`"},
      {"another kind of STS", "sts_regional_endpoints = global", {}, "must be `regional` or `legacy`"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto settings = read_endpoint_settings(c.environment, of_text("[default]\n" + c.text));
    ASSERT_FALSE(settings);
    EXPECT_EQ(settings.error().kind, ErrorKind::Invalid);
    EXPECT_THAT(settings.error().message, HasSubstr(std::string(c.said)));
  }
}

TEST(Region, IsTheFirstThatIsSet) {
  const auto config = of_text("[default]\nregion = from-profile");
  EXPECT_EQ(configured_region({{"AWS_REGION", "one"}, {"AWS_DEFAULT_REGION", "two"}}, config), "one");
  EXPECT_EQ(configured_region({{"AWS_REGION", ""}, {"AWS_DEFAULT_REGION", "two"}}, config), "two");
  EXPECT_EQ(configured_region({}, config), "from-profile");
  EXPECT_EQ(configured_region({}, {}), "");
}

TEST(Region, IsRefusedWithItsPlace) {
  EXPECT_EQ(configured_region({{"AWS_REGION", "us east"}}, {}).error().message,
            "AWS_REGION: `us east` is no name of an AWS region");
  EXPECT_EQ(configured_region({}, of_text("[default]\nregion = x/y")).error().message,
            "region (/home/ann/.aws/config:2): `x/y` is no name of an AWS region");
}

TEST(Region, IsTheInstancesAtLast) {
  testing::RecordingClock clock;
  testing::ScriptedClient client;
  client.answer(200, "token");
  client.answer(200, "eu-west-2");
  EXPECT_EQ(find_region({}, {}, client, clock, clock.instant() + std::chrono::seconds(60)), "eu-west-2");
  EXPECT_EQ(client.sent[1].target, "/latest/meta-data/placement/region");
  client.fail(ErrorKind::NotSent);
  EXPECT_THAT(find_region({}, {}, client, clock, clock.instant() + std::chrono::seconds(60)).error().message,
              HasSubstr("AWS_REGION is not set"));
  const auto off = find_region({{"AWS_EC2_METADATA_DISABLED", "true"}}, {}, client, clock, clock.instant());
  EXPECT_THAT(off.error().message, HasSubstr("AWS_REGION is not set"));
  EXPECT_TRUE(client.done());
}

}  // namespace
}  // namespace aws
