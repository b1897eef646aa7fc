// SPDX-License-Identifier: Apache-2.0
// S3's listings of uploads in parts and of their parts.
#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "sandbox/s3.h"
#include "sandbox/s3_conditions.h"
#include "sandbox/xml.h"

namespace sandbox {
namespace {

constexpr std::size_t page_max = 1'000;
constexpr std::string_view xmlns = "http://s3.amazonaws.com/doc/2006-03-01/";

std::string parameter(const S3Address& address, std::string_view name) {
  const auto* found = address.parameter(name);
  return found ? *found : std::string();
}

http::Response xml_response(Xml& xml) { return {200, {{"Content-Type", "application/xml"}}, xml.take()}; }

std::string_view truth(bool value) { return value ? "true" : "false"; }

// What a listing of uploads asks for.
struct Query {
  std::string prefix;
  std::string delimiter;
  std::string key_marker;
  std::string id_marker;
  std::size_t max = page_max;
  bool encoded = false;

  std::string shown(std::string_view text) const { return encoded ? uri_encode(text, true) : std::string(text); }
};

Answer<Query> read_query(const S3Address& address) {
  Query query;
  query.prefix = parameter(address, "prefix");
  query.delimiter = parameter(address, "delimiter");
  query.key_marker = parameter(address, "key-marker");
  // Without a key's marker it says nothing.
  if (!query.key_marker.empty()) query.id_marker = parameter(address, "upload-id-marker");
  query.encoded = parameter(address, "encoding-type") == "url";
  for (const auto& text : {query.prefix, query.delimiter, query.key_marker, query.id_marker}) {
    if (!is_utf8(text)) return refuse("InvalidArgument", "A parameter is not UTF-8.");
  }
  const auto max = number_of(parameter(address, "max-uploads"), "max-uploads", page_max);
  if (!max) return std::unexpected(max.error());
  query.max = std::min(*max, page_max);
  return query;
}

struct Page {
  std::vector<std::string> ids;  // By key, and those of a key in the order in which they were begun.
  std::vector<std::string> prefixes;
  std::string last_key;  // Or prefix.
  std::string last_id;
  bool truncated = false;
};

template <class Uploads>
Page take_page(const Uploads& uploads, const Query& query) {
  std::set<std::pair<std::string_view, std::string_view>> sorted;
  for (const auto& [id, upload] : uploads) {
    if (upload.key.starts_with(query.prefix)) sorted.emplace(upload.key, id);
  }
  Page page;
  for (const auto& [key, id] : sorted) {
    const auto cut = query.delimiter.empty() ? std::string_view::npos : key.find(query.delimiter, query.prefix.size());
    const bool common = cut != std::string_view::npos;
    const auto shown = common ? key.substr(0, cut + query.delimiter.size()) : key;
    const bool goes_on = !common && shown == query.key_marker && !query.id_marker.empty() && id > query.id_marker;
    if ((shown <= query.key_marker && !goes_on) || (common && !page.prefixes.empty() && page.prefixes.back() == shown))
      continue;
    if (page.ids.size() + page.prefixes.size() == query.max) {
      page.truncated = query.max > 0;
      break;
    }
    (common ? page.prefixes : page.ids).emplace_back(common ? shown : id);
    page.last_key = shown;
    page.last_id = common ? std::string_view() : id;
  }
  return page;
}

}  // namespace

Answer<http::Response> S3::list_parts(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  auto upload = upload_of(**bucket, call.address);
  if (!upload) return std::unexpected(std::move(upload.error()));
  const auto max = number_of(parameter(call.address, "max-parts"), "max-parts", page_max);
  if (!max) return std::unexpected(max.error());
  const auto after = number_of(parameter(call.address, "part-number-marker"), "part-number-marker", 0);
  if (!after) return std::unexpected(after.error());
  const auto& parts = (*upload)->parts;
  const auto begin = parts.upper_bound(static_cast<int>(*after));
  const auto left = static_cast<std::size_t>(std::distance(begin, parts.end()));
  const auto end = std::next(begin, static_cast<std::ptrdiff_t>(std::min({left, *max, page_max})));
  Xml xml;
  xml.open("ListPartsResult", xmlns);
  xml.text("Bucket", call.address.bucket);
  xml.text("Key", call.address.key);
  xml.text("UploadId", *call.address.parameter("uploadId"));
  write_person(xml, "Initiator", world_.settings().account);
  write_person(xml, "Owner", world_.settings().account);
  xml.text("StorageClass", "STANDARD");
  xml.text("PartNumberMarker", std::to_string(*after));
  xml.text("NextPartNumberMarker", std::to_string(begin == end ? 0 : std::prev(end)->first));
  xml.text("MaxParts", std::to_string(std::min(*max, page_max)));
  xml.text("IsTruncated", truth(end != parts.end() && *max > 0));
  xml.text("ChecksumAlgorithm", (*upload)->algorithm);
  xml.text("ChecksumType", (*upload)->composite ? "COMPOSITE" : "FULL_OBJECT");
  for (auto it = begin; it != end; ++it) {
    const auto& [number, part] = *it;
    xml.open("Part");
    xml.text("PartNumber", std::to_string(number));
    xml.text("LastModified", base::to_iso8601(part.modified));
    xml.text("ETag", part.etag);
    xml.text("Size", std::to_string(part.body.size()));
    xml.text("Checksum" + part.checksum.algorithm, part.checksum.value);
    xml.close();
  }
  xml.close();
  return xml_response(xml);
}

Answer<http::Response> S3::list_multipart_uploads(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  const auto query = read_query(call.address);
  if (!query) return std::unexpected(query.error());
  const auto page = take_page((*bucket)->uploads, *query);
  Xml xml;
  xml.open("ListMultipartUploadsResult", xmlns);
  xml.text("Bucket", call.address.bucket);
  xml.text("KeyMarker", query->shown(query->key_marker));
  xml.text("UploadIdMarker", query->id_marker);
  xml.text("Prefix", query->shown(query->prefix));
  if (!query->delimiter.empty()) xml.text("Delimiter", query->shown(query->delimiter));
  if (query->encoded) xml.text("EncodingType", "url");
  xml.text("MaxUploads", std::to_string(query->max));
  xml.text("IsTruncated", truth(page.truncated));
  if (page.truncated) {
    xml.text("NextKeyMarker", query->shown(page.last_key));
    xml.text("NextUploadIdMarker", page.last_id);
  }
  for (const auto& id : page.ids) {
    const auto& upload = (*bucket)->uploads.at(id);
    xml.open("Upload");
    xml.text("Key", query->shown(upload.key));
    xml.text("UploadId", id);
    write_person(xml, "Initiator", world_.settings().account);
    write_person(xml, "Owner", world_.settings().account);
    xml.text("StorageClass", "STANDARD");
    xml.text("Initiated", base::to_iso8601(upload.begun));
    xml.text("ChecksumAlgorithm", upload.algorithm);
    xml.text("ChecksumType", upload.composite ? "COMPOSITE" : "FULL_OBJECT");
    xml.close();
  }
  for (const auto& prefix : page.prefixes) {
    xml.open("CommonPrefixes");
    xml.text("Prefix", query->shown(prefix));
    xml.close();
  }
  xml.close();
  return xml_response(xml);
}

}  // namespace sandbox
