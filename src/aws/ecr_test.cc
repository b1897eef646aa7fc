// SPDX-License-Identifier: Apache-2.0
#include "aws/ecr.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/testing.h"

namespace aws::ecr {
namespace {

using base::ErrorKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Ecr : public ::testing::Test, public testing::Bench {
 public:
  void page(std::string_view images, std::string_view token = "null") {
    client.answer(200, R"({"imageDetails":[)" + std::string(images) + R"(],"nextToken":)" + std::string(token) + "}");
  }
  http::Response out_of_time() {
    clock.advance(std::chrono::seconds(61));
    return {200, {}, R"({"imageDetails":[{"imageDigest":"d2","imageTags":["2.0.0"]}],"nextToken":"2"})"};
  }
  base::Result<std::vector<ImageDetail>> list() { return describe_images(caller, {"", "us-east-1", "shop"}, within()); }
};

TEST_F(Ecr, AsksForTheCallersOwnRegistryByDefault) {
  page("");
  EXPECT_TRUE(list().value().empty());
  EXPECT_EQ(client.sent[0].body, R"({"repositoryName":"shop","maxResults":1000,"filter":{"tagStatus":"TAGGED"}})");
}

TEST_F(Ecr, GoesOnAfterAnEmptyPage) {
  page("", R"("1")");
  page(R"({"imageDigest":"d1","imageTags":["1.0.0"]})", R"("2")");
  page("", R"("3")");
  page(R"({"imageDigest":"d2","imageTags":["2.0.0"]})");
  const auto images = list().value();
  ASSERT_EQ(images.size(), 2U);
  EXPECT_EQ(images[1].digest, "d2");
  EXPECT_THAT(client.sent[3].body, HasSubstr(R"("nextToken":"3")"));
}

TEST_F(Ecr, RefusesToGoRoundInCircles) {
  page("", R"("1")");
  page("", R"("2")");
  page("", R"("1")");
  const auto images = list();
  ASSERT_FALSE(images);
  EXPECT_EQ(images.error().kind, ErrorKind::Transient);
  EXPECT_THAT(images.error().message, HasSubstr("nextToken"));
}

TEST_F(Ecr, GivesNoPartOfAList) {
  page(R"({"imageDigest":"d1","imageTags":["1.0.0"]})", R"("1")");
  client.answer(400, R"({"__type":"AccessDeniedException"})");
  EXPECT_EQ(list().error().kind, ErrorKind::Denied);
  page(R"({"imageDigest":"d1","imageTags":["1.0.0"]})", R"("1")");
  client.answer(200, R"({"nextToken":null})");
  EXPECT_EQ(list().error().kind, ErrorKind::Transient);
}

TEST_F(Ecr, RefusesWhatItCannotRead) {
  for (const std::string_view image : {"{}", "7", R"({"imageDigest":""})", R"({"imageDigest":"d","imageTags":"1.0.0"})",
                                       R"({"imageDigest":"d","imageTags":[1]})"}) {
    SCOPED_TRACE(image);
    page(image);
    EXPECT_EQ(list().error().kind, ErrorKind::Transient);
  }
}

TEST_F(Ecr, TakesAnImageThatIsListedTwiceOnce) {
  page(R"({"imageDigest":"d1","imageTags":["1.0.0"]})", R"("1")");
  page(R"({"imageDigest":"d1","imageTags":["1.0.0","latest"]})");
  const auto images = list().value();
  ASSERT_EQ(images.size(), 1U);
  EXPECT_THAT(images[0].tags, ElementsAre("1.0.0", "latest"));
}

TEST_F(Ecr, BelievesTheLaterPageOfATagThatMoves) {
  page(R"({"imageDigest":"d1","imageTags":["1.0.0","latest"]},{"imageDigest":"d2","imageTags":["beta"]})", R"("1")");
  page(R"({"imageDigest":"d3","imageTags":["latest","beta"]})", R"("2")");
  page(R"({"imageDigest":"d4","imageTags":["beta"]},{"imageDigest":"d1","imageTags":["1.0.0"]})");
  const auto images = list().value();
  ASSERT_EQ(images.size(), 3U) << "d2 has no tag any more";
  EXPECT_THAT(images[0].tags, ElementsAre("1.0.0"));
  EXPECT_THAT(images[1].tags, ElementsAre("latest"));
  EXPECT_THAT(images[2].tags, ElementsAre("beta"));
}

// What is gone on with, and what is begun anew.
TEST_F(Ecr, GoesOnWhereTheFirstTryEnded) {
  struct Case {
    std::string_view name;
    std::function<void(Ecr&)> trouble;
    ErrorKind end;
    std::string_view next;  // In the request after that.
  };
  const Case cases[] = {
      {"there was no more time",
       [](Ecr& t) { t.client.then([&t](const auto&, const auto&) { return t.out_of_time(); }); }, ErrorKind::NotSent,
       R"("nextToken":"2")"},
      {"a page that can't be read", [](Ecr& t) { t.client.answer(200, "{}"); }, ErrorKind::Transient,
       R"("nextToken":"1")"},
      {"a token that is refused", [](Ecr& t) { t.client.answer(400, R"({"__type":"InvalidParameterException"})"); },
       ErrorKind::Invalid, R"("maxResults":1000,)"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    client.sent.clear();
    ImageReader reader({"", "us-east-1", "shop"});
    page(R"({"imageDigest":"d1","imageTags":["1.0.0"]})", R"("1")");
    c.trouble(*this);
    EXPECT_EQ(reader.read(caller, within()).error().kind, c.end);
    const auto asked = client.sent.size();
    page(R"({"imageDigest":"d3","imageTags":["3.0.0"]})");
    const auto images = reader.read(caller, within()).value();
    EXPECT_THAT(client.sent[asked].body, HasSubstr(c.next));
    EXPECT_EQ(images.size(), c.end == ErrorKind::NotSent ? 3U : c.end == ErrorKind::Transient ? 2U : 1U);
    page("");
    EXPECT_TRUE(reader.read(caller, within()).value().empty()) << "behind the last page comes the first";
  }
}

TEST_F(Ecr, StopsAtTheDeadline) {
  client.then([&](const auto&, const auto&) {
    clock.advance(std::chrono::seconds(61));
    return http::Response{200, {}, R"({"imageDetails":[],"nextToken":"1"})"};
  });
  EXPECT_EQ(list().error().kind, ErrorKind::NotSent);
}

}  // namespace
}  // namespace aws::ecr
