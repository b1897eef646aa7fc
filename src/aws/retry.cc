// SPDX-License-Identifier: Apache-2.0
#include "aws/retry.h"

#include <algorithm>

namespace aws {

base::Duration back_off(int retry, double random) {
  constexpr double longest_ms = 20'000;
  const double full_ms = std::min(1000.0 * static_cast<double>(1 << std::clamp(retry, 0, 20)), longest_ms);
  return base::Duration(static_cast<base::Duration::rep>(full_ms * std::clamp(random, 0.0, 1.0)));
}

bool RetryBucket::take(bool after_timeout) {
  if (tokens_ < cost(after_timeout)) return false;
  tokens_ -= cost(after_timeout);
  return true;
}

void RetryBucket::succeeded(int last_cost) { tokens_ = std::min(capacity, tokens_ + (last_cost == 0 ? 1 : last_cost)); }

}  // namespace aws
