// SPDX-License-Identifier: Apache-2.0
#include "aws/s3.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "aws/clock_skew.h"
#include "aws/page_tokens.h"
#include "aws/service_error.h"

namespace aws::s3 {
namespace {

base::Result<http::Response> get(Caller& caller, const Operation& operation, const Bucket& bucket, std::string_view key,
                                 std::map<std::string, std::string> query, const Deadline& deadline) {
  return caller.rest(operation, bucket.region,
                     {.method = "GET",
                      .bucket = bucket.name,
                      .key = std::string(key),
                      .query = std::move(query),
                      .headers = {},
                      .body = {}},
                     deadline);
}

// The same for an answer that is XML with that root. A 304 or somebody else's page has none.
base::Result<std::string> get_xml(Caller& caller, const Operation& operation, const Bucket& bucket,
                                  std::map<std::string, std::string> query, std::string_view root,
                                  const Deadline& deadline) {
  auto answer = get(caller, operation, bucket, "", std::move(query), deadline);
  if (!answer) return std::unexpected(answer.error());
  if (!answer->body.contains("<" + std::string(root))) return malformed(operation, "an answer that cannot be read");
  return std::move(answer->body);
}

std::optional<Object> read_object(http::Response& answer) {
  const auto etag = answer.headers.get("etag");
  // Every object has one; without it this is somebody else's page.
  if (answer.status != 200 || !etag) return std::nullopt;
  Object object{.body = {}, .etag = std::string(*etag)};
  object.last_modified = parse_http_date(answer.headers.get("last-modified").value_or(""));
  object.version = answer.headers.get("x-amz-version-id").value_or("");
  object.body = std::move(answer.body);
  return object;
}

struct Element {
  std::string_view name;
  std::string_view text;  // With its tags.
};

// The elements of these names, in the order of the text. They must not hold each other.
std::vector<Element> elements(std::string_view xml, std::span<const std::string_view> names) {
  std::vector<Element> found;
  for (std::size_t at = 0; (at = xml.find('<', at)) != std::string_view::npos; ++at) {
    for (const auto name : names) {
      if (!xml.substr(at + 1).starts_with(name) || !xml.substr(at + 1 + name.size()).starts_with('>')) continue;
      const auto close = xml.find("</" + std::string(name) + ">", at);
      if (close == std::string_view::npos) return found;
      found.push_back({name, xml.substr(at, close - at)});
      at = close;
      break;
    }
  }
  return found;
}

ObjectVersion read_version(const Element& element) {
  const auto size = xml_text(element.text, "Size").value_or("");
  ObjectVersion version{.id = xml_text(element.text, "VersionId").value_or(""),
                        .last_modified = base::parse_iso8601(xml_text(element.text, "LastModified").value_or("")),
                        .size = 0,
                        .is_latest = xml_text(element.text, "IsLatest") == "true",
                        .is_delete_marker = element.name == "DeleteMarker"};
  std::from_chars(size.data(), size.data() + size.size(), version.size);
  return version;
}

// What stands outside of the list's elements comes before the first or behind the last, and xml_text looks at the beginning only.
std::string around(std::string_view xml, const std::vector<Element>& list) {
  if (list.empty()) return std::string(xml);
  const auto first = static_cast<std::size_t>(list.front().text.data() - xml.data());
  const auto last = static_cast<std::size_t>(list.back().text.data() - xml.data()) + list.back().text.size();
  return std::string(xml.substr(0, first)) + std::string(xml.substr(last));
}

}  // namespace

base::Result<std::optional<Object>> get_object(Caller& caller, const Bucket& bucket, std::string_view key,
                                               std::string_view etag, const Deadline& deadline) {
  Caller::RestRequest request{
      .method = "GET", .bucket = bucket.name, .key = std::string(key), .query = {}, .headers = {}, .body = {}};
  if (!etag.empty()) request.headers.set("If-None-Match", std::string(etag));
  auto answer = caller.rest(get_object_operation, bucket.region, std::move(request), deadline);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 304 && !etag.empty()) return std::optional<Object>();
  auto object = read_object(*answer);
  if (!object) return malformed(get_object_operation, "no object with an ETag in the answer");
  return object;
}

base::Result<Object> get_object_version(Caller& caller, const Bucket& bucket, std::string_view key,
                                        std::string_view version, const Deadline& deadline) {
  auto answer = get(caller, get_object_version_operation, bucket, key, {{"versionId", std::string(version)}}, deadline);
  if (!answer) return std::unexpected(answer.error());
  auto object = read_object(*answer);
  if (!object) return malformed(get_object_version_operation, "no object with an ETag in the answer");
  return std::move(*object);
}

base::Result<std::string> put_object(Caller& caller, const Bucket& bucket, std::string_view key, std::string body,
                                     std::string_view etag, const Deadline& deadline, const Operation& operation) {
  Caller::RestRequest request{.method = "PUT",
                              .bucket = bucket.name,
                              .key = std::string(key),
                              .query = {},
                              .headers = {},
                              .body = std::move(body)};
  request.headers.set("Content-Type", "application/json");
  if (etag.empty()) {
    request.headers.set("If-None-Match", "*");
  } else {
    request.headers.set("If-Match", std::string(etag));
  }
  const auto answer = caller.rest(operation, bucket.region, std::move(request), deadline);
  if (!answer) {
    base::Error error = answer.error();
    // The object was deleted since it was read: a change under us like any other.
    if (error.kind == base::ErrorKind::NotFound && error.code == "NoSuchKey") error.kind = base::ErrorKind::Conflict;
    return std::unexpected(std::move(error));
  }
  const auto written = answer->headers.get("etag");
  if (!written) return malformed(operation, "no ETag in the answer");
  return std::string(*written);
}

base::Result<std::vector<ObjectVersion>> list_object_versions(Caller& caller, const Bucket& bucket,
                                                              std::string_view key, const Deadline& deadline) {
  constexpr std::array<std::string_view, 2> names = {"Version", "DeleteMarker"};
  std::vector<ObjectVersion> versions;
  PageTokens tokens(list_object_versions_operation, "NextVersionIdMarker");
  std::map<std::string, std::string> query{{"versions", ""}, {"prefix", std::string(key)}};
  while (true) {
    const auto page = get_xml(caller, list_object_versions_operation, bucket, query, "ListVersionsResult", deadline);
    if (!page) return std::unexpected(page.error());
    const auto list = elements(*page, names);
    for (const auto& element : list) {
      // Keys come in their order, and those that only begin like ours come after it.
      if (xml_text(element.text, "Key") != key) return versions;
      versions.push_back(read_version(element));
    }
    const auto rest = around(*page, list);
    if (xml_text(rest, "IsTruncated") != "true") return versions;
    const auto next_key = xml_text(rest, "NextKeyMarker");
    const auto next_version = xml_text(rest, "NextVersionIdMarker");
    if (!next_key || !next_version || next_version->empty())
      return malformed(list_object_versions_operation, "a page without the next one's marker");
    if (const auto added = tokens.add(*next_version); !added) return std::unexpected(added.error());
    query["key-marker"] = *next_key;
    query["version-id-marker"] = *next_version;
  }
}

base::Result<std::vector<std::string>> list_objects(Caller& caller, const Bucket& bucket, std::string_view prefix,
                                                    const Deadline& deadline) {
  constexpr std::array<std::string_view, 1> names = {"Contents"};
  std::vector<std::string> keys;
  PageTokens tokens(list_objects_operation, "NextContinuationToken");
  std::map<std::string, std::string> query{{"list-type", "2"}, {"prefix", std::string(prefix)}};
  while (true) {
    const auto page = get_xml(caller, list_objects_operation, bucket, query, "ListBucketResult", deadline);
    if (!page) return std::unexpected(page.error());
    const auto list = elements(*page, names);
    for (const auto& element : list) keys.push_back(xml_text(element.text, "Key").value_or(""));
    const auto rest = around(*page, list);
    if (xml_text(rest, "IsTruncated") != "true") return keys;
    const auto token = xml_text(rest, "NextContinuationToken");
    if (!token || token->empty()) return malformed(list_objects_operation, "a page without the next one's token");
    if (const auto added = tokens.add(*token); !added) return std::unexpected(added.error());
    query["continuation-token"] = *token;
  }
}

base::Result<Versioning> get_bucket_versioning(Caller& caller, const Bucket& bucket, const Deadline& deadline) {
  const auto answer = get(caller, get_bucket_versioning_operation, bucket, "", {{"versioning", ""}}, deadline);
  if (!answer) return std::unexpected(answer.error());
  if (!answer->body.contains("<VersioningConfiguration"))
    return malformed(get_bucket_versioning_operation, "an answer that cannot be read");
  return Versioning{.status = xml_text(answer->body, "Status").value_or(""),
                    .answered_at = parse_http_date(answer->headers.get("date").value_or(""))};
}

base::Result<std::optional<std::string>> get_bucket_policy(Caller& caller, const Bucket& bucket,
                                                           const Deadline& deadline) {
  auto answer = get(caller, get_bucket_policy_operation, bucket, "", {{"policy", ""}}, deadline);
  if (answer) return std::optional(std::move(answer->body));
  if (answer.error().code == "NoSuchBucketPolicy") return std::optional<std::string>();
  return std::unexpected(answer.error());
}

base::Result<bool> tells_event_bridge(Caller& caller, const Bucket& bucket, const Deadline& deadline) {
  const auto answer = get_xml(caller, get_bucket_notification_operation, bucket, {{"notification", ""}},
                              "NotificationConfiguration", deadline);
  if (!answer) return std::unexpected(answer.error());
  // It is empty, and is sent as one tag or as two.
  return answer->contains("<EventBridgeConfiguration");
}

base::Result<bool> blocks_public_access(Caller& caller, const Bucket& bucket, const Deadline& deadline) {
  const auto answer = get_xml(caller, get_public_access_block_operation, bucket, {{"publicAccessBlock", ""}},
                              "PublicAccessBlockConfiguration", deadline);
  if (!answer && answer.error().code == "NoSuchPublicAccessBlockConfiguration") return false;
  if (!answer) return std::unexpected(answer.error());
  constexpr std::array kinds = {"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"};
  return std::ranges::all_of(kinds, [&](const char* kind) { return xml_text(*answer, kind) == "true"; });
}

}  // namespace aws::s3
