// SPDX-License-Identifier: Apache-2.0
#include "aws/s3.h"

#include <utility>

namespace aws::s3 {

base::Result<std::optional<Object>> get_object(Caller& caller, const Bucket& bucket, std::string_view key,
                                               std::string_view etag, const Deadline& deadline) {
  Caller::RestRequest request{
      .method = "GET", .bucket = bucket.name, .key = std::string(key), .query = {}, .headers = {}, .body = {}};
  if (!etag.empty()) request.headers.set("If-None-Match", std::string(etag));
  auto answer = caller.rest(get_object_operation, bucket.region, std::move(request), deadline);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 304 && !etag.empty()) return std::optional<Object>();
  const auto found = answer->headers.get("etag");
  // Every object has one; without it this is somebody else's page.
  if (answer->status != 200 || !found) return malformed(get_object_operation, "no object with an ETag in the answer");
  std::string tag(*found);
  return std::optional<Object>({std::move(answer->body), std::move(tag)});
}

base::Result<std::string> put_object(Caller& caller, const Bucket& bucket, std::string_view key, std::string body,
                                     std::string_view etag, const Deadline& deadline) {
  Caller::RestRequest request{.method = "PUT",
                              .bucket = bucket.name,
                              .key = std::string(key),
                              .query = {},
                              .headers = {},
                              .body = std::move(body)};
  request.headers.set("Content-Type", "application/json");
  if (etag.empty()) {
    request.headers.set("If-None-Match", "*");
  } else {
    request.headers.set("If-Match", std::string(etag));
  }
  const auto answer = caller.rest(put_object_operation, bucket.region, std::move(request), deadline);
  if (!answer) {
    base::Error error = answer.error();
    // The object was deleted since it was read: a change under us like any other.
    if (error.kind == base::ErrorKind::NotFound && error.code == "NoSuchKey") error.kind = base::ErrorKind::Conflict;
    return std::unexpected(std::move(error));
  }
  const auto written = answer->headers.get("etag");
  if (!written) return malformed(put_object_operation, "no ETag in the answer");
  return std::string(*written);
}

}  // namespace aws::s3
