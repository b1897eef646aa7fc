// SPDX-License-Identifier: Apache-2.0
#include "delivery/batch.h"

#include <gtest/gtest.h>

namespace delivery {
namespace {

const base::Time now{std::chrono::milliseconds(1'700'000'000'000)};

TEST(Batch, ReadsWhatLambdaSends) {
  const auto batch = parse_batch(R"({"Records":[{"messageId":"059f36b4","receiptHandle":"AQEB","body":"{\"a\":1}",
    "attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1545082649183","SenderId":"AIDA",
    "ApproximateFirstReceiveTimestamp":"1545082649185"},"messageAttributes":{},
    "md5OfBody":"x","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:deploy","awsRegion":"us-east-1"}]})",
                                 now);
  ASSERT_TRUE(batch) << batch.error().message;
  ASSERT_EQ(batch->size(), 1U);
  const auto& message = batch->front();
  EXPECT_EQ(message.id, "059f36b4");
  EXPECT_EQ(message.receipt_handle, "AQEB");
  EXPECT_EQ(message.body, R"({"a":1})");
  EXPECT_EQ(base::to_iso8601(message.sent_at), "2018-12-17T21:37:29.183Z");
  EXPECT_EQ(base::to_iso8601(message.first_received_at), "2018-12-17T21:37:29.185Z");
  EXPECT_EQ(message.queue_arn, "arn:aws:sqs:us-east-1:123456789012:deploy");
}

TEST(Batch, TakesAMessageWithoutTimeAsSentNow) {
  for (const auto* attributes :
       {"{}", "null", R"({"SentTimestamp":"soon"})", R"({"SentTimestamp":12})", R"({"SentTimestamp":"12x"})",
        R"({"SentTimestamp":"-1"})", R"({"SentTimestamp":"9223372036854775807"})"}) {
    SCOPED_TRACE(attributes);
    const auto batch =
        parse_batch(std::string(R"({"Records":[{"messageId":"a","body":"","attributes":)") + attributes + "}]}", now);
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->front().sent_at, now);
    EXPECT_EQ(batch->front().first_received_at, now);
  }
}

TEST(Batch, RefusesWhatIsNone) {
  for (const auto* event :
       {"", "[]", "{}", R"({"Records":{}})", R"({"Records":[1]})", R"({"Records":[{"messageId":"a"}]})",
        R"({"Records":[{"messageId":"","body":"x"}]})", R"({"source":"aws.ecr"})"}) {
    SCOPED_TRACE(event);
    const auto batch = parse_batch(event, now);
    ASSERT_FALSE(batch);
    EXPECT_EQ(batch.error().kind, base::ErrorKind::Invalid);
  }
}

TEST(Batch, AnswersWithTheMessagesThatReturn) {
  EXPECT_EQ(batch_answer({}), R"({"batchItemFailures":[]})");
  EXPECT_EQ(batch_answer({"a"}), R"({"batchItemFailures":[{"itemIdentifier":"a"}]})");
  EXPECT_EQ(batch_answer({"a", "b\""}), R"({"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"b\""}]})");
}

}  // namespace
}  // namespace delivery
