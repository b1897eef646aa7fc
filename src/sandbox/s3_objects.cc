// SPDX-License-Identifier: Apache-2.0
// S3's operations on objects; their versions are kept by s3_versions.cc.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sandbox/s3.h"
#include "sandbox/s3_conditions.h"
#include "sandbox/xml.h"
#include "sandbox/xml_tree.h"

namespace sandbox {
namespace {

constexpr std::size_t deleted_at_once_max = 1'000;
constexpr std::string_view xmlns = "http://s3.amazonaws.com/doc/2006-03-01/";

struct Override {
  std::string_view parameter;
  std::string_view header;
};
constexpr Override overrides[] = {{"response-content-type", "content-type"},
                                  {"response-content-language", "content-language"},
                                  {"response-content-disposition", "content-disposition"},
                                  {"response-content-encoding", "content-encoding"},
                                  {"response-cache-control", "cache-control"},
                                  {"response-expires", "expires"}};

http::Response object_response(const S3Object& object) {
  http::Response response{
      200, {{"ETag", object.etag}, {"Last-Modified", http_date(object.modified)}, {"Accept-Ranges", "bytes"}}, {}};
  bool typed = false;
  for (const auto& [name, value] : object.headers) {
    response.headers.add(name, value);
    typed |= name == "content-type";
  }
  if (!typed) response.headers.add("Content-Type", "binary/octet-stream");
  if (!object.tags.empty()) response.headers.add("x-amz-tagging-count", std::to_string(object.tags.size()));
  response.headers.add("x-amz-server-side-encryption", "AES256");
  return response;
}

// The tags that a request gives to what it writes; none if it says nothing of them.
Answer<S3Tags> tags_of(const http::Headers& headers) {
  return read_tags_header(headers.get("x-amz-tagging").value_or(""));
}

}  // namespace

http::Response deleted_response(const S3Object& marker, const S3Address& address) {
  const bool named = address.parameter("versionId") != nullptr;
  Xml xml;
  xml.open("Error");
  xml.text("Code", named ? "MethodNotAllowed" : "NoSuchKey");
  xml.text("Message",
           named ? "The specified method is not allowed against this resource." : "The specified key does not exist.");
  if (!named) xml.text("Key", address.key);
  xml.close();
  http::Response response{
      named ? 405 : 404,
      {{"Content-Type", "application/xml"}, {"x-amz-delete-marker", "true"}, {"x-amz-version-id", marker.version}},
      xml.take()};
  if (named) {
    response.headers.set("Allow", "DELETE");
    response.headers.set("Last-Modified", http_date(marker.modified));
  }
  return response;
}

Answer<http::Response> S3::get_object(const Call& call) {
  const auto object = object_of(call.address);
  if (!object) return std::unexpected(object.error());
  if ((*object)->delete_marker) return deleted_response(**object, call.address);
  const auto& headers = call.request.headers;
  const auto reading = check_reading(headers, "", (*object)->etag, (*object)->modified);
  if (!reading) return std::unexpected(reading.error());
  auto response = object_response(**object);
  name_version(response, call, **object);
  if (*reading == Reading::NotModified) {
    response.status = 304;
    return response;
  }
  for (const auto& [parameter, header] : overrides) {
    if (const auto* value = call.address.parameter(parameter)) response.headers.set(std::string(header), *value);
  }
  const auto range = range_of(headers, (*object)->body.size());
  if (!range) return std::unexpected(range.error());
  if (!*range) {
    if (headers.get("x-amz-checksum-mode") == "ENABLED") {
      response.headers.set((*object)->checksum.header(), (*object)->checksum.value);
      response.headers.set("x-amz-checksum-type", std::string((*object)->checksum.type()));
    }
    response.body = (*object)->body;
    return response;
  }
  response.status = 206;
  response.body = (*object)->body.substr((*range)->begin, (*range)->size);
  response.headers.set("Content-Range", fmt::format("bytes {}-{}/{}", (*range)->begin,
                                                    (*range)->begin + (*range)->size - 1, (*object)->body.size()));
  return response;
}

Answer<void> S3::check_write(const Call& call, const Bucket& bucket, std::size_t size) const {
  const auto found = bucket.objects.find(call.address.key);
  const bool exists = found != bucket.objects.end() && !found->second.front().delete_marker;
  const auto& headers = call.request.headers;
  if (const auto none = headers.get("if-none-match")) {
    if (*none != "*")
      return refuse("NotImplemented", "A header you provided implies functionality that is not implemented", 501);
    if (exists) return std::unexpected(precondition_failed("If-None-Match"));
  }
  if (const auto wanted = headers.get("if-match")) {
    if (!exists)
      return std::unexpected(
          Refusal{"NoSuchKey", "The specified key does not exist.", 404, {}, {{"Key", call.address.key}}});
    if (!names_etag(*wanted, found->second.front().etag)) return std::unexpected(precondition_failed("If-Match"));
  }
  return check_room(size);
}

Answer<void> S3::check_room(std::size_t size) const {
  const auto most = world_.settings().object_bytes_max;
  if (bytes_ + size <= most) return {};
  return refuse("ServiceUnavailable", fmt::format("The sandbox keeps at most {} MiB of objects.", most >> 20U), 503);
}

Answer<http::Response> S3::put_object(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  const auto& [request, address] = call;
  if (auto checked = check_write(call, **bucket, request.body.size()); !checked)
    return std::unexpected(std::move(checked.error()));
  auto checksum = check_body(request.headers, request.body);
  if (!checksum) return std::unexpected(std::move(checksum.error()));
  auto tags = tags_of(request.headers);
  if (!tags) return std::unexpected(std::move(tags.error()));
  S3Object object{request.body, {}, {}, kept_headers(request.headers), {}, "null", false, std::move(*tags), {}};
  object.checksum = *checksum ? std::move(**checksum) : checksum_of("CRC64NVME", request.body);
  const auto& stored = store(**bucket, address, std::move(object), "PutObject");
  http::Response response{200,
                          {{"ETag", stored.etag},
                           {stored.checksum.header(), stored.checksum.value},
                           {"x-amz-checksum-type", std::string(stored.checksum.type())},
                           {"x-amz-server-side-encryption", "AES256"}},
                          {}};
  if ((*bucket)->versioning != Versioning::Never) response.headers.set("x-amz-version-id", stored.version);
  return response;
}

// `/bucket/key?versionId=…`, encoded.
Answer<const S3Object*> S3::copy_source(const Call& call) {
  const auto& headers = call.request.headers;
  const auto target = split_target(*headers.get("x-amz-copy-source"));
  auto source = uri_decode(target.path);
  if (source.starts_with('/')) source.erase(0, 1);
  const auto slash = source.find('/');
  if (slash == std::string::npos) return refuse("InvalidArgument", "Invalid copy source object key");
  const auto from =
      object_of({"GetObject", source.substr(0, slash), source.substr(slash + 1), parse_pairs(target.query, true)});
  if (!from) return std::unexpected(from.error());
  if ((*from)->delete_marker) {
    return std::unexpected(
        Refusal{"NoSuchKey", "The specified key does not exist.", 404, {}, {{"Key", source.substr(slash + 1)}}});
  }
  const auto reading = check_reading(headers, "x-amz-copy-source-", (*from)->etag, (*from)->modified);
  if (!reading) return std::unexpected(reading.error());
  if (*reading == Reading::NotModified) return std::unexpected(precondition_failed("x-amz-copy-source-If-None-Match"));
  return *from;
}

Answer<http::Response> S3::copy_object(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  const auto from = copy_source(call);
  if (!from) return std::unexpected(from.error());
  if (auto checked = check_write(call, **bucket, (*from)->body.size()); !checked)
    return std::unexpected(std::move(checked.error()));
  S3Object copy = **from;
  const auto source_version = copy.version;
  if (call.request.headers.get("x-amz-metadata-directive") == "REPLACE")
    copy.headers = kept_headers(call.request.headers);
  if (call.request.headers.get("x-amz-tagging-directive") == "REPLACE") {
    auto tags = tags_of(call.request.headers);
    if (!tags) return std::unexpected(std::move(tags.error()));
    copy.tags = std::move(*tags);
  }
  copy.pieces.clear();
  if (const auto algorithm = call.request.headers.get("x-amz-checksum-algorithm")) {
    if (!is_checksum_algorithm(*algorithm))
      return refuse("InvalidRequest", "Checksum algorithm provided is unsupported.");
    copy.checksum = checksum_of(*algorithm, copy.body);
  } else if (copy.checksum.composite) {
    copy.checksum = checksum_of(copy.checksum.algorithm, copy.body);
  }
  const auto& stored = store(**bucket, call.address, std::move(copy), "CopyObject");
  Xml xml;
  xml.open("CopyObjectResult", xmlns);
  xml.text("LastModified", base::to_iso8601(stored.modified));
  xml.text("ETag", stored.etag);
  xml.text("Checksum" + stored.checksum.algorithm, stored.checksum.value);
  xml.text("ChecksumType", stored.checksum.type());
  xml.close();
  http::Response response{200, {{"Content-Type", "application/xml"}}, xml.take()};
  if ((*bucket)->versioning != Versioning::Never) response.headers.set("x-amz-version-id", stored.version);
  if (source_version != "null") response.headers.set("x-amz-copy-source-version-id", source_version);
  return response;
}

Answer<http::Response> S3::delete_object(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  const auto& [request, address] = call;
  if (const auto wanted = request.headers.get("if-match")) {
    const auto found = (*bucket)->objects.find(address.key);
    if (found == (*bucket)->objects.end() || found->second.front().delete_marker ||
        !names_etag(*wanted, found->second.front().etag)) {
      return std::unexpected(precondition_failed("If-Match"));
    }
  }
  const auto deleted = remove(**bucket, address.bucket, address.key, address.parameter("versionId"));
  if (!deleted) return std::unexpected(deleted.error());
  // Deleting what is not there is a success.
  http::Response response{204, {}, {}};
  if (deleted->marker) response.headers.set("x-amz-delete-marker", "true");
  if (const auto& version = deleted->marker ? deleted->marker_version : deleted->version; !version.empty())
    response.headers.set("x-amz-version-id", version);
  return response;
}

Answer<http::Response> S3::delete_objects(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  auto checksum = check_body(call.request.headers, call.request.body);
  if (!checksum) return std::unexpected(std::move(checksum.error()));
  if (!*checksum && !call.request.headers.get("content-md5")) {
    return refuse("InvalidRequest", "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
  }
  const auto document = parse_xml(call.request.body);
  const auto is_object = [](const XmlElement& child) { return child.name == "Object"; };
  const auto count = document && document->name == "Delete" ? std::ranges::count_if(document->children, is_object) : 0;
  const auto keyless = [&](const XmlElement& child) { return is_object(child) && child.text_of("Key").empty(); };
  if (count == 0 || std::cmp_greater(count, deleted_at_once_max) || std::ranges::any_of(document->children, keyless)) {
    return refuse("MalformedXML",
                  "The XML you provided was not well-formed or did not validate against our published schema");
  }
  const bool quiet = document->text_of("Quiet") == "true";
  Xml xml;
  xml.open("DeleteResult", xmlns);
  for (const auto& child : document->children) {
    if (!is_object(child)) continue;
    const auto key = child.text_of("Key");
    const auto version = child.text_of("VersionId");
    const auto deleted = remove(**bucket, call.address.bucket, key, version.empty() ? nullptr : &version);
    if (deleted && quiet) continue;
    xml.open(deleted ? "Deleted" : "Error");
    xml.text("Key", key);
    if (!deleted) {
      xml.text("Code", deleted.error().code);
      xml.text("Message", deleted.error().message);
    } else if (!deleted->version.empty()) {
      xml.text("VersionId", deleted->version);
    }
    if (deleted && deleted->marker) {
      xml.text("DeleteMarker", "true");
      xml.text("DeleteMarkerVersionId", deleted->marker_version);
    }
    xml.close();
  }
  xml.close();
  return http::Response{200, {{"Content-Type", "application/xml"}}, xml.take()};
}

}  // namespace sandbox
