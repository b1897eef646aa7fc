// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "sandbox/checksum.h"
#include "sandbox/event_bus.h"
#include "sandbox/refusal.h"
#include "sandbox/s3_address.h"
#include "sandbox/s3_tags.h"
#include "sandbox/state.h"
#include "sandbox/world.h"

namespace sandbox {

class Xml;

// A part of which an object was put together.
struct S3Piece {
  int number = 0;
  std::size_t size = 0;
  std::string checksum;  // By the algorithm of the object's.
};

// One version of an object, or a mark that it was deleted.
struct S3Object {
  std::string body;
  std::string etag;  // With its quotes: the MD5 of the body, or of the parts' with `-3` behind.
  base::Time modified;
  // Content-Type and its like, and x-amz-meta-*, which come back as they were given.
  std::vector<std::pair<std::string, std::string>> headers;
  Checksum checksum;
  std::string version = "null";
  bool delete_marker = false;
  S3Tags tags;
  std::vector<S3Piece> pieces;  // Of an upload in parts whose checksum's algorithm was named; S3 forgets others.
};

// Amazon S3: buckets and objects, with versions and multipart uploads, without access control.
class S3 {
 public:
  S3(World& world, EventBus& bus) : world_(world), bus_(bus) {}

  // `request` has passed the signature check and its body is decoded.
  Answer<http::Response> handle(const http::Request& request, const S3Address& address);

  void create_bucket(const std::string& name) { buckets_[name].created = world_.now(); }
  void put(const std::string& bucket, const std::string& key, std::string body);
  // From now on the event bus is told of what becomes of its objects.
  void tell_event_bus(const std::string& bucket) { buckets_.at(bucket).emits_events = true; }
  bool has_bucket(std::string_view name) const { return buckets_.contains(name); }

  // What each operation reads of a request besides bucket, key and body, for those who ask.
  struct Described {
    std::string_view operation;
    std::vector<std::string_view> query;
  };
  static std::vector<Described> described();

  // In s3_state.cc.
  void save(StateWriter& out) const;
  bool restore(std::string_view kind, MembersIn& m);

 private:
  void restore_object(MembersIn& m);
  void restore_part(MembersIn& m);
  struct Part {
    std::string body;
    std::string etag;
    base::Time modified;
    Checksum checksum;
  };
  struct Upload {
    std::string key;
    base::Time begun;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string algorithm;  // Of its checksum.
    bool named = false;     // By whoever began it; else it is the default one.
    bool composite = false;
    S3Tags tags;
    std::map<int, Part> parts;
  };
  using Versions = std::deque<S3Object>;  // Newest first; never empty.
  enum class Versioning { Never, Enabled, Suspended };
  struct Bucket {
    base::Time created;
    Versioning versioning = Versioning::Never;
    bool emits_events = false;
    std::map<std::string, Versions, std::less<>> objects;
    std::map<std::string, Upload, std::less<>> uploads;
    std::map<std::string, std::string, std::less<>> documents;  // Policy and its like, by subresource.
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

  // s3.cc, s3_buckets.cc
  Answer<http::Response> list_buckets(const Call& call);
  Answer<http::Response> create_bucket(const Call& call);
  Answer<http::Response> head_bucket(const Call& call);
  Answer<http::Response> delete_bucket(const Call& call);
  Answer<http::Response> get_bucket_location(const Call& call);
  Answer<http::Response> get_bucket_versioning(const Call& call);
  Answer<http::Response> put_bucket_versioning(const Call& call);
  Answer<http::Response> get_notification(const Call& call);
  Answer<http::Response> put_notification(const Call& call);
  Answer<http::Response> get_document(const Call& call);
  Answer<http::Response> put_document(const Call& call);
  Answer<http::Response> delete_document(const Call& call);
  // s3_lists.cc
  Answer<http::Response> list_objects(const Call& call);
  Answer<http::Response> list_objects_v2(const Call& call);
  Answer<http::Response> list_object_versions(const Call& call);
  // s3_objects.cc
  Answer<http::Response> get_object(const Call& call);
  Answer<http::Response> put_object(const Call& call);
  Answer<http::Response> copy_object(const Call& call);
  Answer<http::Response> delete_object(const Call& call);
  Answer<http::Response> delete_objects(const Call& call);
  // s3_multipart.cc
  Answer<http::Response> create_multipart_upload(const Call& call);
  Answer<http::Response> upload_part(const Call& call);
  Answer<http::Response> upload_part_copy(const Call& call);
  Answer<http::Response> complete_multipart_upload(const Call& call);
  Answer<http::Response> abort_multipart_upload(const Call& call);
  // s3_upload_lists.cc
  Answer<http::Response> list_parts(const Call& call);
  Answer<http::Response> list_multipart_uploads(const Call& call);
  // s3_attributes.cc
  Answer<http::Response> get_object_attributes(const Call& call);
  Answer<http::Response> get_object_tagging(const Call& call);
  Answer<http::Response> put_object_tagging(const Call& call);
  Answer<http::Response> delete_object_tagging(const Call& call);

  // What a version takes of the room for objects: its body and all that is kept with it.
  static std::size_t weight_of(const std::string& key, const S3Object& object);
  static std::size_t weight_of(const Part& part);
  static std::size_t weight_of(const Upload& upload);  // With its parts.
  void forget_upload(Bucket& bucket, std::string_view id);
  Answer<Bucket*> bucket_of(const S3Address& address);
  // The version that the address names, or the newest.
  Answer<S3Object*> object_of(const S3Address& address);
  Answer<http::Response> set_tags(const Call& call, S3Tags tags, int status, std::string_view event);
  // Says which version was asked about, where the bucket has had any.
  void name_version(http::Response& response, const Call& call, const S3Object& object) const;
  Answer<const S3Object*> copy_source(const Call& call);
  Answer<void> check_write(const Call& call, const Bucket& bucket, std::size_t size) const;
  Answer<void> check_room(std::size_t size) const;
  const S3Object& store(Bucket& bucket, const S3Address& address, S3Object object, std::string_view reason);
  struct Deleted {
    std::string version;         // Of what was deleted for good; empty if none was named.
    std::string marker_version;  // Of the mark that was set or deleted.
    bool marker = false;
  };
  Answer<Deleted> remove(Bucket& bucket, const std::string& name, const std::string& key, const std::string* version);
  void erase_version(Bucket& bucket, const std::string& key, std::string_view version);
  Answer<const Part*> store_part(const Call& call, Upload& upload, std::string body);
  Answer<Upload*> upload_of(Bucket& bucket, const S3Address& address);
  void emit(const Bucket& bucket, std::string_view type, const std::string& name, const std::string& key,
            const S3Object& object, std::string_view reason, std::string_view deletion = {});

  World& world_;
  EventBus& bus_;
  std::map<std::string, Bucket, std::less<>> buckets_;
  std::size_t bytes_ = 0;  // Of all objects and parts.
  std::uint64_t sequence_ = 0;
};

// What a deleted object answers: with headers, which other refusals do not have.
http::Response deleted_response(const S3Object& marker, const S3Address& address);

// Somebody in a listing: `<Owner><ID>…</ID></Owner>`, or an Initiator.
void write_person(Xml& xml, std::string_view element, std::string_view account);

}  // namespace sandbox
