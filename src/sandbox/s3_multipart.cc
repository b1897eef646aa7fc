// SPDX-License-Identifier: Apache-2.0
// S3's multipart uploads.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/hash.h"
#include "sandbox/s3.h"
#include "sandbox/s3_conditions.h"
#include "sandbox/xml.h"
#include "sandbox/xml_tree.h"

namespace sandbox {
namespace {

constexpr int part_number_max = 10'000;
constexpr std::size_t part_min = std::size_t{5} << 20U;  // Of all parts but the last.
constexpr std::size_t uploads_max = 1'000;               // Of a bucket.
constexpr std::string_view xmlns = "http://s3.amazonaws.com/doc/2006-03-01/";

std::optional<int> part_number(std::string_view text) {
  int number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number >= 1 && number <= part_number_max ? std::optional(number) : std::nullopt;
}

std::unexpected<Refusal> malformed() {
  return refuse("MalformedXML",
                "The XML you provided was not well-formed or did not validate against our published schema");
}

http::Response xml_response(Xml& xml) { return {200, {{"Content-Type", "application/xml"}}, xml.take()}; }

std::string bare(std::string_view etag) {
  std::string text(etag);
  std::erase(text, '"');
  return text;
}

}  // namespace

Answer<S3::Upload*> S3::upload_of(Bucket& bucket, const S3Address& address) {
  const auto found = bucket.uploads.find(*address.parameter("uploadId"));
  if (found != bucket.uploads.end() && found->second.key == address.key) return &found->second;
  return refuse(
      "NoSuchUpload",
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted "
      "or completed.",
      404);
}

std::size_t S3::weight_of(const Part& part) {
  constexpr std::size_t rest = 256;
  return part.body.size() + rest;
}

std::size_t S3::weight_of(const Upload& upload) {
  constexpr std::size_t rest = 512;
  std::size_t weight = upload.key.size() + rest;
  for (const auto& [name, value] : upload.headers) weight += name.size() + value.size();
  for (const auto& [name, value] : upload.tags) weight += name.size() + value.size();
  for (const auto& [number, part] : upload.parts) weight += weight_of(part);
  return weight;
}

void S3::forget_upload(Bucket& bucket, std::string_view id) {
  const auto found = bucket.uploads.find(id);
  bytes_ -= weight_of(found->second);
  bucket.uploads.erase(found);
}

Answer<http::Response> S3::create_multipart_upload(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  const auto& headers = call.request.headers;
  const auto named = headers.get("x-amz-checksum-algorithm");
  const auto algorithm = std::string(named.value_or("CRC64NVME"));
  if (!is_checksum_algorithm(algorithm)) return refuse("InvalidRequest", "Checksum algorithm provided is unsupported.");
  const bool sha = algorithm.starts_with("SHA");
  const auto type = headers.get("x-amz-checksum-type").value_or(algorithm == "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
  const bool fits = type == "COMPOSITE" ? algorithm != "CRC64NVME" : type == "FULL_OBJECT" && !sha;
  if (!fits) {
    return refuse("InvalidRequest", fmt::format("The {} checksum type cannot be used with the {} checksum algorithm.",
                                                type.substr(0, 32), algorithm));
  }
  if ((*bucket)->uploads.size() >= uploads_max) {
    return refuse("ServiceUnavailable", fmt::format("The sandbox keeps at most {} uploads of a bucket.", uploads_max),
                  503);
  }
  auto tags = read_tags_header(headers.get("x-amz-tagging").value_or(""));
  if (!tags) return std::unexpected(std::move(tags.error()));
  Upload upload{.key = call.address.key,
                .begun = world_.now(),
                .headers = kept_headers(headers),
                .algorithm = algorithm,
                .named = named.has_value(),
                .composite = type == "COMPOSITE",
                .tags = std::move(*tags)};
  const auto weight = weight_of(upload);
  if (auto room = check_room(weight); !room) return std::unexpected(std::move(room.error()));
  bytes_ += weight;
  // Sorted by their names, a key's uploads are in the order in which they were begun.
  const auto id = fmt::format("{:012x}{}", world_.now().time_since_epoch().count(), world_.ids().hex(52));
  (*bucket)->uploads.emplace(id, std::move(upload));
  Xml xml;
  xml.open("InitiateMultipartUploadResult", xmlns);
  xml.text("Bucket", call.address.bucket);
  xml.text("Key", call.address.key);
  xml.text("UploadId", id);
  xml.close();
  auto response = xml_response(xml);
  response.headers.set("x-amz-checksum-algorithm", algorithm);
  response.headers.set("x-amz-checksum-type", std::string(type));
  response.headers.set("x-amz-server-side-encryption", "AES256");
  return response;
}

Answer<http::Response> S3::upload_part(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  auto upload = upload_of(**bucket, call.address);
  if (!upload) return std::unexpected(std::move(upload.error()));
  auto checksum = check_body(call.request.headers, call.request.body);
  if (!checksum) return std::unexpected(std::move(checksum.error()));
  // Clients send checksums of their own choice for an upload that was begun without one: S3 checks and then forgets them.
  if (*checksum && (*upload)->named && (*checksum)->algorithm != (*upload)->algorithm) {
    return refuse("InvalidRequest",
                  fmt::format("Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
                              (*upload)->algorithm, (*checksum)->algorithm));
  }
  const auto part = store_part(call, **upload, call.request.body);
  if (!part) return std::unexpected(part.error());
  const auto& said = *checksum ? **checksum : (*part)->checksum;
  return http::Response{
      200, {{"ETag", (*part)->etag}, {said.header(), said.value}, {"x-amz-server-side-encryption", "AES256"}}, {}};
}

Answer<http::Response> S3::upload_part_copy(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  auto upload = upload_of(**bucket, call.address);
  if (!upload) return std::unexpected(std::move(upload.error()));
  const auto from = copy_source(call);
  if (!from) return std::unexpected(from.error());
  const auto range = copied_range(call.request.headers, (*from)->body.size());
  if (!range) return std::unexpected(range.error());
  const auto source_version = (*from)->version;
  const auto part = store_part(call, **upload, (*from)->body.substr(range->begin, range->size));
  if (!part) return std::unexpected(part.error());
  Xml xml;
  xml.open("CopyPartResult", xmlns);
  xml.text("LastModified", base::to_iso8601((*part)->modified));
  xml.text("ETag", (*part)->etag);
  xml.text("Checksum" + (*part)->checksum.algorithm, (*part)->checksum.value);
  xml.close();
  auto response = xml_response(xml);
  response.headers.set("x-amz-server-side-encryption", "AES256");
  if (source_version != "null") response.headers.set("x-amz-copy-source-version-id", source_version);
  return response;
}

Answer<const S3::Part*> S3::store_part(const Call& call, Upload& upload, std::string body) {
  const auto* text = call.address.parameter("partNumber");
  const auto number = part_number(text ? *text : "");
  if (!number) return refuse("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
  Part part{{}, "\"" + base::md5_hex(body) + "\"", world_.now(), checksum_of(upload.algorithm, body)};
  part.body = std::move(body);
  const auto weight = weight_of(part);
  if (auto room = check_room(weight); !room) return std::unexpected(std::move(room.error()));
  auto& kept = upload.parts[*number];
  if (!kept.etag.empty()) bytes_ -= weight_of(kept);
  bytes_ += weight;
  kept = std::move(part);
  return &kept;
}

Answer<http::Response> S3::complete_multipart_upload(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  auto upload = upload_of(**bucket, call.address);
  if (!upload) return std::unexpected(std::move(upload.error()));
  const auto document = parse_xml(call.request.body);
  if (!document || document->name != "CompleteMultipartUpload" || document->children.empty()) return malformed();
  S3Object whole;
  std::string digests;
  std::vector<std::string> checksums;
  // The order is looked at before any part is.
  int last = 0;
  for (const auto& given : document->children) {
    const auto number = part_number(given.text_of("PartNumber"));
    if (given.name != "Part" || !number) return malformed();
    if (*number <= std::exchange(last, *number)) {
      return refuse("InvalidPartOrder",
                    "The list of parts was not in ascending order. Parts must be ordered by part number.");
    }
  }
  for (std::size_t i = 0; i < document->children.size(); ++i) {
    const auto& given = document->children[i];
    const auto part = (*upload)->parts.find(*part_number(given.text_of("PartNumber")));
    const bool known = part != (*upload)->parts.end() && bare(part->second.etag) == bare(given.text_of("ETag"));
    const auto checksum = given.text_of("Checksum" + (*upload)->algorithm);
    if (!known || (!checksum.empty() && checksum != part->second.checksum.value)) {
      return refuse(
          "InvalidPart",
          "One or more of the specified parts could not be found. The part may not have been uploaded, or the "
          "specified entity tag may not match the part's entity tag.");
    }
    if (i + 1 < document->children.size() && part->second.body.size() < part_min)
      return refuse("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
    whole.body += part->second.body;
    digests += base::md5(part->second.body);
    checksums.push_back(part->second.checksum.value);
    if ((*upload)->named) whole.pieces.push_back({part->first, part->second.body.size(), checksums.back()});
  }
  if (auto checked = check_write(call, **bucket, whole.body.size()); !checked)
    return std::unexpected(std::move(checked.error()));
  const auto& algorithm = (*upload)->algorithm;
  whole.checksum = (*upload)->composite ? composite_checksum(algorithm, checksums) : checksum_of(algorithm, whole.body);
  const auto wanted = call.request.headers.get(whole.checksum.header());
  if (wanted && *wanted != whole.checksum.value) {
    return refuse("BadDigest",
                  fmt::format("The {} you specified did not match the calculated checksum.", whole.checksum.algorithm));
  }
  whole.etag = fmt::format("\"{}-{}\"", base::md5_hex(digests), checksums.size());
  whole.headers = (*upload)->headers;
  whole.tags = (*upload)->tags;
  forget_upload(**bucket, *call.address.parameter("uploadId"));
  const auto& stored = store(**bucket, call.address, std::move(whole), "CompleteMultipartUpload");
  Xml xml;
  xml.open("CompleteMultipartUploadResult", xmlns);
  xml.text("Location", fmt::format("http://{}/{}/{}", call.request.headers.get("host").value_or("localhost"),
                                   call.address.bucket, uri_encode(call.address.key, true)));
  xml.text("Bucket", call.address.bucket);
  xml.text("Key", call.address.key);
  xml.text("ETag", stored.etag);
  xml.text("Checksum" + stored.checksum.algorithm, stored.checksum.value);
  xml.text("ChecksumType", stored.checksum.type());
  xml.close();
  auto response = xml_response(xml);
  if ((*bucket)->versioning != Versioning::Never) response.headers.set("x-amz-version-id", stored.version);
  return response;
}

Answer<http::Response> S3::abort_multipart_upload(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  auto upload = upload_of(**bucket, call.address);
  if (!upload) return std::unexpected(std::move(upload.error()));
  forget_upload(**bucket, *call.address.parameter("uploadId"));
  return http::Response{204, {}, {}};
}

}  // namespace sandbox
