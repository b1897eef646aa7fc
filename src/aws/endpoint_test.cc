// SPDX-License-Identifier: Apache-2.0
#include "aws/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "aws/testing.h"

namespace aws {
namespace {

using base::ErrorKind;

Service service_of(std::string_view name) {
  for (const Service service : {Service::AppRunner, Service::Ecr, Service::Sqs, Service::S3, Service::Logs,
                                Service::Sts, Service::Events, Service::Lambda, Service::CloudWatch}) {
    if (traits(service).signing_name == name) return service;
  }
  ADD_FAILURE() << name;
  return Service::Sts;
}

std::string host_or_none(Service service, const std::string& region, const EndpointSettings& settings) {
  if (service == Service::S3) {
    const auto where = object_address("shop-rules", "k", region, settings);
    return where ? where->origin.host : "none";
  }
  const auto where = endpoint(service, region, settings);
  return where ? where->origin.host : "none";
}

TEST(Endpoint, AgreesWithTheRulesOfAws) {
  std::istringstream table(testing::read_file(std::filesystem::path(TESTDATA) / "hosts.txt"));
  int rows = 0;
  for (std::string line; std::getline(table, line);) {
    if (line.starts_with('#')) continue;
    SCOPED_TRACE(line);
    std::istringstream row(line);
    std::string service, region, asked, host;
    row >> service >> region >> asked >> host;
    EndpointSettings settings;
    settings.fips = asked.starts_with("fips");
    settings.dual_stack = asked.ends_with("dual-stack");
    EXPECT_EQ(host_or_none(service_of(service), region, settings), host);
    ++rows;
  }
  EXPECT_EQ(rows, 360);
}

TEST(Endpoint, IsReachedByTls) {
  const auto where = endpoint(Service::Sqs, "eu-west-1", {});
  ASSERT_TRUE(where);
  EXPECT_EQ(where->origin, (http::Origin{true, "sqs.eu-west-1.amazonaws.com", 443}));
  EXPECT_EQ(where->path_prefix, "");
}

TEST(Endpoint, RefusesARegionThatWouldNameAnotherHost) {
  for (const std::string region :
       {"", "us-east-1.evil.example/", "us east", "US-EAST-1", "-", "a@b", "us-east-1:8080"}) {
    SCOPED_TRACE(region);
    const auto where = endpoint(Service::Sqs, region, {});
    ASSERT_FALSE(where);
    EXPECT_EQ(where.error().kind, ErrorKind::Invalid);
  }
}

TEST(Endpoint, KnowsTheSuffixOfAPartition) {
  EXPECT_EQ(dns_suffix("us-east-1"), "amazonaws.com");
  EXPECT_EQ(dns_suffix("us-gov-east-1"), "amazonaws.com");
  EXPECT_EQ(dns_suffix("cn-northwest-1"), "amazonaws.com.cn");
}

TEST(EndpointSettings, ReadsOverrides) {
  const auto settings = read_endpoint_settings({{"AWS_ENDPOINT_URL", "http://localhost:4566"},
                                                {"AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "https://logs.example/base/"},
                                                {"AWS_ENDPOINT_URL_SQS", ""}});
  ASSERT_TRUE(settings);
  const auto sqs = endpoint(Service::Sqs, "us-east-1", *settings);
  ASSERT_TRUE(sqs);
  EXPECT_EQ(sqs->origin, (http::Origin{false, "localhost", 4566}));
  const auto logs = endpoint(Service::Logs, "us-east-1", *settings);
  ASSERT_TRUE(logs);
  EXPECT_EQ(logs->origin, (http::Origin{true, "logs.example", 443}));
  EXPECT_EQ(logs->path_prefix, "/base");
}

TEST(EndpointSettings, MayIgnoreOverrides) {
  const auto settings = read_endpoint_settings({{"AWS_ENDPOINT_URL", "http://localhost:4566"},
                                                {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True"},
                                                {"AWS_USE_FIPS_ENDPOINT", "true"}});
  ASSERT_TRUE(settings);
  EXPECT_TRUE(settings->urls.empty());
  EXPECT_TRUE(settings->fips);
}

TEST(EndpointSettings, RefusesAndNamesTheVariable) {
  struct Case {
    std::string_view name;
    Environment environment;
    std::string_view named;
  };
  const Case cases[] = {
      {"no URL", {{"AWS_ENDPOINT_URL_S3", "localhost:4566"}}, "AWS_ENDPOINT_URL_S3"},
      {"a query", {{"AWS_ENDPOINT_URL", "http://localhost/?a=b"}}, "AWS_ENDPOINT_URL"},
      {"neither true nor false", {{"AWS_USE_FIPS_ENDPOINT", "yes"}}, "AWS_USE_FIPS_ENDPOINT"},
      {"FIPS and a URL",
       {{"AWS_USE_FIPS_ENDPOINT", "true"}, {"AWS_ENDPOINT_URL_ECR", "http://x"}},
       "AWS_ENDPOINT_URL_ECR"},
      {"dual stack and a URL",
       {{"AWS_USE_DUALSTACK_ENDPOINT", "true"}, {"AWS_ENDPOINT_URL", "http://x"}},
       "AWS_USE_DUALSTACK_ENDPOINT"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto settings = read_endpoint_settings(c.environment);
    ASSERT_FALSE(settings);
    EXPECT_EQ(settings.error().kind, ErrorKind::Invalid);
    EXPECT_THAT(settings.error().message, ::testing::HasSubstr(std::string(c.named)));
  }
}

TEST(ObjectAddress, ChoosesTheStyle) {
  struct Case {
    std::string_view name;
    std::string_view bucket;
    std::string_view url;
    std::string_view host;
    std::string_view path;
  };
  const Case cases[] = {
      {"virtual host", "rules", "", "rules.s3.eu-west-1.amazonaws.com", "/a%20b/%C3%BC%2B.json"},
      {"dots", "rules.example.com", "", "s3.eu-west-1.amazonaws.com", "/rules.example.com/a%20b/%C3%BC%2B.json"},
      {"an old name", "Rules_1", "", "s3.eu-west-1.amazonaws.com", "/Rules_1/a%20b/%C3%BC%2B.json"},
      {"localhost", "rules", "http://localhost:4566", "localhost", "/rules/a%20b/%C3%BC%2B.json"},
      {"an address", "rules", "http://127.0.0.1:4566/", "127.0.0.1", "/rules/a%20b/%C3%BC%2B.json"},
      {"another host", "rules", "https://minio.example/s3/", "minio.example", "/s3/rules/a%20b/%C3%BC%2B.json"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EndpointSettings settings;
    if (!c.url.empty()) settings.urls.emplace("S3", c.url);
    const auto where = object_address(c.bucket, "a b/ü+.json", "eu-west-1", settings);
    ASSERT_TRUE(where);
    EXPECT_EQ(where->origin.host, c.host);
    EXPECT_EQ(where->path, c.path);
  }
}

TEST(ObjectAddress, RefusesWhatNoBucketIsCalled) {
  for (const std::string_view bucket : {"", "ab", "a/b", "evil.example#", "a b c", "rules\r\n"}) {
    SCOPED_TRACE(bucket);
    const auto where = object_address(bucket, "k", "us-east-1", {});
    ASSERT_FALSE(where);
    EXPECT_EQ(where.error().kind, ErrorKind::Invalid);
  }
}

}  // namespace
}  // namespace aws
