// SPDX-License-Identifier: Apache-2.0
// What S3 tells of an object without its bytes, and the tags it carries.
#include <algorithm>
#include <array>
#include <utility>

#include "sandbox/s3.h"
#include "sandbox/s3_conditions.h"
#include "sandbox/xml.h"

namespace sandbox {
namespace {

constexpr std::size_t page_max = 1'000;
constexpr std::string_view xmlns = "http://s3.amazonaws.com/doc/2006-03-01/";
constexpr std::array<std::string_view, 5> attributes = {"ETag", "Checksum", "ObjectParts", "StorageClass",
                                                        "ObjectSize"};

// The attributes that a request asks for, by their names; nullopt if it asks for none or for one that is none.
std::optional<std::vector<std::string>> wanted_attributes(const http::Headers& headers) {
  std::vector<std::string> wanted;
  std::string text(headers.get("x-amz-object-attributes").value_or(""));
  std::erase(text, ' ');
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = std::min(rest.find(','), rest.size());
    wanted.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(rest.size(), end + 1));
    if (std::ranges::find(attributes, wanted.back()) == attributes.end()) return std::nullopt;
  }
  return wanted.empty() ? std::nullopt : std::optional(std::move(wanted));
}

// Of an object that came in parts; which they were is known where their checksum was named.
Answer<void> write_parts(Xml& xml, const S3Object& object, const http::Headers& headers) {
  const auto max = number_of(headers.get("x-amz-max-parts").value_or(""), "max-parts", page_max);
  if (!max) return std::unexpected(max.error());
  const auto after = number_of(headers.get("x-amz-part-number-marker").value_or(""), "part-number-marker", 0);
  if (!after) return std::unexpected(after.error());
  const auto dash = object.etag.find('-');
  if (dash == std::string::npos) return {};
  xml.open("ObjectParts");
  xml.text("PartsCount", object.etag.substr(dash + 1, object.etag.size() - dash - 2));
  if (!object.pieces.empty()) {
    const auto begin = std::ranges::find_if(
        object.pieces, [&](const S3Piece& piece) { return std::cmp_greater(piece.number, *after); });
    const auto left = static_cast<std::size_t>(object.pieces.end() - begin);
    const auto size = static_cast<std::ptrdiff_t>(std::min({left, *max, page_max}));
    xml.text("PartNumberMarker", std::to_string(*after));
    xml.text("NextPartNumberMarker", std::to_string(size == 0 ? 0 : (begin + size - 1)->number));
    xml.text("MaxParts", std::to_string(std::min(*max, page_max)));
    xml.text("IsTruncated", begin + size != object.pieces.end() && size > 0 ? "true" : "false");
    for (auto piece = begin; piece != begin + size; ++piece) {
      xml.open("Part");
      xml.text("PartNumber", std::to_string(piece->number));
      xml.text("Size", std::to_string(piece->size));
      xml.text("Checksum" + object.checksum.algorithm, piece->checksum);
      xml.close();
    }
  }
  xml.close();
  return {};
}

}  // namespace

Answer<http::Response> S3::get_object_attributes(const Call& call) {
  const auto found = object_of(call.address);
  if (!found) return std::unexpected(found.error());
  const S3Object& object = **found;
  if (object.delete_marker) return deleted_response(object, call.address);
  const auto wanted = wanted_attributes(call.request.headers);
  if (!wanted) return refuse("InvalidArgument", "Invalid attribute name specified.");
  const auto asks = [&](std::string_view name) { return std::ranges::find(*wanted, name) != wanted->end(); };
  Xml xml;
  xml.open("GetObjectAttributesResponse", xmlns);
  if (asks("ETag")) xml.text("ETag", object.etag.substr(1, object.etag.size() - 2));
  if (asks("Checksum")) {
    xml.open("Checksum");
    xml.text("Checksum" + object.checksum.algorithm, object.checksum.value);
    xml.text("ChecksumType", object.checksum.type());
    xml.close();
  }
  if (asks("ObjectParts")) {
    if (auto written = write_parts(xml, object, call.request.headers); !written)
      return std::unexpected(std::move(written.error()));
  }
  if (asks("StorageClass")) xml.text("StorageClass", "STANDARD");
  if (asks("ObjectSize")) xml.text("ObjectSize", std::to_string(object.body.size()));
  xml.close();
  http::Response response{
      200, {{"Content-Type", "application/xml"}, {"Last-Modified", http_date(object.modified)}}, xml.take()};
  name_version(response, call, object);
  return response;
}

Answer<http::Response> S3::get_object_tagging(const Call& call) {
  const auto object = object_of(call.address);
  if (!object) return std::unexpected(object.error());
  if ((*object)->delete_marker) return deleted_response(**object, call.address);
  http::Response response{200, {{"Content-Type", "application/xml"}}, write_tags_document((*object)->tags)};
  name_version(response, call, **object);
  return response;
}

Answer<http::Response> S3::put_object_tagging(const Call& call) {
  auto checksum = check_body(call.request.headers, call.request.body);
  if (!checksum) return std::unexpected(std::move(checksum.error()));
  auto tags = read_tags_document(call.request.body);
  if (!tags) return std::unexpected(std::move(tags.error()));
  return set_tags(call, std::move(*tags), 200, "Object Tags Added");
}

Answer<http::Response> S3::delete_object_tagging(const Call& call) {
  return set_tags(call, {}, 204, "Object Tags Deleted");
}

Answer<http::Response> S3::set_tags(const Call& call, S3Tags tags, int status, std::string_view event) {
  const auto object = object_of(call.address);
  if (!object) return std::unexpected(object.error());
  if ((*object)->delete_marker) return deleted_response(**object, call.address);
  const auto& bucket = call.address.bucket;
  const auto& key = call.address.key;
  bytes_ -= weight_of(key, **object);
  (*object)->tags = std::move(tags);
  bytes_ += weight_of(key, **object);
  emit(buckets_.at(bucket), event, bucket, key, **object, {});
  http::Response response{status, {}, {}};
  name_version(response, call, **object);
  return response;
}

void S3::name_version(http::Response& response, const Call& call, const S3Object& object) const {
  if (buckets_.at(call.address.bucket).versioning != Versioning::Never)
    response.headers.set("x-amz-version-id", object.version);
}

}  // namespace sandbox
