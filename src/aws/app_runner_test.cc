// SPDX-License-Identifier: Apache-2.0
#include "aws/app_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/testing.h"

namespace aws::app_runner {
namespace {

using base::ErrorKind;
using ::testing::HasSubstr;

class AppRunner : public ::testing::Test, protected testing::Bench {
 protected:
  base::Result<ServiceDescription> describe(std::string_view source) {
    client.answer(200,
                  R"({"Service":{"ServiceArn":"arn:s","ServiceName":"s","Status":"RUNNING","SourceConfiguration":)" +
                      std::string(source) + "}}");
    return describe_service(caller, "us-east-1", "arn:s", within());
  }
};

// What UpdateService sends as SourceConfiguration is what DescribeService said, but for the image.
TEST_F(AppRunner, ReplacesTheImageAndNothingElse) {
  struct Case {
    std::string_view name;
    std::string_view described;
    std::string_view sent;
  };
  const Case cases[] = {
      {"bare", R"({"ImageRepository":{"ImageIdentifier":"a:1"}})", R"({"ImageRepository":{"ImageIdentifier":"a:2"}})"},
      {"blanks", "{ \"ImageRepository\" : {\n\t\"ImageIdentifier\" : \"a:1\" } }",
       "{ \"ImageRepository\" : {\n\t\"ImageIdentifier\" : \"a:2\" } }"},
      {"order and unknown members",
       R"({"Z":1,"ImageRepository":{"Y":null,"ImageIdentifier":"a:1","A":[{}]},"B":{"C":true}})",
       R"({"Z":1,"ImageRepository":{"Y":null,"ImageIdentifier":"a:2","A":[{}]},"B":{"C":true}})"},
      {"spellings of numbers",
       R"({"n":[1.0,1E3,-0,0.10,123456789012345678901234567890],"ImageRepository":{"ImageIdentifier":"a:1"}})",
       R"({"n":[1.0,1E3,-0,0.10,123456789012345678901234567890],"ImageRepository":{"ImageIdentifier":"a:2"}})"},
      {"escapes", R"({"e":"\u00e4\/\ud83d\ude80\"","ImageRepository":{"\u0049mageIdentifier":"\u0061:1"}})",
       R"({"e":"\u00e4\/\ud83d\ude80\"","ImageRepository":{"\u0049mageIdentifier":"a:2"}})"},
      {"the same name elsewhere",
       R"({"X":{"ImageIdentifier":"a:1"},"ImageRepository":{"C":{"ImageIdentifier":"a:1"},"ImageIdentifier":"a:1"}})",
       R"({"X":{"ImageIdentifier":"a:1"},"ImageRepository":{"C":{"ImageIdentifier":"a:1"},"ImageIdentifier":"a:2"}})"},
      {"the image in a variable", R"({"ImageRepository":{"V":{"I":"a:1"},"ImageIdentifier":"a:1"}})",
       R"({"ImageRepository":{"V":{"I":"a:1"},"ImageIdentifier":"a:2"}})"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto described = describe(c.described);
    ASSERT_TRUE(described) << described.error().message;
    EXPECT_EQ(described->image_identifier, "a:1");
    client.answer(200, R"({"OperationId":"o"})");
    EXPECT_EQ(update_service(caller, "us-east-1", *described, "a:2", within()).value(), "o");
    EXPECT_EQ(client.sent.back().body, R"({"ServiceArn":"arn:s","SourceConfiguration":)" + std::string(c.sent) + "}");
  }
}

TEST_F(AppRunner, QuotesTheNewImage) {
  const auto described = describe(R"({"ImageRepository":{"ImageIdentifier":"a:1"}})");
  client.answer(200, R"({"OperationId":"o"})");
  EXPECT_TRUE(update_service(caller, "us-east-1", *described, "a\"},\"x\":\"", within()));
  EXPECT_THAT(client.sent.back().body, HasSubstr(R"("ImageIdentifier":"a\"},\"x\":\"")"));
}

TEST_F(AppRunner, DoesNotGuessAboutADescriptionThatLacksSomething) {
  const std::string_view bodies[] = {
      "{}",
      R"({"Service":null})",
      R"({"Service":[]})",
      R"({"Service":{"ServiceArn":"a","Status":"RUNNING"}})",
      R"({"Service":{"ServiceArn":"a","SourceConfiguration":{}}})",
      R"({"Service":{"Status":"RUNNING","SourceConfiguration":{}}})",
      R"({"Service":{"ServiceArn":"a","Status":"RUNNING","SourceConfiguration":{"ImageRepository":{}}}})",
      R"({"Service":{"ServiceArn":"a","Status":"RUNNING","SourceConfiguration":{"ImageRepository":{"ImageIdentifier":7}}}})",
  };
  for (const auto body : bodies) {
    SCOPED_TRACE(body);
    client.answer(200, std::string(body));
    const auto described = describe_service(caller, "us-east-1", "a", within());
    ASSERT_FALSE(described);
    EXPECT_EQ(described.error().kind, ErrorKind::Transient);
  }
}

TEST_F(AppRunner, CallsASuccessWithoutAnOperationUnknown) {
  const auto described = describe(R"({"ImageRepository":{"ImageIdentifier":"a:1"}})");
  for (const std::string_view body : {"", "{}", R"({"OperationId":null})", R"({"OperationId":""})"}) {
    SCOPED_TRACE(body);
    client.answer(200, std::string(body));
    const auto updated = update_service(caller, "us-east-1", *described, "a:2", within());
    ASSERT_FALSE(updated);
    EXPECT_EQ(updated.error().kind, ErrorKind::Unknown);
    EXPECT_EQ(updated.error().message, "apprunner UpdateService: no OperationId in the answer");
  }
}

TEST_F(AppRunner, NeedsAListOfOperations) {
  client.answer(200, R"({"NextToken":null})");
  EXPECT_EQ(list_operations(caller, "us-east-1", "a", within()).error().kind, ErrorKind::Transient);
  client.answer(200, R"({"OperationSummaryList":[]})");
  EXPECT_TRUE(list_operations(caller, "us-east-1", "a", within()).value().empty());
}

}  // namespace
}  // namespace aws::app_runner
