// SPDX-License-Identifier: Apache-2.0
// S3's listings of a bucket, old and new.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "sandbox/page.h"
#include "sandbox/s3.h"
#include "sandbox/s3_conditions.h"
#include "sandbox/xml.h"

namespace sandbox {
namespace {

constexpr std::size_t page_max = 1'000;

std::string parameter(const S3Address& address, std::string_view name) {
  const auto* found = address.parameter(name);
  return found ? *found : std::string();
}

// What both listings ask for.
struct Query {
  std::string prefix;
  std::string delimiter;
  std::string after;
  std::size_t max = page_max;
  bool encoded = false;

  std::string shown(std::string_view text) const { return encoded ? uri_encode(text, true) : std::string(text); }
};

Answer<Query> read_query(const S3Address& address, std::string after) {
  Query query{parameter(address, "prefix"), parameter(address, "delimiter"), std::move(after), page_max, false};
  query.encoded = parameter(address, "encoding-type") == "url";
  for (const auto& text : {query.prefix, query.delimiter, query.after}) {
    if (!is_utf8(text)) return refuse("InvalidArgument", "A parameter is not UTF-8.");
  }
  const auto max = number_of(parameter(address, "max-keys"), "max-keys", page_max);
  if (!max) return std::unexpected(max.error());
  query.max = std::min(*max, page_max);
  return query;
}

struct Listing {
  std::vector<std::pair<std::string, const S3Object*>> objects;
  std::vector<std::string> prefixes;
  std::string last;  // The last key or prefix of the page.
  bool truncated = false;
};

template <class Objects>
Listing list(const Objects& objects, const Query& query) {
  Listing listing;
  for (auto it = objects.lower_bound(query.prefix); it != objects.end() && it->first.starts_with(query.prefix); ++it) {
    const auto& key = it->first;
    const S3Object& newest = it->second.front();
    if (newest.delete_marker) continue;
    const auto cut = query.delimiter.empty() ? std::string::npos : key.find(query.delimiter, query.prefix.size());
    const auto shown = cut == std::string::npos ? key : key.substr(0, cut + query.delimiter.size());
    if (shown <= query.after || (!listing.prefixes.empty() && listing.prefixes.back() == shown)) continue;
    if (listing.objects.size() + listing.prefixes.size() == query.max) {
      listing.truncated = query.max > 0;
      break;
    }
    listing.last = shown;
    if (cut == std::string::npos) {
      listing.objects.emplace_back(key, &newest);
    } else {
      listing.prefixes.push_back(shown);
    }
  }
  return listing;
}

void open_listing(Xml& xml, const S3Address& address, const Query& query, const Listing& listing) {
  xml.open("ListBucketResult", "http://s3.amazonaws.com/doc/2006-03-01/");
  xml.text("Name", address.bucket);
  xml.text("Prefix", query.shown(query.prefix));
  if (!query.delimiter.empty()) xml.text("Delimiter", query.shown(query.delimiter));
  xml.text("MaxKeys", std::to_string(query.max));
  if (query.encoded) xml.text("EncodingType", "url");
  xml.text("IsTruncated", listing.truncated ? "true" : "false");
}

// `owner`: the account's number, or nothing where owners are not asked for.
http::Response close_listing(Xml& xml, const Query& query, const Listing& listing, std::string_view owner) {
  for (const auto& [key, object] : listing.objects) {
    xml.open("Contents");
    xml.text("Key", query.shown(key));
    xml.text("LastModified", base::to_iso8601(object->modified));
    xml.text("ETag", object->etag);
    xml.text("ChecksumAlgorithm", object->checksum.algorithm);
    xml.text("ChecksumType", object->checksum.type());
    xml.text("Size", std::to_string(object->body.size()));
    if (!owner.empty()) write_person(xml, "Owner", owner);
    xml.text("StorageClass", "STANDARD");
    xml.close();
  }
  for (const auto& prefix : listing.prefixes) {
    xml.open("CommonPrefixes");
    xml.text("Prefix", query.shown(prefix));
    xml.close();
  }
  xml.close();
  return {200, {{"Content-Type", "application/xml"}}, xml.take()};
}

}  // namespace

Answer<http::Response> S3::list_objects(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  const auto query = read_query(call.address, parameter(call.address, "marker"));
  if (!query) return std::unexpected(query.error());
  const auto listing = list((*bucket)->objects, *query);
  Xml xml;
  open_listing(xml, call.address, *query, listing);
  xml.text("Marker", query->shown(query->after));
  if (listing.truncated) xml.text("NextMarker", query->shown(listing.last));
  return close_listing(xml, *query, listing, world_.settings().account);
}

Answer<http::Response> S3::list_objects_v2(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  const auto token = parameter(call.address, "continuation-token");
  auto after = token.empty() ? std::optional(parameter(call.address, "start-after")) : page_item(token);
  if (!after) return refuse("InvalidArgument", "The continuation token provided is incorrect");
  const auto query = read_query(call.address, std::move(*after));
  if (!query) return std::unexpected(query.error());
  const auto listing = list((*bucket)->objects, *query);
  Xml xml;
  open_listing(xml, call.address, *query, listing);
  xml.text("KeyCount", std::to_string(listing.objects.size() + listing.prefixes.size()));
  if (!token.empty()) xml.text("ContinuationToken", token);
  if (listing.truncated) xml.text("NextContinuationToken", page_token(listing.last));
  const bool with_owner = parameter(call.address, "fetch-owner") == "true";
  return close_listing(xml, *query, listing, with_owner ? world_.settings().account : std::string_view());
}

Answer<http::Response> S3::list_object_versions(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  const auto query = read_query(call.address, parameter(call.address, "key-marker"));
  if (!query) return std::unexpected(query.error());
  auto after_version = parameter(call.address, "version-id-marker");
  if (!after_version.empty() && query->after.empty())
    return refuse("InvalidArgument", "A version-id marker cannot be specified without a key marker.");
  Xml xml;
  xml.open("ListVersionsResult", "http://s3.amazonaws.com/doc/2006-03-01/");
  xml.text("Name", call.address.bucket);
  xml.text("Prefix", query->shown(query->prefix));
  xml.text("KeyMarker", query->shown(query->after));
  xml.text("VersionIdMarker", after_version);
  xml.text("MaxKeys", std::to_string(query->max));
  if (query->encoded) xml.text("EncodingType", "url");
  std::size_t shown = 0;
  const std::string* last_key = nullptr;
  std::string last_version;
  bool truncated = false;
  for (const auto& [key, versions] : (*bucket)->objects) {
    if (!key.starts_with(query->prefix) || key < query->after || (key == query->after && after_version.empty()))
      continue;
    bool skipping = key == query->after;
    for (const auto& version : versions) {
      if (skipping) {
        skipping = version.version != after_version;
        continue;
      }
      if (shown == query->max) {
        truncated = shown > 0;
        break;
      }
      ++shown;
      last_key = &key;
      last_version = version.version;
      xml.open(version.delete_marker ? "DeleteMarker" : "Version");
      xml.text("Key", query->shown(key));
      xml.text("VersionId", version.version);
      xml.text("IsLatest", &version == &versions.front() ? "true" : "false");
      xml.text("LastModified", base::to_iso8601(version.modified));
      if (!version.delete_marker) {
        xml.text("ETag", version.etag);
        xml.text("ChecksumAlgorithm", version.checksum.algorithm);
        xml.text("ChecksumType", version.checksum.type());
        xml.text("Size", std::to_string(version.body.size()));
        xml.text("StorageClass", "STANDARD");
      }
      write_person(xml, "Owner", world_.settings().account);
      xml.close();
    }
    if (truncated) break;
  }
  xml.text("IsTruncated", truncated ? "true" : "false");
  if (truncated) {
    xml.text("NextKeyMarker", query->shown(*last_key));
    xml.text("NextVersionIdMarker", last_version);
  }
  xml.close();
  return http::Response{200, {{"Content-Type", "application/xml"}}, xml.take()};
}

}  // namespace sandbox
