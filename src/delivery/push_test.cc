// SPDX-License-Identifier: Apache-2.0
#include "delivery/push.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace delivery {
namespace {

constexpr std::string_view push_event = R"({"version":"0","id":"13cde686-328b-6117-af20-0e5566167482",
  "detail-type":"ECR Image Action","source":"aws.ecr","account":"123456789012","time":"2026-01-02T03:04:05Z",
  "region":"us-west-2","resources":[],"detail":{"result":"SUCCESS","repository-name":"team/shop",
  "image-digest":"sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd12345678","action-type":"PUSH","image-tag":"1.2.4"}})";

// The event with one text replaced by another.
std::string with(std::string_view from, std::string_view to) {
  std::string event(push_event);
  const auto at = event.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return event.replace(at, from.size(), to);
}

TEST(Push, ReadsWhatEcrSends) {
  const auto push = parse_push(push_event);
  ASSERT_TRUE(push) << push.error().text;
  EXPECT_EQ(push->repository, (names::Repository{"123456789012", "us-west-2", "team/shop"}));
  EXPECT_EQ(push->tag, "1.2.4");
  EXPECT_EQ(push->digest, "sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd12345678");
  EXPECT_EQ(base::to_iso8601(push->time), "2026-01-02T03:04:05Z");
}

TEST(Push, EndsWhatIsNoneWithItsOwnReason) {
  struct Case {
    std::string_view name;
    std::string body;
    std::string_view word;
    bool broken;
  };
  // Eighty bytes end in the middle of a character.
  std::string umlauts = "x";
  for (int i = 0; i < 60; ++i) umlauts += "\u00e4";
  const Case cases[] = {
      {"empty", "", "malformed", true},
      {"no JSON", "hello", "malformed", true},
      {"cut", std::string(push_event.substr(0, 100)), "malformed", true},
      {"a list", "[]", "malformed", true},
      {"a null", "null", "malformed", true},
      {"too deep", std::string(5000, '['), "malformed", true},
      {"no event at all", "{}", "other-event", false},
      {"another source", with("aws.ecr", "aws.s3"), "other-event", false},
      {"a scan", with("ECR Image Action", "ECR Image Scan"), "other-event", false},
      {"a source that is a number", with("\"aws.ecr\"", "1"), "other-event", false},
      {"no detail", R"({"source":"aws.ecr","detail-type":"ECR Image Action"})", "malformed", true},
      {"a detail that is a text", R"({"source":"aws.ecr","detail-type":"ECR Image Action","detail":"x"})", "malformed",
       true},
      {"deleted", with("PUSH", "DELETE"), "not-a-push", false},
      {"failed", with("SUCCESS", "FAILURE"), "push-failed", false},
      {"no repository", with("repository-name", "repository"), "malformed", true},
      {"tagless", with(",\"image-tag\":\"1.2.4\"", ""), "no-tag", false},
      {"null tag", with("\"1.2.4\"", "null"), "no-tag", false},
      {"empty tag", with("\"1.2.4\"", "\"\""), "no-tag", false},
      {"no account", with("\"account\":\"123456789012\",", ""), "malformed", true},
      {"an account that is none", with("123456789012", "12345678901x"), "malformed", true},
      {"no time", with("2026-01-02T03:04:05Z", "yesterday"), "malformed", true},
      {"a source longer than is shown", with("aws.ecr", umlauts), "other-event", false},
      {"no region", with("us-west-2", ""), "malformed", true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto push = parse_push(c.body);
    ASSERT_FALSE(push);
    EXPECT_EQ(push.error().word, c.word);
    EXPECT_EQ(push.error().broken, c.broken);
    EXPECT_FALSE(push.error().text.empty());
    EXPECT_LT(push.error().text.size(), 400U);
    EXPECT_TRUE(base::parse_json(base::json_quote(push.error().text))) << "it can be written to a log";
  }
}

TEST(Push, DoesWithoutADigest) {
  const auto push = parse_push(with("image-digest", "digest"));
  ASSERT_TRUE(push);
  EXPECT_EQ(push->digest, "");
}

}  // namespace
}  // namespace delivery
