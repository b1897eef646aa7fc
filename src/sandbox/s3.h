// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "sandbox/refusal.h"
#include "sandbox/s3_address.h"
#include "sandbox/world.h"

namespace sandbox {

struct S3Object {
  std::string body;
  std::string etag;  // With its quotes: the MD5 of the body.
  base::Time modified;
  // Content-Type and its like, and x-amz-meta-*, which come back as they were given.
  std::vector<std::pair<std::string, std::string>> headers;
};

// Amazon S3: buckets and objects, without versions, multipart uploads and access control.
class S3 {
 public:
  explicit S3(World& world) : world_(world) {}

  // `request` has passed the signature check and its body is decoded.
  Answer<http::Response> handle(const http::Request& request, const S3Address& address);

  void create_bucket(const std::string& name) { buckets_[name].created = world_.now(); }
  void put(const std::string& bucket, const std::string& key, std::string body);
  bool has_bucket(std::string_view name) const { return buckets_.contains(name); }

 private:
  struct Bucket {
    base::Time created;
    std::map<std::string, S3Object, std::less<>> objects;
  };
  struct Call {
    const http::Request& request;
    const S3Address& address;
  };
  using Run = Answer<http::Response> (S3::*)(const Call&);
  struct Route {
    std::string_view operation;
    Run run;
    std::vector<std::string_view> query;  // The parameters it reads; others it refuses.
  };
  static const std::vector<Route>& routes();

  Answer<http::Response> list_buckets(const Call& call);
  Answer<http::Response> create_bucket(const Call& call);
  Answer<http::Response> head_bucket(const Call& call);
  Answer<http::Response> delete_bucket(const Call& call);
  Answer<http::Response> get_bucket_location(const Call& call);
  Answer<http::Response> list_objects(const Call& call);
  Answer<http::Response> list_objects_v2(const Call& call);
  Answer<http::Response> get_object(const Call& call);
  Answer<http::Response> head_object(const Call& call);
  Answer<http::Response> put_object(const Call& call);
  Answer<http::Response> copy_object(const Call& call);
  Answer<http::Response> delete_object(const Call& call);

  Answer<Bucket*> bucket_of(const S3Address& address);
  Answer<const S3Object*> object_of(const S3Address& address);
  Answer<void> check_write(const Call& call, const Bucket& bucket, std::size_t size) const;
  const S3Object& store(Bucket& bucket, const S3Address& address, S3Object object);

  World& world_;
  std::map<std::string, Bucket, std::less<>> buckets_;
  std::size_t bytes_ = 0;  // Of all objects.
};

}  // namespace sandbox
