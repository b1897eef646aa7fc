// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/caller.h"

// Amazon S3, API version 2006-03-01: https://docs.aws.amazon.com/AmazonS3/latest/API/
namespace aws::s3 {

inline constexpr Operation get_object_operation{Service::S3, "GetObject", true, "s3:GetObject"};
// Repeatable, since each of our writes is conditional and carries a nonce by which its writer knows it again.
inline constexpr Operation put_object_operation{Service::S3, "PutObject", true, "s3:PutObject"};

struct Bucket {
  std::string name;
  std::string region;
};

struct Object {
  std::string body;
  std::string etag;  // With its quotes, opaque.
};

// nullopt: not modified since `etag` (If-None-Match; empty: unconditional).
// Errors: NotFound (NoSuchKey, NoSuchBucket), Denied, …
base::Result<std::optional<Object>> get_object(Caller& caller, const Bucket& bucket, std::string_view key,
                                               std::string_view etag, const Deadline& deadline);

// Writes if the object is still the one of `etag` (If-Match); an empty `etag`: only if there is none (If-None-Match: *).
// Returns the new ETag. Errors: Conflict (412 PreconditionFailed, 409 ConditionalRequestConflict, and 404 for an object
// deleted since), Unknown …
base::Result<std::string> put_object(Caller& caller, const Bucket& bucket, std::string_view key, std::string body,
                                     std::string_view etag, const Deadline& deadline);

}  // namespace aws::s3
