// SPDX-License-Identifier: Apache-2.0
// S3's operations on objects.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "sandbox/hash.h"
#include "sandbox/s3.h"
#include "sandbox/xml.h"

namespace sandbox {
namespace {

constexpr std::size_t all_bytes_max = std::size_t{1} << 30U;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// What is kept of a PutObject's headers and comes back with the object.
std::vector<std::pair<std::string, std::string>> kept_headers(const http::Headers& headers) {
  static constexpr std::string_view kept[] = {"content-type",     "content-encoding", "content-disposition",
                                              "content-language", "cache-control",    "expires"};
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& [name, value] : headers) {
    const auto low = lower(name);
    if (low.starts_with("x-amz-meta-") || std::ranges::find(kept, low) != std::end(kept))
      found.emplace_back(low, value);
  }
  return found;
}

// Whether a condition's list of entity tags, or `*`, names this one.
bool names_etag(std::string_view condition, std::string_view etag) {
  if (condition == "*") return true;
  const auto bare = etag.substr(1, etag.size() - 2);
  while (!condition.empty()) {
    const auto comma = condition.find(',');
    auto one = condition.substr(0, comma);
    condition = comma == std::string_view::npos ? std::string_view() : condition.substr(comma + 1);
    while (one.starts_with(' ')) one.remove_prefix(1);
    if (one.starts_with("W/")) one.remove_prefix(2);
    // S3 takes entity tags without their quotes as well.
    if (one == etag || one == bare) return true;
  }
  return false;
}

Refusal precondition_failed(std::string_view condition) {
  return {"PreconditionFailed",
          "At least one of the pre-conditions you specified did not hold",
          412,
          {},
          {{"Condition", std::string(condition)}}};
}

struct Range {
  std::size_t begin = 0;
  std::size_t size = 0;
};

// `bytes=a-b`, `a-` or `-n` of one range; nullopt if the header is something else, which S3 then ignores.
std::optional<std::pair<std::optional<std::size_t>, std::optional<std::size_t>>> parse_range(std::string_view text) {
  constexpr std::string_view unit = "bytes=";
  if (!text.starts_with(unit) || text.contains(',')) return std::nullopt;
  text.remove_prefix(unit.size());
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view digits, std::optional<std::size_t>& into) {
    if (digits.empty()) return true;
    std::size_t value = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    into = value;
    return parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size();
  };
  std::pair<std::optional<std::size_t>, std::optional<std::size_t>> ends;
  if (!number(text.substr(0, dash), ends.first) || !number(text.substr(dash + 1), ends.second)) return std::nullopt;
  if (!ends.first && !ends.second) return std::nullopt;
  return ends;
}

// The bytes that a Range header asks for; nullopt for all of them.
Answer<std::optional<Range>> range_of(const http::Headers& headers, std::size_t size) {
  const auto ends = parse_range(headers.get("range").value_or(""));
  if (!ends) return std::nullopt;
  const auto [first, last] = *ends;
  const auto begin = first ? *first : size - std::min(size, *last);
  const auto end = first && last ? std::min(size, *last == SIZE_MAX ? size : *last + 1) : size;
  if (begin >= size || begin >= end) {
    return refuse("InvalidRange", "The requested range is not satisfiable", 416);
  }
  return Range{begin, end - begin};
}

http::Response object_response(const S3Object& object) {
  http::Response response{
      200, {{"ETag", object.etag}, {"Last-Modified", http_date(object.modified)}, {"Accept-Ranges", "bytes"}}, {}};
  bool typed = false;
  for (const auto& [name, value] : object.headers) {
    response.headers.add(name, value);
    typed |= name == "content-type";
  }
  if (!typed) response.headers.add("Content-Type", "binary/octet-stream");
  return response;
}

}  // namespace

Answer<const S3Object*> S3::object_of(const S3Address& address) {
  auto bucket = bucket_of(address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  const auto found = (*bucket)->objects.find(address.key);
  if (found != (*bucket)->objects.end()) return &found->second;
  return std::unexpected(Refusal{"NoSuchKey", "The specified key does not exist.", 404, {}, {{"Key", address.key}}});
}

const S3Object& S3::store(Bucket& bucket, const S3Address& address, S3Object object) {
  object.etag = "\"" + md5_hex(object.body) + "\"";
  object.modified = world_.now();
  auto& kept = bucket.objects[address.key];
  bytes_ += object.body.size() - kept.body.size();
  kept = std::move(object);
  world_.tell("object", fmt::format("s3://{}/{} written, {} bytes", address.bucket, address.key, kept.body.size()));
  return kept;
}

Answer<http::Response> S3::get_object(const Call& call) {
  const auto object = object_of(call.address);
  if (!object) return std::unexpected(object.error());
  const auto& headers = call.request.headers;
  if (const auto wanted = headers.get("if-match"); wanted && !names_etag(*wanted, (*object)->etag)) {
    return std::unexpected(precondition_failed("If-Match"));
  }
  auto response = object_response(**object);
  if (const auto known = headers.get("if-none-match"); known && names_etag(*known, (*object)->etag)) {
    response.status = 304;
    return response;
  }
  const auto range = range_of(headers, (*object)->body.size());
  if (!range) return std::unexpected(range.error());
  response.body = (*object)->body;
  if (!*range) return response;
  response.status = 206;
  response.body = (*object)->body.substr((*range)->begin, (*range)->size);
  response.headers.set("Content-Range", fmt::format("bytes {}-{}/{}", (*range)->begin,
                                                    (*range)->begin + (*range)->size - 1, (*object)->body.size()));
  return response;
}

Answer<http::Response> S3::head_object(const Call& call) {
  // The body is left out of the answer to any HEAD, and its length stays.
  return get_object(call);
}

Answer<void> S3::check_write(const Call& call, const Bucket& bucket, std::size_t size) const {
  const auto found = bucket.objects.find(call.address.key);
  const bool exists = found != bucket.objects.end();
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
    if (!names_etag(*wanted, found->second.etag)) return std::unexpected(precondition_failed("If-Match"));
  }
  if (const auto checksum = headers.get("content-md5"); checksum && *checksum != to_base64(md5(call.request.body))) {
    return refuse("BadDigest", "The Content-MD5 you specified did not match what we received.");
  }
  if (bytes_ + size > all_bytes_max) {
    return refuse("ServiceUnavailable", "The sandbox keeps at most 1 GiB of objects.", 503);
  }
  return {};
}

Answer<http::Response> S3::put_object(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  if (auto checked = check_write(call, **bucket, call.request.body.size()); !checked)
    return std::unexpected(std::move(checked.error()));
  const auto& stored = store(**bucket, call.address, {call.request.body, {}, {}, kept_headers(call.request.headers)});
  return http::Response{200, {{"ETag", stored.etag}}, {}};
}

Answer<http::Response> S3::copy_object(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  auto source = uri_decode(*call.request.headers.get("x-amz-copy-source"));
  if (source.starts_with('/')) source.erase(0, 1);
  const auto slash = source.find('/');
  if (slash == std::string::npos) return refuse("InvalidArgument", "Invalid copy source object key");
  const auto from = object_of({"GetObject", source.substr(0, slash), source.substr(slash + 1), {}});
  if (!from) return std::unexpected(from.error());
  if (auto checked = check_write(call, **bucket, (*from)->body.size()); !checked)
    return std::unexpected(std::move(checked.error()));
  S3Object copy = **from;
  if (call.request.headers.get("x-amz-metadata-directive") == "REPLACE")
    copy.headers = kept_headers(call.request.headers);
  const auto& stored = store(**bucket, call.address, std::move(copy));
  Xml xml;
  xml.open("CopyObjectResult", "http://s3.amazonaws.com/doc/2006-03-01/");
  xml.text("LastModified", base::to_iso8601(stored.modified));
  xml.text("ETag", stored.etag);
  xml.close();
  return http::Response{200, {{"Content-Type", "application/xml"}}, xml.take()};
}

Answer<http::Response> S3::delete_object(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  const auto found = (*bucket)->objects.find(call.address.key);
  if (found != (*bucket)->objects.end()) {
    bytes_ -= found->second.body.size();
    (*bucket)->objects.erase(found);
    world_.tell("object", fmt::format("s3://{}/{} deleted", call.address.bucket, call.address.key));
  }
  // Deleting what is not there is a success.
  return http::Response{204, {}, {}};
}

}  // namespace sandbox
