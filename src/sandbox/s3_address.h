// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"
#include "sandbox/uri.h"

namespace sandbox {

// Which operation a request to S3 asks for, and on what.
struct S3Address {
  std::string operation;  // `GetObject`; empty if method and path fit none.
  std::string bucket;     // Empty for ListBuckets.
  std::string key;        // Empty for operations on buckets.
  Pairs query;

  const std::string* parameter(std::string_view name) const { return find_pair(query, name); }
};

// Path style (`/bucket/key`), or virtual-hosted style (`bucket.s3.anything`, `bucket.localhost`, or a Host that is the
// name of a bucket).
S3Address read_s3_address(const http::Request& request, const std::function<bool(std::string_view)>& is_bucket);

bool is_bucket_name(std::string_view name);

// `Wed, 01 Jan 2026 03:04:05 GMT` (RFC 9110 section 5.6.7)
std::string http_date(base::Time time);

}  // namespace sandbox
