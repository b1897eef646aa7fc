// SPDX-License-Identifier: Apache-2.0
// Layers by ECR's API, and what the registry makes of them.
#include <gtest/gtest.h>

#include "base/hash.h"
#include "sandbox/layer_uploads.h"
#include "sandbox/test_account.h"

namespace sandbox {
namespace {

using test::at;
using test::TestAccount;

class EcrLayers : public testing::Test {
 protected:
  EcrLayers() { sandbox_.call("ecr.CreateRepository", R"({"repositoryName":"web"})"); }

  std::string begin() {
    return at(sandbox_.call("ecr.InitiateLayerUpload", R"({"repositoryName":"web"})"), "/uploadId");
  }
  static std::string part(std::string_view id, std::size_t first, std::size_t last, std::string_view bytes) {
    return fmt::format(
        R"({{"repositoryName":"web","uploadId":"{}","partFirstByte":{},"partLastByte":{},"layerPartBlob":"{}"}})", id,
        first, last, base::to_base64(bytes));
  }
  static std::string end(std::string_view id, std::string_view bytes) {
    return fmt::format(R"({{"repositoryName":"web","uploadId":"{}","layerDigests":["sha256:{}"]}})", id,
                       base::sha256_hex(bytes));
  }

  TestAccount sandbox_;
};

TEST_F(EcrLayers, ComeInParts) {
  const auto id = begin();
  EXPECT_EQ(at(sandbox_.call("ecr.UploadLayerPart", part(id, 0, 4, "hello")), "/lastByteReceived"), "4");
  EXPECT_EQ(at(sandbox_.call("ecr.UploadLayerPart", part(id, 5, 6, " x")), "/lastByteReceived"), "6");
  const auto digest = "sha256:" + base::sha256_hex("hello x");
  EXPECT_EQ(at(sandbox_.call("ecr.CompleteLayerUpload", end(id, "hello x")), "/layerDigest"), digest);

  const auto found =
      sandbox_.call("ecr.BatchCheckLayerAvailability",
                    fmt::format(R"({{"repositoryName":"web","layerDigests":["{}","sha256:{}","","other"]}})", digest,
                                std::string(64, '0')));
  EXPECT_EQ(at(found, "/layers/0/layerAvailability"), "AVAILABLE");
  EXPECT_EQ(at(found, "/layers/0/layerSize"), "7");
  EXPECT_EQ(at(found, "/layers/1/layerAvailability"), "UNAVAILABLE");
  EXPECT_EQ(at(found, "/failures/0/failureCode"), "MissingLayerDigest");
  EXPECT_EQ(at(found, "/failures/1/failureCode"), "InvalidLayerDigest");
}

TEST_F(EcrLayers, AreDownloadedWithoutALogin) {
  const auto id = begin();
  sandbox_.call("ecr.UploadLayerPart", part(id, 0, 4, "hello"));
  sandbox_.call("ecr.CompleteLayerUpload", end(id, "hello"));
  const auto ask = fmt::format(R"({{"repositoryName":"web","layerDigest":"sha256:{}"}})", base::sha256_hex("hello"));
  const auto url = at(sandbox_.call("ecr.GetDownloadUrlForLayer", ask), "/downloadUrl");
  constexpr std::string_view origin = "http://localhost:4566";
  ASSERT_TRUE(url.starts_with(origin)) << url;
  const auto target = url.substr(origin.size());
  const auto get = [&](std::string path) {
    return sandbox_.answer({{}, "GET", std::move(path), {{"Host", "localhost:4566"}}, {}});
  };
  const auto answer = get(target);
  EXPECT_EQ(answer.status, 200);
  ASSERT_TRUE(answer.source);
  EXPECT_EQ(answer.source->read(100), "hello");
  // A login that the account did not make is none.
  EXPECT_EQ(get(target.substr(0, target.find("login=")) + "login=other").status, 401);
  sandbox_.pass(std::chrono::hours(13));
  EXPECT_EQ(get(target).status, 403);
}

TEST_F(EcrLayers, RefusesWhatCannotBe) {
  const auto id = begin();
  const std::string none = "00000000-0000-4000-8000-000000000000";
  sandbox_.call("ecr.UploadLayerPart", part(id, 0, 4, "hello"));
  const auto done = begin();
  sandbox_.call("ecr.UploadLayerPart", part(done, 0, 0, "x"));
  sandbox_.call("ecr.CompleteLayerUpload", end(done, "x"));
  const auto again = begin();
  sandbox_.call("ecr.UploadLayerPart", part(again, 0, 0, "x"));
  const auto empty = begin();
  struct Case {
    std::string_view name;
    std::string_view operation;
    std::string input;
    std::string_view want;
  };
  const Case cases[] = {
      {"a part of no upload", "ecr.UploadLayerPart", part(none, 0, 0, "x"), "400 UploadNotFoundException"},
      {"a part that leaves a gap", "ecr.UploadLayerPart", part(id, 6, 6, "x"), "400 InvalidLayerPartException"},
      {"a part that comes again", "ecr.UploadLayerPart", part(id, 0, 4, "hello"), "400 InvalidLayerPartException"},
      {"a part that is shorter than it says", "ecr.UploadLayerPart", part(id, 5, 6, "x"),
       "400 InvalidLayerPartException"},
      {"a part that ends before it begins", "ecr.UploadLayerPart", part(id, 5, 4, ""), "400 InvalidLayerPartException"},
      {"a part of more than 20 MiB", "ecr.UploadLayerPart",
       part(id, 5, 5 + (20U << 20U), std::string((20U << 20U) + 1, 'x')), "400 InvalidParameterException"},
      {"a part that is no base64", "ecr.UploadLayerPart",
       fmt::format(
           R"({{"repositoryName":"web","uploadId":"{}","partFirstByte":5,"partLastByte":5,"layerPartBlob":"*"}})", id),
       "400 SerializationException"},
      {"the end of no upload", "ecr.CompleteLayerUpload", end(none, "x"), "400 UploadNotFoundException"},
      {"the end of an empty one", "ecr.CompleteLayerUpload", end(empty, ""), "400 EmptyUploadException"},
      {"another digest", "ecr.CompleteLayerUpload", end(id, "other"), "400 InvalidLayerException"},
      {"a layer that is there", "ecr.CompleteLayerUpload", end(again, "x"), "400 LayerAlreadyExistsException"},
      {"an upload that has ended", "ecr.CompleteLayerUpload", end(done, "x"), "400 UploadNotFoundException"},
      {"the address of no layer", "ecr.GetDownloadUrlForLayer", R"({"repositoryName":"web","layerDigest":"sha256:00"})",
       "400 LayersNotFoundException"},
      {"no repository", "ecr.InitiateLayerUpload", R"({"repositoryName":"none"})", "400 RepositoryNotFoundException"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(sandbox_.status_of(c.operation, c.input), c.want);
  }
  sandbox_.pass(LayerUploads::lifetime);
  EXPECT_EQ(sandbox_.status_of("ecr.UploadLayerPart", part(id, 5, 5, "x")), "400 UploadNotFoundException");
  for (std::size_t i = 0; i < LayerUploads::uploads_max; ++i) begin();
  EXPECT_EQ(sandbox_.status_of("ecr.InitiateLayerUpload", R"({"repositoryName":"web"})"), "400 LimitExceededException");
}

}  // namespace
}  // namespace sandbox
