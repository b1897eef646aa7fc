// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/caller.h"

// Amazon S3, API version 2006-03-01: https://docs.aws.amazon.com/AmazonS3/latest/API/
namespace aws::s3 {

inline constexpr Operation get_object_operation{Service::S3, "GetObject", true, "s3:GetObject"};
// Repeatable, since each of our writes is conditional: the repetition of one that took effect is a conflict, and a look tells the rest.
inline constexpr Operation put_object_operation{Service::S3, "PutObject", true, "s3:PutObject"};
// For whoever has to know of each write whether it may have taken effect.
inline constexpr Operation put_object_once_operation{Service::S3, "PutObject", false, "s3:PutObject"};
inline constexpr Operation get_object_version_operation{Service::S3, "GetObject", true, "s3:GetObjectVersion"};
inline constexpr Operation list_object_versions_operation{Service::S3, "ListObjectVersions", true,
                                                          "s3:ListBucketVersions"};
inline constexpr Operation list_objects_operation{Service::S3, "ListObjectsV2", true, "s3:ListBucket"};
inline constexpr Operation get_bucket_versioning_operation{Service::S3, "GetBucketVersioning", true,
                                                           "s3:GetBucketVersioning"};
inline constexpr Operation get_bucket_policy_operation{Service::S3, "GetBucketPolicy", true, "s3:GetBucketPolicy"};
inline constexpr Operation get_bucket_notification_operation{Service::S3, "GetBucketNotificationConfiguration", true,
                                                             "s3:GetBucketNotification"};
inline constexpr Operation get_public_access_block_operation{Service::S3, "GetPublicAccessBlock", true,
                                                             "s3:GetBucketPublicAccessBlock"};

struct Bucket {
  std::string name;
  std::string region;
};

struct Object {
  std::string body;
  std::string etag;  // With its quotes, opaque.
  std::optional<base::Time> last_modified{};
  std::string version{};  // Empty in a bucket that never had versions.
};

// nullopt: not modified since `etag` (If-None-Match; empty: unconditional).
// Errors: NotFound (NoSuchKey, NoSuchBucket), Denied, Transient (AnswerTooLarge: more than RestRequest::body_max) …
base::Result<std::optional<Object>> get_object(Caller& caller, const Bucket& bucket, std::string_view key,
                                               std::string_view etag, const Deadline& deadline);

// Writes if the object is still the one of `etag` (If-Match); an empty `etag`: only if there is none (If-None-Match: *).
// Returns the new ETag. Errors: Conflict (412 PreconditionFailed, 409 ConditionalRequestConflict, and 404 for an object
// deleted since), Unknown …
base::Result<std::string> put_object(Caller& caller, const Bucket& bucket, std::string_view key, std::string body,
                                     std::string_view etag, const Deadline& deadline,
                                     const Operation& operation = put_object_operation);

// An older version of the object, or the one that is there. Errors: NotFound (NoSuchVersion …), Invalid (no version's id) …
base::Result<Object> get_object_version(Caller& caller, const Bucket& bucket, std::string_view key,
                                        std::string_view version, const Deadline& deadline);

struct ObjectVersion {
  std::string id;  // `null` for what was written while the bucket had no versions.
  std::optional<base::Time> last_modified;
  std::size_t size = 0;
  bool is_latest = false;
  bool is_delete_marker = false;
};

// All versions of that one object, newest first: all pages, or an error.
base::Result<std::vector<ObjectVersion>> list_object_versions(Caller& caller, const Bucket& bucket,
                                                              std::string_view key, const Deadline& deadline);

// The keys that begin so, in their order: all pages, or an error.
base::Result<std::vector<std::string>> list_objects(Caller& caller, const Bucket& bucket, std::string_view prefix,
                                                    const Deadline& deadline);

struct Versioning {
  std::string status;                     // `Enabled`, `Suspended`; empty: the bucket never had versions.
  std::optional<base::Time> answered_at;  // By S3's clock.
};
base::Result<Versioning> get_bucket_versioning(Caller& caller, const Bucket& bucket, const Deadline& deadline);

// The policy, which is JSON; nullopt if there is none.
base::Result<std::optional<std::string>> get_bucket_policy(Caller& caller, const Bucket& bucket,
                                                           const Deadline& deadline);

// Whether it tells EventBridge of its objects.
base::Result<bool> tells_event_bridge(Caller& caller, const Bucket& bucket, const Deadline& deadline);

// Whether all four kinds of public access are blocked by the bucket itself; the account may block them besides.
base::Result<bool> blocks_public_access(Caller& caller, const Bucket& bucket, const Deadline& deadline);

}  // namespace aws::s3
