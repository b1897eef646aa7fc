// SPDX-License-Identifier: Apache-2.0
#include "delivery/event.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace delivery {
namespace {

// `push shop:1.2.4`, `sweep`, `object b/k`, `look a, b`, or the word of what asks for nothing.
std::string brief(std::string_view body) {
  const auto event = parse_event(body);
  if (!event) return event.error().word + (event.error().broken ? "!" : "");
  if (const auto* push = std::get_if<Push>(&*event)) return fmt::format("push {}:{}", push->repository.name, push->tag);
  if (const auto* object = std::get_if<ObjectCreated>(&*event))
    return fmt::format("object {}/{}", object->bucket, object->key);
  if (const auto* look = std::get_if<Look>(&*event))
    return fmt::format("look {}{}", fmt::join(look->services, ", "), look->is_wake_up ? " by a wake-up" : "");
  return "sweep";
}

TEST(Event, SaysInFewWordsWhatHasBegun) {
  const auto begun = parse_event(
      R"({"source":"aws.apprunner","detail-type":"AppRunner Service Operation Status Change","resources":["arn:a"],"detail":{"operationStatus":")" +
      std::string(5000, 'a') + R"(Started"}})");
  ASSERT_FALSE(begun);
  EXPECT_LT(begun.error().text.size(), 200U);
}

TEST(Event, IsReadFromWhatMayStandInTheQueue) {
  struct Case {
    std::string_view name;
    std::string_view body;
    std::string_view brief;
  };
  constexpr Case cases[] = {
      {"a push",
       R"({"source":"aws.ecr","detail-type":"ECR Image Action","account":"123456789012","region":"us-east-1","time":"2026-01-02T03:04:05Z","detail":{"action-type":"PUSH","result":"SUCCESS","repository-name":"shop","image-tag":"1.2.4"}})",
       "push shop:1.2.4"},
      {"a schedule", R"({"source":"aws.events","detail-type":"Scheduled Event","detail":{}})", "sweep"},
      {"another event of the scheduler", R"({"source":"aws.events","detail-type":"Rule Changed"})", "other-event"},
      {"an operation has ended",
       R"({"source":"aws.apprunner","detail-type":"AppRunner Service Operation Status Change","resources":["arn:a"],"detail":{"operationStatus":"UpdateServiceCompletedSuccessfully"}})",
       "look arn:a"},
      {"an operation has failed",
       R"({"source":"aws.apprunner","detail-type":"AppRunner Service Operation Status Change","resources":["arn:a"],"detail":{"operationStatus":"DeploymentFailed"}})",
       "look arn:a"},
      {"an operation has begun",
       R"({"source":"aws.apprunner","detail-type":"AppRunner Service Operation Status Change","resources":["arn:a"],"detail":{"operationStatus":"DeploymentStarted"}})",
       "operation-started"},
      {"an operation of no service",
       R"({"source":"aws.apprunner","detail-type":"AppRunner Service Operation Status Change","resources":[],"detail":{"operationStatus":"DeploymentFailed"}})",
       "malformed!"},
      {"an operation without details",
       R"({"source":"aws.apprunner","detail-type":"AppRunner Service Operation Status Change","resources":["arn:a"]})",
       "malformed!"},
      {"an operation without a status",
       R"({"source":"aws.apprunner","detail-type":"AppRunner Service Operation Status Change","resources":["arn:a"],"detail":{}})",
       "malformed!"},
      {"another event of App Runner", R"({"source":"aws.apprunner","detail-type":"AppRunner Service Status Change"})",
       "other-event"},
      {"an object",
       R"({"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"b"},"object":{"key":"k"}}})",
       "object b/k"},
      {"an object without a name", R"({"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{}}})",
       "malformed!"},
      {"an object of no bucket",
       R"({"source":"aws.s3","detail-type":"Object Created","detail":{"object":{"key":"k"}}})", "malformed!"},
      {"a bucket without an object",
       R"({"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"b"}}})", "malformed!"},
      {"an object without details", R"({"source":"aws.s3","detail-type":"Object Created"})", "malformed!"},
      {"a deleted object", R"({"source":"aws.s3","detail-type":"Object Deleted","detail":{}})", "other-event"},
      {"our own", R"({"source":"caretaker","detail-type":"Reconcile","detail":{"services":["arn:a",7,"arn:b"]}})",
       "look arn:a, arn:b"},
      {"a wake-up", R"({"source":"caretaker","detail-type":"Reconcile","detail":{"services":["arn:a"],"wakeUp":true}})",
       "look arn:a by a wake-up"},
      {"no wake-up", R"({"source":"caretaker","detail-type":"Reconcile","detail":{"services":["arn:a"],"wakeUp":1}})",
       "look arn:a"},
      {"our own without services", R"({"source":"caretaker","detail-type":"Reconcile","detail":{}})", "malformed!"},
      {"our own without details", R"({"source":"caretaker","detail-type":"Reconcile"})", "malformed!"},
      {"our own with something else",
       R"({"source":"caretaker","detail-type":"Reconcile","detail":{"services":"arn:a"}})", "malformed!"},
      {"our own notice", R"({"source":"caretaker","detail-type":"Caretaker Notice","detail":{}})", "other-event"},
      {"no JSON", "x", "malformed!"},
      {"an array", "[]", "malformed!"},
      {"names that are no texts", R"({"source":1,"detail-type":[]})", "other-event"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(brief(c.body), c.brief);
  }
}

TEST(Event, ReadsTheMessagesThatItWrites) {
  EXPECT_EQ(brief(look_message({"arn:a", "arn:\"b\""})), "look arn:a, arn:\"b\"");
  EXPECT_EQ(brief(wake_up_message("arn:a")), "look arn:a by a wake-up");
}

}  // namespace
}  // namespace delivery
