// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace sandbox {

// Ids as AWS hands them out, from a seed: the same seed gives the same ids in the same order. Nothing here is secret.
class Ids {
 public:
  explicit Ids(std::uint64_t seed) : state_(seed) {}

  // Lower-case hex digits.
  std::string hex(std::size_t digits);
  // RFC 4122 version 4.
  std::string uuid();
  // As S3 names its requests: 16 upper-case hex digits.
  std::string s3_request_id();

  // Where it stands: set again, the same ids follow.
  std::uint64_t state() const { return state_; }
  void set_state(std::uint64_t state) { state_ = state; }

 private:
  std::uint64_t next();

  std::uint64_t state_;
};

}  // namespace sandbox
