// SPDX-License-Identifier: Apache-2.0
#include "delivery/queue.h"

#include <gtest/gtest.h>

namespace delivery {
namespace {

TEST(QueueName, IsWhatTheEnvironmentSays) {
  struct Case {
    std::string_view name;
    aws::Environment environment;
    std::string_view queue;
  };
  const Case cases[] = {
      {"by name", {{"QUEUE_NAME", "caretaker"}}, "caretaker"},
      {"by the sample stack's name", {{"QUEUE_URL", "semvar-queue"}}, "semvar-queue"},
      {"by URL", {{"QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/123456789012/semvar-queue"}}, "semvar-queue"},
      {"the name wins", {{"QUEUE_NAME", "caretaker"}, {"QUEUE_URL", "https://sqs/1/other"}}, "caretaker"},
      {"a name set to nothing", {{"QUEUE_NAME", ""}, {"QUEUE_URL", "semvar-queue"}}, "semvar-queue"},
      {"neither", {}, ""},
  };
  for (const auto& row : cases) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(queue_name(row.environment), row.queue);
  }
}

}  // namespace
}  // namespace delivery
