// SPDX-License-Identifier: Apache-2.0
#include "sandbox/ecr.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/ecr_names.h"
#include "sandbox/test_account.h"

namespace sandbox {
namespace {

using test::at;
using test::TestAccount;

class EcrTest : public testing::Test {
 protected:
  EcrTest() { sandbox_.call("ecr.CreateRepository", R"({"repositoryName":"team/web"})"); }

  static std::string put(std::string_view version, std::string_view tag) {
    return fmt::format(R"({{"repositoryName":"team/web","imageManifest":"{{\"v\":\"{}\"}}"{}}})", version,
                       tag.empty() ? "" : fmt::format(R"(,"imageTag":"{}")", tag));
  }
  // The bodies of the messages in the stack's queue.
  std::vector<std::string> events() {
    const auto received =
        sandbox_.call("sqs.ReceiveMessage",
                      fmt::format(R"({{"QueueUrl":"{}","MaxNumberOfMessages":10}})", sandbox_.queue_url("caretaker")));
    std::vector<std::string> bodies;
    for (int i = 0; at(received, fmt::format("/Messages/{}/Body", i)) != "(none)"; ++i)
      bodies.push_back(at(received, fmt::format("/Messages/{}/Body", i)));
    return bodies;
  }

  TestAccount sandbox_;
};

TEST_F(EcrTest, EmitsAPushAsAwsDoes) {
  const auto image = sandbox_.call("ecr.PutImage", put("1", "1.2.4"));
  const auto digest = at(image, "/image/imageId/imageDigest");
  EXPECT_TRUE(is_image_digest(digest)) << digest;
  const auto bodies = events();
  ASSERT_EQ(bodies.size(), 1U);
  const auto id = at(TestAccount::parse(bodies[0]), "/id");
  EXPECT_EQ(
      bodies[0],
      fmt::format(
          R"({{"version":"0","id":"{}","detail-type":"ECR Image Action","source":"aws.ecr","account":"123456789012",)"
          R"("time":"2026-01-02T12:00:00Z","region":"us-east-1","resources":[],"detail":{{"result":"SUCCESS",)"
          R"("repository-name":"team/web","image-digest":"{}","action-type":"PUSH","image-tag":"1.2.4"}}}})",
          id, digest));
  EXPECT_THAT(sandbox_.told("push"), testing::ElementsAre(testing::StartsWith("team/web:1.2.4 pushed, sha256:")));
}

TEST_F(EcrTest, EmitsNothingForAnImageThatIsThere) {
  sandbox_.call("ecr.PutImage", put("1", "a"));
  EXPECT_EQ(sandbox_.status_of("ecr.PutImage", put("1", "a")), "400 ImageAlreadyExistsException");
  EXPECT_EQ(sandbox_.status_of("ecr.PutImage", put("1", "")), "400 ImageAlreadyExistsException");
  sandbox_.call("ecr.PutImage", put("1", "b"));
  EXPECT_EQ(events().size(), 2U);
}

TEST_F(EcrTest, EmitsAPushWithoutATagAndNoDeletionToTheQueue) {
  sandbox_.call("ecr.PutImage", put("1", ""));
  const auto bodies = events();
  ASSERT_EQ(bodies.size(), 1U);
  EXPECT_THAT(bodies[0], testing::Not(testing::HasSubstr("image-tag")));
  sandbox_.call("ecr.BatchDeleteImage",
                fmt::format(R"({{"repositoryName":"team/web","imageIds":[{{"imageDigest":"{}"}}]}})",
                            at(TestAccount::parse(bodies[0]), "/detail/image-digest")));
  EXPECT_TRUE(events().empty());
}

TEST_F(EcrTest, MovesATag) {
  sandbox_.call("ecr.PutImage", put("1", "latest"));
  sandbox_.pass(std::chrono::milliseconds(1'500));
  const auto second = at(sandbox_.call("ecr.PutImage", put("2", "latest")), "/image/imageId/imageDigest");
  const auto described =
      sandbox_.call("ecr.DescribeImages", R"({"repositoryName":"team/web","imageIds":[{"imageTag":"latest"}]})");
  EXPECT_EQ(at(described, "/imageDetails/0/imageDigest"), second);
  EXPECT_DOUBLE_EQ(described.at("imageDetails").at(0).at("imagePushedAt").to_number<double>(), 1767355201.5);
  const auto untagged =
      sandbox_.call("ecr.ListImages", R"({"repositoryName":"team/web","filter":{"tagStatus":"UNTAGGED"}})");
  EXPECT_EQ(untagged.at("imageIds").get_array().size(), 1U);
}

TEST_F(EcrTest, SaysWhatAnImageIs) {
  struct Case {
    std::string_view name;
    std::string_view manifest;
    std::string_view want;
  };
  const Case cases[] = {
      {"an image", R"({"config":{"mediaType":"application/vnd.oci.image.config.v1+json"}})",
       "application/vnd.oci.image.config.v1+json"},
      {"an artifact", R"({"artifactType":"a/b","config":{"mediaType":"application/vnd.oci.empty.v1+json"}})", "a/b"},
      {"an index", R"({"manifests":[]})", "(none)"},
      {"a config without a type", R"({"config":[]})", "(none)"},
      {"anything else", "{}", "(none)"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    sandbox_.call("ecr.PutImage", fmt::format(R"({{"repositoryName":"team/web","imageTag":"1","imageManifest":{}}})",
                                              base::json_quote(c.manifest)));
    const auto shown =
        sandbox_.call("ecr.DescribeImages", R"({"repositoryName":"team/web","imageIds":[{"imageTag":"1"}]})");
    EXPECT_EQ(at(shown, "/imageDetails/0/artifactMediaType"), c.want);
  }
}

TEST_F(EcrTest, RefusesInTheWordsOfAws) {
  sandbox_.call("ecr.PutImage", put("1", "1.0.0"));
  sandbox_.call("ecr.CreateRepository", R"({"repositoryName":"fixed","imageTagMutability":"IMMUTABLE"})");
  sandbox_.call("ecr.PutImage", R"({"repositoryName":"fixed","imageManifest":"{}","imageTag":"1"})");
  struct Case {
    std::string_view name;
    std::string_view operation;
    std::string body;
    std::string_view want;
  };
  const Case cases[] = {
      {"repository there", "CreateRepository", R"({"repositoryName":"team/web"})",
       "400 RepositoryAlreadyExistsException"},
      {"repository name", "CreateRepository", R"({"repositoryName":"Team"})", "400 InvalidParameterException"},
      {"no repository", "PutImage", R"({"repositoryName":"none","imageManifest":"{}"})",
       "400 RepositoryNotFoundException"},
      {"other registry", "ListImages", R"({"repositoryName":"team/web","registryId":"999999999999"})",
       "400 RepositoryNotFoundException"},
      {"no manifest", "PutImage", R"({"repositoryName":"team/web"})", "400 InvalidParameterException"},
      {"empty manifest", "PutImage", R"({"repositoryName":"team/web","imageManifest":""})",
       "400 InvalidParameterException"},
      {"manifest no JSON", "PutImage", R"({"repositoryName":"team/web","imageManifest":"x"})",
       "400 InvalidParameterException"},
      {"bad tag", "PutImage", R"({"repositoryName":"team/web","imageManifest":"{}","imageTag":"1+2"})",
       "400 InvalidParameterException"},
      {"other digest", "PutImage", R"({"repositoryName":"team/web","imageManifest":"{}","imageDigest":"sha256:00"})",
       "400 ImageDigestDoesNotMatchException"},
      {"tag is fixed", "PutImage", R"({"repositoryName":"fixed","imageManifest":"{\"v\":2}","imageTag":"1"})",
       "400 ImageTagAlreadyExistsException"},
      {"no image", "DescribeImages", R"({"repositoryName":"team/web","imageIds":[{"imageTag":"9"}]})",
       "400 ImageNotFoundException"},
      {"one image missing", "DescribeImages",
       R"({"repositoryName":"team/web","imageIds":[{"imageTag":"1.0.0"},{"imageTag":"9"}]})",
       "400 ImageNotFoundException"},
      {"ids and pages", "DescribeImages",
       R"({"repositoryName":"team/web","imageIds":[{"imageTag":"1.0.0"}],"maxResults":5})",
       "400 InvalidParameterException"},
      {"page too large", "ListImages", R"({"repositoryName":"team/web","maxResults":1001})",
       "400 InvalidParameterException"},
      {"page too small", "ListImages", R"({"repositoryName":"team/web","maxResults":0})",
       "400 InvalidParameterException"},
      {"huge page", "ListImages", R"({"repositoryName":"team/web","maxResults":1e300})", "400 SerializationException"},
      {"token", "ListImages", R"({"repositoryName":"team/web","nextToken":"x"})", "400 InvalidParameterException"},
      {"ids are strings", "BatchGetImage", R"({"repositoryName":"team/web","imageIds":["1.0.0"]})",
       "400 SerializationException"},
      {"not empty", "DeleteRepository", R"({"repositoryName":"team/web"})", "400 RepositoryNotEmptyException"},
      {"scans", "StartImageScan", "{}", "400 UnknownOperationException"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(sandbox_.status_of(fmt::format("ecr.{}", c.operation), c.body), c.want);
  }
  EXPECT_EQ(sandbox_.status_of("ecr.DeleteRepository", R"({"repositoryName":"team/web","force":true})"), "200");
}

TEST_F(EcrTest, PagesThroughImages) {
  for (int i = 0; i < 25; ++i) sandbox_.call("ecr.PutImage", put(std::to_string(i), fmt::format("1.0.{}", i)));
  for (const auto* operation : {"ListImages", "DescribeImages"}) {
    SCOPED_TRACE(operation);
    std::set<std::string> seen;
    std::string token;
    int pages = 0;
    do {
      const auto page = sandbox_.call(fmt::format("ecr.{}", operation),
                                      fmt::format(R"({{"repositoryName":"team/web","maxResults":10{}}})",
                                                  token.empty() ? "" : fmt::format(R"(,"nextToken":"{}")", token)));
      const auto& list = page.as_object().begin()->value().as_array();
      for (const auto& item : list) seen.insert(at(item, "/imageDigest"));
      token = at(page, "/nextToken") == "(none)" ? "" : at(page, "/nextToken");
      ++pages;
    } while (!token.empty() && pages < 10);
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(seen.size(), 25U);
  }
}

TEST_F(EcrTest, GetsAndDeletesInBatches) {
  sandbox_.call("ecr.PutImage", put("1", "1.0.0"));
  sandbox_.call("ecr.PutImage", put("1", "1.0"));
  const auto got = sandbox_.call(
      "ecr.BatchGetImage",
      R"({"repositoryName":"team/web","imageIds":[{"imageTag":"1.0"},{"imageTag":"9"},{},{"imageDigest":"x"}]})");
  EXPECT_EQ(at(got, "/images/0/imageManifest"), R"({"v":"1"})");
  EXPECT_EQ(at(got, "/failures/0/failureCode"), "ImageNotFound");
  EXPECT_EQ(at(got, "/failures/1/failureCode"), "MissingDigestAndTag");
  EXPECT_EQ(at(got, "/failures/2/failureCode"), "InvalidImageDigest");
  sandbox_.call("ecr.BatchDeleteImage", R"({"repositoryName":"team/web","imageIds":[{"imageTag":"1.0"}]})");
  EXPECT_EQ(at(sandbox_.call("ecr.ListImages", R"({"repositoryName":"team/web"})"), "/imageIds/0/imageTag"), "1.0.0");
  sandbox_.call("ecr.BatchDeleteImage", R"({"repositoryName":"team/web","imageIds":[{"imageTag":"1.0.0"}]})");
  EXPECT_EQ(at(sandbox_.call("ecr.ListImages", R"({"repositoryName":"team/web"})"), "/imageIds"), "[]");
}

TEST(EcrNames, AreCheckedAsEcrDoes) {
  for (const auto* good : {"ab", "team/web", "a.b_c-d", "a__b", "a--b", "a/b/c", "0a"})
    EXPECT_TRUE(is_repository_name(good)) << good;
  for (const auto* bad : {"", "a", "A", "a_", "_a", "a..b", "a___b", "/a", "a/", "a//b", "a._b", "ü"})
    EXPECT_FALSE(is_repository_name(bad)) << bad;
  for (const auto* good : {"1", "v1.2.3", "_a", "latest", "1.2.3-rc.1"}) EXPECT_TRUE(is_image_tag(good)) << good;
  for (const auto* bad : {"", ".a", "-a", "a+b", "a b", "a/b"}) EXPECT_FALSE(is_image_tag(bad)) << bad;
  EXPECT_FALSE(is_image_tag(std::string(129, 'a')));
}

}  // namespace
}  // namespace sandbox
