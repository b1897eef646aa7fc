// SPDX-License-Identifier: Apache-2.0
#include "names/image_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace names {
namespace {

const std::string host = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
const std::string digest = "sha256:" + std::string(64, '7');

TEST(ImageReference, SplitsIntoItsParts) {
  struct Case {
    std::string name;
    std::string text;
    ImageReference want;
  };
  const Case cases[] = {
      {"a tag", host + "/team/web:1.5.0", {host, "team/web", "1.5.0", ""}},
      {"a prerelease", host + "/repo:1.4.2-rc.1", {host, "repo", "1.4.2-rc.1", ""}},
      {"neither", host + "/repo", {host, "repo", "", ""}},
      {"a digest", host + "/repo@" + digest, {host, "repo", "", digest}},
      {"both", host + "/repo:1.4.2@" + digest, {host, "repo", "1.4.2", digest}},
      {"a public repository", "public.ecr.aws/x/y:z", {"public.ecr.aws", "x/y", "z", ""}},
      {"no registry", "shop:1.2.3", {"", "shop", "1.2.3", ""}},
      {"no registry but folders", "team/shop:1.2.3", {"", "team/shop", "1.2.3", ""}},
      {"a port and no tag", "localhost:5000/shop", {"localhost:5000", "shop", "", ""}},
      {"a port and a tag", "localhost:5000/shop:1.2.3", {"localhost:5000", "shop", "1.2.3", ""}},
      {"localhost", "localhost/shop", {"localhost", "shop", "", ""}},
      {"an IPv6 address", "[::1]/shop:1", {"[::1]", "shop", "1", ""}},
      {"an IPv6 address with a port", "[::1]:5000/shop:1", {"[::1]:5000", "shop", "1", ""}},
      {"what looks like a port is a tag", "localhost:5000", {"", "localhost", "5000", ""}},
      {"an upper-case path",
       host + "/hello-World-AppRunner-Repo:1.2.3",
       {host, "hello-World-AppRunner-Repo", "1.2.3", ""}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto reference = parse_image_reference(c.text);
    ASSERT_TRUE(reference) << reference.error().message;
    EXPECT_EQ(reference->registry, c.want.registry);
    EXPECT_EQ(reference->path, c.want.path);
    EXPECT_EQ(reference->tag, c.want.tag);
    EXPECT_EQ(reference->digest, c.want.digest);
    EXPECT_EQ(to_string(*reference), c.text);
  }
}

TEST(ImageReference, RefusesWhatNoRegistryHas) {
  struct Case {
    std::string name;
    std::string text;
  };
  const Case cases[] = {
      {"nothing", ""},
      {"only a tag", ":1.2.3"},
      {"only a digest", "@" + digest},
      {"an empty tag", host + "/shop:"},
      {"a tag of build metadata", host + "/shop:1.2.3+5"},
      {"a tag that begins with a dot", host + "/shop:.1"},
      {"an empty digest", host + "/shop@"},
      {"a short digest", host + "/shop@sha256:77"},
      {"two digests", host + "/shop@" + digest + "@" + digest},
      {"no path", host + "/"},
      {"an empty folder", host + "/team//shop:1"},
      {"a slash at the end", host + "/team/:1"},
      {"a blank", host + "/sh op:1"},
      {"a line break", host + "/shop\n"},
      {"a scheme", "https://" + host + "/shop:1"},
      {"a way up", "../shop:1"},
      {"a line break in the registry", "a.b\nc/shop:1"},
      {"a port without a host", ":5000/shop:1"},
      {"a port that is none", host + ":x/shop:1"},
      {"an empty port", host + ":/shop:1"},
      {"no port of all", host + ":0/shop:1"},
      {"a port with a sign", host + ":+80/shop:1"},
      {"a long port", host + ":500000/shop:1"},
      {"an open address", "[::1/shop:1"},
      {"an empty address", "[]/shop:1"},
      {"a name as address", "[shop:1]/shop:1"},
      {"no address", "[1:2]/shop:1"},
      {"a NUL behind an address", std::string("[::1\0]/shop:1", 14)},
      {"a long host", std::string(252, 'a') + ".b/shop:1"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto reference = parse_image_reference(c.text);
    ASSERT_FALSE(reference);
    EXPECT_EQ(reference.error().kind, base::ErrorKind::Invalid);
    EXPECT_THAT(reference.error().message, testing::HasSubstr("is no image"));
  }
}

TEST(ImageReference, KnowsTheRegistriesOfEcr) {
  struct Case {
    std::string_view registry;
    std::string_view region;  // Empty: no private registry of ECR.
  };
  constexpr Case cases[] = {
      {"123456789012.dkr.ecr.us-east-1.amazonaws.com", "us-east-1"},
      {"123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"},
      {"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1"},
      {"123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"},
      {"123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"},
      {"123456789012.dkr-ecr.eu-west-3.on.aws", "eu-west-3"},
      {"123456789012.dkr-ecr-fips.us-east-2.on.aws", "us-east-2"},
      {"123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", "cn-north-1"},
      {"", ""},
      {"public.ecr.aws", ""},
      {"docker.io", ""},
      {"localhost:5000", ""},
      {"12345678901.dkr.ecr.us-east-1.amazonaws.com", ""},
      {"12345678901x.dkr.ecr.us-east-1.amazonaws.com", ""},
      {"123456789012.dkr.ecr.us-east-1.example.com", ""},
      {"123456789012.dkr.ecr..amazonaws.com", ""},
      {"123456789012.dkr.ecr.-.amazonaws.com", ""},
      {"123456789012.dkr.ecr.amazonaws.com", ""},
      {"123456789012.dkr.ecr.us-east-1.evil.amazonaws.com", ""},
      {"123456789012.dkr.ecr.us-east-1.amazonaws.com:443", ""},
      {"123456789012.dkr-ecr.us-east-1.amazonaws.com", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.registry);
    const auto repository = ImageReference{std::string(c.registry), "team/shop", "1.2.3", ""}.ecr();
    EXPECT_EQ(repository.has_value(), !c.region.empty());
    if (repository) {
      EXPECT_EQ(*repository, (Repository{"123456789012", std::string(c.region), "team/shop"}));
      EXPECT_EQ(to_string(*repository), "123456789012/" + std::string(c.region) + "/team/shop");
    }
  }
}

TEST(ImageReference, ChangesItsTagAndDropsItsDigest) {
  EXPECT_EQ(to_string(ImageReference{host, "shop", "1.2.3", digest}.with_tag("1.2.4")), host + "/shop:1.2.4");
}

TEST(RepositoryName, IsWhatEcrTakes) {
  struct Case {
    std::string text;
    bool valid;
  };
  const Case cases[] = {
      {"shop", true},
      {"team/shop", true},
      {"a.b_c__d-e--f/g1", true},
      {"s3", true},
      {"hello-world-apprunner-repo", true},
      {std::string(256, 'a'), true},
      {"", false},
      {"a", false},
      {std::string(257, 'a'), false},
      {"hello-World-AppRunner-Repo", false},
      {"/shop", false},
      {"shop/", false},
      {"team//shop", false},
      {"-shop", false},
      {"shop-", false},
      {"shop_", false},
      {"a..b", false},
      {"a___b", false},
      {"a._b", false},
      {"a-_b", false},
      {"sh op", false},
      {"shöp", false},
      {"shop:1", false},
  };
  for (const auto& c : cases) EXPECT_EQ(is_repository_name(c.text), c.valid) << c.text;
}

TEST(Tag, IsWhatARegistryTakes) {
  struct Case {
    std::string text;
    bool valid;
  };
  const Case cases[] = {
      {"latest", true},   {"1.2.3", true},   {"v1.2.3-rc.1", true},
      {"_", true},        {"A-b_c.D", true}, {std::string(128, 'a'), true},
      {"", false},        {".1", false},     {"-1", false},
      {"1+2", false},     {"1 2", false},    {std::string(129, 'a'), false},
      {"1.2.3/4", false}, {"1:2", false},    {"é", false},
  };
  for (const auto& c : cases) EXPECT_EQ(is_tag(c.text), c.valid) << c.text;
}

}  // namespace
}  // namespace names
