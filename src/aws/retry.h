// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"

// The numbers of the AWS SDKs' "standard" retry mode
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
namespace aws {

// How long to wait before repetition number `retry` (from 0): up to 1 s, 2 s, 4 s … 20 s, of which `random` in [0, 1) takes
// a part, so that those who failed together do not come back together.
base::Duration back_off(int retry, double random);

// A token bucket over all calls of one Caller: when AWS as a whole is in trouble, repetitions stop instead of adding to it.
class RetryBucket {
 public:
  // Takes what a repetition costs; false, and nothing taken, if there is not enough.
  bool take(bool after_timeout);
  // A call succeeded at last: what its last repetition cost comes back; without one, a little.
  void succeeded(int last_cost);
  // What take() took last time; for succeeded().
  static int cost(bool after_timeout) { return after_timeout ? 10 : 5; }
  int tokens() const { return tokens_; }

 private:
  static constexpr int capacity = 500;
  int tokens_ = capacity;
};

}  // namespace aws
