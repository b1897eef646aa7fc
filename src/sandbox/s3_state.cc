// SPDX-License-Identifier: Apache-2.0
// The state of S3: buckets, versions of objects, uploads and their parts.
#include <array>
#include <utility>

#include "sandbox/s3.h"

namespace sandbox {
namespace {

constexpr std::array<std::string_view, 3> versionings = {"never", "enabled", "suspended"};

template <class Members, class Sum>
void describe_checksum(Members& m, Sum& checksum) {
  m("checksumAlgorithm", checksum.algorithm);
  m("checksum", checksum.value);
  m("composite", checksum.composite);
}

template <class Members, class Bucket>
void describe_bucket(Members& m, Bucket& bucket) {
  m("created", bucket.created);
  m.choice("versioning", bucket.versioning, versionings);
  m("emitsEvents", bucket.emits_events);
  m("documents", bucket.documents);
}

template <class Members, class Piece>
void describe_piece(Members& m, Piece& piece) {
  m("number", piece.number);
  m("size", piece.size);
  m("checksum", piece.checksum);
}

template <class Members, class Object>
void describe_object(Members& m, Object& object) {
  m.bytes("body", object.body);
  m("etag", object.etag);
  m("modified", object.modified);
  m("headers", object.headers);
  describe_checksum(m, object.checksum);
  m("version", object.version);
  m("deleteMarker", object.delete_marker);
  m("tags", object.tags);
  m.list("pieces", object.pieces, [](auto& inner, auto& piece) { describe_piece(inner, piece); });
}

template <class Members, class Upload>
void describe_upload(Members& m, Upload& upload) {
  m("key", upload.key);
  m("begun", upload.begun);
  m("headers", upload.headers);
  m("algorithm", upload.algorithm);
  m("composite", upload.composite);
  m("named", upload.named);
  m("tags", upload.tags);
}

template <class Members, class Part>
void describe_part(Members& m, Part& part) {
  m.bytes("body", part.body);
  m("etag", part.etag);
  m("modified", part.modified);
  describe_checksum(m, part.checksum);
}

bool is_etag(std::string_view text) { return text.size() >= 2 && text.starts_with('"') && text.ends_with('"'); }

}  // namespace

void S3::save(StateWriter& out) const {
  out.line("s3.account", [&](MembersOut& m) { m("sequence", sequence_); });
  for (const auto& [name, bucket] : buckets_) {
    out.line("s3.bucket", [&](MembersOut& m) {
      m("name", name);
      describe_bucket(m, bucket);
    });
    for (const auto& [key, versions] : bucket.objects) {
      // Of each object the newest first.
      for (const auto& version : versions) {
        out.line("s3.object", [&](MembersOut& m) {
          m("bucket", name);
          m("key", key);
          describe_object(m, version);
        });
      }
    }
    for (const auto& [id, upload] : bucket.uploads) {
      out.line("s3.upload", [&](MembersOut& m) {
        m("bucket", name);
        m("id", id);
        describe_upload(m, upload);
      });
      for (const auto& [number, part] : upload.parts) {
        out.line("s3.part", [&](MembersOut& m) {
          m("bucket", name);
          m("upload", id);
          m("number", number);
          describe_part(m, part);
        });
      }
    }
  }
}

bool S3::restore(std::string_view kind, MembersIn& m) {
  if (kind == "s3.account") {
    m("sequence", sequence_);
  } else if (kind == "s3.bucket") {
    std::string name;
    m("name", name);
    m.demand(!buckets_.contains(name), "there are two of that name");
    describe_bucket(m, buckets_[name]);
  } else if (kind == "s3.object") {
    restore_object(m);
  } else if (kind == "s3.upload") {
    std::string name;
    std::string id;
    Upload upload;
    m("bucket", name);
    m("id", id);
    describe_upload(m, upload);
    m.demand(is_checksum_algorithm(upload.algorithm), "there is no such checksum algorithm");
    const auto bucket = buckets_.find(name);
    if (bucket == buckets_.end()) return m.fail("there is no such bucket"), true;
    bytes_ += weight_of(upload);
    m.demand(bucket->second.uploads.emplace(id, std::move(upload)).second, "there are two of that id");
  } else if (kind == "s3.part") {
    restore_part(m);
  } else {
    return false;
  }
  return true;
}

void S3::restore_object(MembersIn& m) {
  std::string name;
  std::string key;
  S3Object object;
  m("bucket", name);
  m("key", key);
  describe_object(m, object);
  m.demand(is_etag(object.etag), "an etag stands in quotes");
  m.demand(object.delete_marker || is_checksum_algorithm(object.checksum.algorithm),
           "there is no such checksum algorithm");
  const auto bucket = buckets_.find(name);
  if (bucket == buckets_.end()) return m.fail("there is no such bucket");
  if (!m.ok()) return;
  bytes_ += weight_of(key, object);
  bucket->second.objects[key].push_back(std::move(object));
}

void S3::restore_part(MembersIn& m) {
  std::string name;
  std::string id;
  int number = 0;
  Part part;
  m("bucket", name);
  m("upload", id);
  m("number", number);
  describe_part(m, part);
  m.demand(number >= 1 && is_etag(part.etag) && is_checksum_algorithm(part.checksum.algorithm),
           "its number, etag or checksum is none");
  const auto bucket = buckets_.find(name);
  if (bucket == buckets_.end() || !bucket->second.uploads.contains(id)) return m.fail("there is no such upload");
  bytes_ += weight_of(part);
  m.demand(bucket->second.uploads.at(id).parts.emplace(number, std::move(part)).second, "there are two of that number");
}

}  // namespace sandbox
