// SPDX-License-Identifier: Apache-2.0
// How S3 keeps the versions of its objects, and the events about them.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "sandbox/s3.h"

namespace sandbox {

namespace json = boost::json;

Answer<S3Object*> S3::object_of(const S3Address& address) {
  auto bucket = bucket_of(address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  const auto found = (*bucket)->objects.find(address.key);
  const auto* version = address.parameter("versionId");
  if (!version) {
    if (found != (*bucket)->objects.end()) return &found->second.front();
    return std::unexpected(Refusal{"NoSuchKey", "The specified key does not exist.", 404, {}, {{"Key", address.key}}});
  }
  if (version->empty()) return refuse("InvalidArgument", "Version id cannot be the empty string");
  if (found != (*bucket)->objects.end()) {
    const auto kept = std::ranges::find(found->second, *version, &S3Object::version);
    if (kept != found->second.end()) return &*kept;
  }
  return std::unexpected(Refusal{"NoSuchVersion",
                                 "The specified version does not exist.",
                                 404,
                                 {},
                                 {{"Key", address.key}, {"VersionId", version->substr(0, 100)}}});
}

const S3Object& S3::store(Bucket& bucket, const S3Address& address, S3Object object, std::string_view reason) {
  if (object.etag.empty() || reason != "CompleteMultipartUpload")
    object.etag = "\"" + base::md5_hex(object.body) + "\"";
  if (object.checksum.algorithm.empty()) object.checksum = checksum_of("CRC64NVME", object.body);
  object.modified = world_.now();
  object.delete_marker = false;
  object.version = bucket.versioning == Versioning::Enabled ? world_.ids().hex(32) : "null";
  erase_version(bucket, address.key, object.version);
  auto& versions = bucket.objects[address.key];
  bytes_ += weight_of(address.key, object);
  versions.push_front(std::move(object));
  const auto& kept = versions.front();
  world_.tell("object", fmt::format("s3://{}/{} written, {} bytes", address.bucket, address.key, kept.body.size()));
  emit(bucket, "Object Created", address.bucket, address.key, kept, reason);
  return kept;
}

std::size_t S3::weight_of(const std::string& key, const S3Object& object) {
  constexpr std::size_t rest = 512;
  std::size_t weight = object.body.size() + key.size() + rest;
  for (const auto& [name, value] : object.headers) weight += name.size() + value.size();
  for (const auto& [name, value] : object.tags) weight += name.size() + value.size();
  for (const auto& piece : object.pieces) weight += sizeof piece + piece.checksum.size();
  return weight;
}

void S3::erase_version(Bucket& bucket, const std::string& key, std::string_view version) {
  const auto found = bucket.objects.find(key);
  if (found == bucket.objects.end()) return;
  auto& versions = found->second;
  const auto kept = std::ranges::find(versions, version, &S3Object::version);
  if (kept == versions.end()) return;
  bytes_ -= weight_of(key, *kept);
  versions.erase(kept);
  if (versions.empty()) bucket.objects.erase(found);
}

Answer<S3::Deleted> S3::remove(Bucket& bucket, const std::string& name, const std::string& key,
                               const std::string* version) {
  const auto found = bucket.objects.find(key);
  if (version || bucket.versioning == Versioning::Never) {
    const std::string wanted = version ? *version : "null";
    Deleted deleted{version ? *version : std::string(), {}, false};
    if (found == bucket.objects.end()) return deleted;
    const auto kept = std::ranges::find(found->second, wanted, &S3Object::version);
    if (kept == found->second.end()) return deleted;
    deleted.marker = kept->delete_marker;
    if (deleted.marker) deleted.marker_version = kept->version;
    S3Object gone;
    gone.etag = kept->etag;
    gone.version = kept->version;
    erase_version(bucket, key, wanted);
    world_.tell("object", fmt::format("s3://{}/{} deleted", name, key));
    emit(bucket, "Object Deleted", name, key, gone, "DeleteObject", "Permanently Deleted");
    return deleted;
  }
  S3Object marker;
  marker.delete_marker = true;
  marker.modified = world_.now();
  marker.version = bucket.versioning == Versioning::Enabled ? world_.ids().hex(32) : "null";
  marker.etag = "\"" + base::md5_hex("") + "\"";
  if (auto room = check_room(weight_of(key, marker)); !room) return std::unexpected(std::move(room.error()));
  erase_version(bucket, key, marker.version);
  auto& versions = bucket.objects[key];
  bytes_ += weight_of(key, marker);
  versions.push_front(marker);
  world_.tell("object", fmt::format("s3://{}/{} deleted, its versions stay", name, key));
  emit(bucket, "Object Deleted", name, key, marker, "DeleteObject", "Delete Marker Created");
  return Deleted{{}, marker.version, true};
}

// As "EventBridge event message structure" in S3's user guide has it.
void S3::emit(const Bucket& bucket, std::string_view type, const std::string& name, const std::string& key,
              const S3Object& object, std::string_view reason, std::string_view deletion) {
  if (!bucket.emits_events) return;
  json::object about{{"key", key}};
  // Events about tags say neither what was done nor how it came in the order of others.
  const bool of_bytes = !reason.empty();
  if (of_bytes && deletion.empty()) about["size"] = object.body.size();
  about["etag"] = object.etag.substr(1, object.etag.size() - 2);
  if (object.version != "null") about["version-id"] = object.version;
  if (of_bytes) about["sequencer"] = fmt::format("{:018X}", ++sequence_);
  json::object detail{{"version", "0"},
                      {"bucket", json::object{{"name", name}}},
                      {"object", std::move(about)},
                      {"request-id", world_.ids().s3_request_id()},
                      {"requester", world_.settings().account},
                      {"source-ip-address", "127.0.0.1"}};
  if (of_bytes) detail["reason"] = reason;
  if (!deletion.empty()) detail["deletion-type"] = deletion;
  bus_.emit({"aws.s3", std::string(type), {json::string("arn:aws:s3:::" + name)}, std::move(detail)});
}

}  // namespace sandbox
