// SPDX-License-Identifier: Apache-2.0
// The routes of S3, and which buckets there are.
#include "sandbox/s3.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "sandbox/page.h"
#include "sandbox/s3_conditions.h"
#include "sandbox/xml.h"

namespace sandbox {
namespace {

constexpr std::size_t buckets_max = 100;
constexpr std::size_t key_max = 1'024;
constexpr std::string_view xmlns = "http://s3.amazonaws.com/doc/2006-03-01/";

http::Response xml_response(Xml& xml) { return {200, {{"Content-Type", "application/xml"}}, xml.take()}; }

// What clients add to any request without changing what it asks for.
bool is_neutral(std::string_view parameter) { return parameter == "x-id" || parameter.starts_with("X-Amz-"); }

}  // namespace

void write_person(Xml& xml, std::string_view element, std::string_view account) {
  xml.open(element);
  xml.text("ID", account);
  xml.close();
}

const std::vector<S3::Route>& S3::routes() {
  static const std::vector<Route> table = {
      {"ListBuckets", &S3::list_buckets, {"max-buckets", "prefix", "continuation-token", "bucket-region"}},
      {"CreateBucket", &S3::create_bucket, {}},
      {"HeadBucket", &S3::head_bucket, {}},
      {"DeleteBucket", &S3::delete_bucket, {}},
      {"GetBucketLocation", &S3::get_bucket_location, {"location"}},
      {"GetBucketVersioning", &S3::get_bucket_versioning, {"versioning"}},
      {"PutBucketVersioning", &S3::put_bucket_versioning, {"versioning"}},
      {"GetBucketNotificationConfiguration", &S3::get_notification, {"notification"}},
      {"PutBucketNotificationConfiguration", &S3::put_notification, {"notification"}},
      {"GetBucketPolicy", &S3::get_document, {"policy"}},
      {"PutBucketPolicy", &S3::put_document, {"policy"}},
      {"DeleteBucketPolicy", &S3::delete_document, {"policy"}},
      {"GetBucketTagging", &S3::get_document, {"tagging"}},
      {"PutBucketTagging", &S3::put_document, {"tagging"}},
      {"DeleteBucketTagging", &S3::delete_document, {"tagging"}},
      {"GetPublicAccessBlock", &S3::get_document, {"publicAccessBlock"}},
      {"PutPublicAccessBlock", &S3::put_document, {"publicAccessBlock"}},
      {"DeletePublicAccessBlock", &S3::delete_document, {"publicAccessBlock"}},
      {"GetBucketEncryption", &S3::get_document, {"encryption"}},
      {"PutBucketEncryption", &S3::put_document, {"encryption"}},
      {"DeleteBucketEncryption", &S3::delete_document, {"encryption"}},
      {"ListObjects", &S3::list_objects, {"prefix", "delimiter", "max-keys", "marker", "encoding-type"}},
      {"ListObjectsV2",
       &S3::list_objects_v2,
       {"list-type", "prefix", "delimiter", "max-keys", "continuation-token", "start-after", "encoding-type",
        "fetch-owner"}},
      {"ListObjectVersions",
       &S3::list_object_versions,
       {"versions", "prefix", "max-keys", "key-marker", "version-id-marker", "encoding-type"}},
      {"GetObject",
       &S3::get_object,
       {"versionId", "response-content-type", "response-content-language", "response-content-disposition",
        "response-content-encoding", "response-cache-control", "response-expires"}},
      // The body is left out of the answer to any HEAD, and its length stays.
      {"HeadObject", &S3::get_object, {"versionId"}},
      {"PutObject", &S3::put_object, {}},
      {"CopyObject", &S3::copy_object, {}},
      {"DeleteObject", &S3::delete_object, {"versionId"}},
      {"DeleteObjects", &S3::delete_objects, {"delete"}},
      {"GetObjectAttributes", &S3::get_object_attributes, {"attributes", "versionId"}},
      {"GetObjectTagging", &S3::get_object_tagging, {"tagging", "versionId"}},
      {"PutObjectTagging", &S3::put_object_tagging, {"tagging", "versionId"}},
      {"DeleteObjectTagging", &S3::delete_object_tagging, {"tagging", "versionId"}},
      {"CreateMultipartUpload", &S3::create_multipart_upload, {"uploads"}},
      {"UploadPart", &S3::upload_part, {"uploadId", "partNumber"}},
      {"UploadPartCopy", &S3::upload_part_copy, {"uploadId", "partNumber"}},
      {"CompleteMultipartUpload", &S3::complete_multipart_upload, {"uploadId"}},
      {"AbortMultipartUpload", &S3::abort_multipart_upload, {"uploadId"}},
      {"ListParts", &S3::list_parts, {"uploadId", "max-parts", "part-number-marker"}},
      {"ListMultipartUploads",
       &S3::list_multipart_uploads,
       {"uploads", "prefix", "delimiter", "max-uploads", "key-marker", "upload-id-marker", "encoding-type"}},
  };
  return table;
}

std::vector<S3::Described> S3::described() {
  std::vector<Described> rows;
  for (const auto& route : routes()) rows.push_back({route.operation, route.query});
  return rows;
}

Answer<http::Response> S3::handle(const http::Request& request, const S3Address& address) {
  if (!is_utf8(address.bucket) || !is_utf8(address.key))
    return refuse("InvalidURI", "Couldn't parse the specified URI.");
  if (address.key.size() > key_max) return refuse("KeyTooLongError", "Your key is too long");
  const auto route = std::ranges::find(routes(), address.operation, &Route::operation);
  if (route == routes().end()) {
    return refuse("MethodNotAllowed", fmt::format("The sandbox does not emulate {} here.", request.method), 405);
  }
  for (const auto& [name, value] : address.query) {
    if (is_neutral(name) || std::ranges::find(route->query, name) != route->query.end()) continue;
    return refuse("NotImplemented",
                  fmt::format("The sandbox does not emulate {} with the query parameter '{}'.", route->operation, name),
                  501);
  }
  if (auto checked = check_headers(request.headers, route->operation, world_.settings().account); !checked)
    return std::unexpected(std::move(checked.error()));
  return (this->*route->run)({request, address});
}

void S3::put(const std::string& bucket, const std::string& key, std::string body) {
  S3Object object;
  object.body = std::move(body);
  store(buckets_[bucket], {"PutObject", bucket, key, {}}, std::move(object), "PutObject");
}

Answer<S3::Bucket*> S3::bucket_of(const S3Address& address) {
  const auto found = buckets_.find(address.bucket);
  if (found != buckets_.end()) return &found->second;
  return std::unexpected(
      Refusal{"NoSuchBucket", "The specified bucket does not exist", 404, {}, {{"BucketName", address.bucket}}});
}

Answer<http::Response> S3::list_buckets(const Call& call) {
  const auto parameter = [&](std::string_view name) {
    const auto* found = call.address.parameter(name);
    return found ? *found : std::string();
  };
  const auto prefix = parameter("prefix");
  const auto max = parameter("max-buckets");
  std::size_t size = buckets_max;
  if (!max.empty()) {
    const auto parsed = std::from_chars(max.data(), max.data() + max.size(), size);
    if (parsed.ec != std::errc() || parsed.ptr != max.data() + max.size() || size < 1 || size > 10'000)
      return refuse("InvalidArgument", "max-buckets must be between 1 and 10000");
  }
  const auto token = parameter("continuation-token");
  const auto after = token.empty() ? std::nullopt : page_item(token);
  if (!token.empty() && !after) return refuse("InvalidArgument", "The continuation token provided is incorrect");
  const auto region = parameter("bucket-region");
  std::vector<std::string> names;
  for (const auto& [name, bucket] : buckets_) {
    if (name.starts_with(prefix) && (region.empty() || region == world_.settings().region)) names.push_back(name);
  }
  const auto page = take_page(names, after, size, [](const std::string& name) { return name; });
  Xml xml;
  xml.open("ListAllMyBucketsResult", xmlns);
  xml.open("Owner");
  xml.text("ID", world_.settings().account);
  xml.text("DisplayName", "sandbox");
  xml.close();
  xml.open("Buckets");
  for (const auto& name : page.items) {
    xml.open("Bucket");
    xml.text("Name", name);
    xml.text("CreationDate", base::to_iso8601(buckets_.at(name).created));
    xml.close();
  }
  xml.close();
  if (page.next_token) xml.text("ContinuationToken", *page.next_token);
  xml.close();
  return xml_response(xml);
}

Answer<http::Response> S3::create_bucket(const Call& call) {
  const auto& name = call.address.bucket;
  if (!is_bucket_name(name)) {
    return std::unexpected(
        Refusal{"InvalidBucketName", "The specified bucket is not valid.", 400, {}, {{"BucketName", name}}});
  }
  const auto wanted = xml_text_of(call.request.body, "LocationConstraint");
  if (!wanted.empty() && wanted != world_.settings().region) {
    return refuse(
        "IllegalLocationConstraintException",
        fmt::format(
            "The {} location constraint is incompatible for the region specific endpoint this request was sent to.",
            wanted.substr(0, 64)));
  }
  if (buckets_.contains(name) && world_.settings().region != "us-east-1") {
    return refuse("BucketAlreadyOwnedByYou",
                  "Your previous request to create the named bucket succeeded and you already own it.", 409);
  }
  if (buckets_.size() >= buckets_max && !buckets_.contains(name)) {
    return refuse("TooManyBuckets", "You have attempted to create more buckets than allowed");
  }
  // us-east-1 answers the second creation of one's own bucket like the first.
  if (!buckets_.contains(name)) create_bucket(name);
  return http::Response{200, {{"Location", "/" + name}}, {}};
}

Answer<http::Response> S3::head_bucket(const Call& call) {
  if (auto bucket = bucket_of(call.address); !bucket) return std::unexpected(std::move(bucket.error()));
  return http::Response{200, {{"x-amz-bucket-region", world_.settings().region}}, {}};
}

Answer<http::Response> S3::delete_bucket(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  if (!(*bucket)->objects.empty()) return refuse("BucketNotEmpty", "The bucket you tried to delete is not empty", 409);
  for (const auto& [id, upload] : (*bucket)->uploads) bytes_ -= weight_of(upload);
  buckets_.erase(call.address.bucket);
  return http::Response{204, {}, {}};
}

Answer<http::Response> S3::get_bucket_location(const Call& call) {
  if (auto bucket = bucket_of(call.address); !bucket) return std::unexpected(std::move(bucket.error()));
  Xml xml;
  // us-east-1 is shown as nothing.
  const auto& region = world_.settings().region;
  xml.open("LocationConstraint", xmlns);
  if (region != "us-east-1") xml.content(region);
  xml.close();
  return xml_response(xml);
}

}  // namespace sandbox
