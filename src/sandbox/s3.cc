// SPDX-License-Identifier: Apache-2.0
// The routes of S3 and its operations on buckets; those on objects are in s3_objects.cc, listings in s3_lists.cc.
#include "sandbox/s3.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

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

const std::vector<S3::Route>& S3::routes() {
  static const std::vector<Route> table = {
      {"ListBuckets", &S3::list_buckets, {}},
      {"CreateBucket", &S3::create_bucket, {}},
      {"HeadBucket", &S3::head_bucket, {}},
      {"DeleteBucket", &S3::delete_bucket, {}},
      {"GetBucketLocation", &S3::get_bucket_location, {"location"}},
      {"ListObjects", &S3::list_objects, {"prefix", "delimiter", "max-keys", "marker", "encoding-type"}},
      {"ListObjectsV2",
       &S3::list_objects_v2,
       {"list-type", "prefix", "delimiter", "max-keys", "continuation-token", "start-after", "encoding-type",
        "fetch-owner"}},
      {"GetObject", &S3::get_object, {}},
      {"HeadObject", &S3::head_object, {}},
      {"PutObject", &S3::put_object, {}},
      {"CopyObject", &S3::copy_object, {}},
      {"DeleteObject", &S3::delete_object, {}},
  };
  return table;
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
  return (this->*route->run)({request, address});
}

void S3::put(const std::string& bucket, const std::string& key, std::string body) {
  store(buckets_[bucket], {"PutObject", bucket, key, {}}, {std::move(body), {}, {}, {}});
}

Answer<S3::Bucket*> S3::bucket_of(const S3Address& address) {
  const auto found = buckets_.find(address.bucket);
  if (found != buckets_.end()) return &found->second;
  return std::unexpected(
      Refusal{"NoSuchBucket", "The specified bucket does not exist", 404, {}, {{"BucketName", address.bucket}}});
}

Answer<http::Response> S3::list_buckets(const Call&) {
  Xml xml;
  xml.open("ListAllMyBucketsResult", xmlns);
  xml.open("Owner");
  xml.text("ID", world_.settings().account);
  xml.text("DisplayName", "sandbox");
  xml.close();
  xml.open("Buckets");
  for (const auto& [name, bucket] : buckets_) {
    xml.open("Bucket");
    xml.text("Name", name);
    xml.text("CreationDate", base::to_iso8601(bucket.created));
    xml.close();
  }
  xml.close();
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
