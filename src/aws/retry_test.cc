// SPDX-License-Identifier: Apache-2.0
#include "aws/retry.h"

#include <gtest/gtest.h>

#include <chrono>

namespace aws {
namespace {

using namespace std::chrono_literals;

TEST(BackOff, DoublesUpToTwentySeconds) {
  EXPECT_EQ(back_off(0, 0.999999), 999ms);
  EXPECT_EQ(back_off(0, 0), 0ms);
  EXPECT_EQ(back_off(1, 0.5), 1s);
  EXPECT_EQ(back_off(4, 0.5), 8s);
  EXPECT_EQ(back_off(5, 0.5), 10s);
  EXPECT_EQ(back_off(1000, 0.5), 10s);
}

TEST(RetryBucket, RunsDry) {
  RetryBucket bucket;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(bucket.take(false));
  EXPECT_FALSE(bucket.take(false));
  bucket.succeeded(RetryBucket::cost(false));
  EXPECT_FALSE(bucket.take(true));
  EXPECT_TRUE(bucket.take(false));
}

TEST(RetryBucket, FillsAgain) {
  RetryBucket bucket;
  EXPECT_TRUE(bucket.take(true));
  EXPECT_EQ(bucket.tokens(), 490);
  bucket.succeeded(0);
  EXPECT_EQ(bucket.tokens(), 491);
  bucket.succeeded(10);
  EXPECT_EQ(bucket.tokens(), 500);
}

}  // namespace
}  // namespace aws
