// SPDX-License-Identifier: Apache-2.0
// What S3 keeps of a bucket besides its objects: versioning, notifications, and documents that it only gives back.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "sandbox/s3.h"
#include "sandbox/xml.h"
#include "sandbox/xml_tree.h"

namespace sandbox {
namespace {

constexpr std::string_view xmlns = "http://s3.amazonaws.com/doc/2006-03-01/";

std::unexpected<Refusal> malformed() {
  return refuse("MalformedXML",
                "The XML you provided was not well-formed or did not validate against our published schema");
}

http::Response xml_response(Xml& xml) { return {200, {{"Content-Type", "application/xml"}}, xml.take()}; }

constexpr std::size_t document_max = std::size_t{20} << 10U;  // A bucket policy's in S3.

// A document that is kept as it is given.
struct Document {
  std::string_view subresource;
  std::string_view root;  // Of its XML; empty for JSON.
  std::string_view absent_code;
  std::string_view absent_message;
};
constexpr Document documents[] = {
    {"policy", "", "NoSuchBucketPolicy", "The bucket policy does not exist"},
    {"tagging", "Tagging", "NoSuchTagSet", "The TagSet does not exist"},
    {"publicAccessBlock", "PublicAccessBlockConfiguration", "NoSuchPublicAccessBlockConfiguration",
     "The public access block configuration was not found"},
    {"encryption", "ServerSideEncryptionConfiguration", "ServerSideEncryptionConfigurationNotFoundError",
     "The server side encryption configuration was not found"},
};

const Document& document_of(const S3Address& address) {
  return *std::ranges::find_if(
      documents, [&](const Document& document) { return address.parameter(document.subresource) != nullptr; });
}

}  // namespace

Answer<http::Response> S3::get_bucket_versioning(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  Xml xml;
  xml.open("VersioningConfiguration", xmlns);
  if ((*bucket)->versioning != Versioning::Never)
    xml.text("Status", (*bucket)->versioning == Versioning::Enabled ? "Enabled" : "Suspended");
  xml.close();
  return xml_response(xml);
}

Answer<http::Response> S3::put_bucket_versioning(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  const auto document = parse_xml(call.request.body);
  const auto status = document ? document->text_of("Status") : std::string();
  if (!document || document->name != "VersioningConfiguration" || (status != "Enabled" && status != "Suspended"))
    return malformed();
  if (document->text_of("MfaDelete") == "Enabled")
    return refuse("NotImplemented", "The sandbox does not emulate PutBucketVersioning with MfaDelete.", 501);
  (*bucket)->versioning = status == "Enabled" ? Versioning::Enabled : Versioning::Suspended;
  return http::Response{200, {}, {}};
}

Answer<http::Response> S3::get_notification(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  Xml xml;
  xml.open("NotificationConfiguration", xmlns);
  if ((*bucket)->emits_events) xml.text("EventBridgeConfiguration", "");
  xml.close();
  return xml_response(xml);
}

Answer<http::Response> S3::put_notification(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  const auto document = parse_xml(call.request.body);
  if (!document || document->name != "NotificationConfiguration") return malformed();
  for (const auto& child : document->children) {
    if (child.name == "EventBridgeConfiguration") continue;
    return refuse("NotImplemented",
                  fmt::format("The sandbox does not emulate PutBucketNotificationConfiguration with {}; it knows "
                              "EventBridgeConfiguration.",
                              child.name.substr(0, 100)),
                  501);
  }
  (*bucket)->emits_events = document->child("EventBridgeConfiguration") != nullptr;
  return http::Response{200, {}, {}};
}

Answer<http::Response> S3::get_document(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  const auto& document = document_of(call.address);
  const auto kept = (*bucket)->documents.find(document.subresource);
  if (kept == (*bucket)->documents.end()) {
    return std::unexpected(Refusal{std::string(document.absent_code),
                                   std::string(document.absent_message),
                                   404,
                                   {},
                                   {{"BucketName", call.address.bucket}}});
  }
  return http::Response{
      200, {{"Content-Type", document.root.empty() ? "application/json" : "application/xml"}}, kept->second};
}

Answer<http::Response> S3::put_document(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  const auto& document = document_of(call.address);
  if (call.request.body.size() > document_max)
    return refuse("EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size.");
  if (document.root.empty()) {
    const auto policy = base::parse_json(call.request.body);
    if (!policy || !policy->is_object())
      return refuse("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'");
  } else {
    const auto parsed = parse_xml(call.request.body);
    if (!parsed || parsed->name != document.root) return malformed();
  }
  (*bucket)->documents[std::string(document.subresource)] = call.request.body;
  const bool quiet = document.root.empty() || document.subresource == "tagging";
  return http::Response{quiet ? 204 : 200, {}, {}};
}

Answer<http::Response> S3::delete_document(const Call& call) {
  auto bucket = bucket_of(call.address);
  if (!bucket) return std::unexpected(std::move(bucket.error()));
  (*bucket)->documents.erase(std::string(document_of(call.address).subresource));
  return http::Response{204, {}, {}};
}

}  // namespace sandbox
