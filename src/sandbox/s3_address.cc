// SPDX-License-Identifier: Apache-2.0
#include "sandbox/s3_address.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace sandbox {
namespace {

// The host of a Host header, in lower case and without its port.
std::string host_of(const http::Request& request) {
  std::string host(request.headers.get("host").value_or(""));
  if (host.empty()) host = request.origin.authority();
  if (!host.starts_with('[')) host = host.substr(0, host.find(':'));
  for (char& c : host) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return host;
}

std::string bucket_of_host(const std::string& host, const std::function<bool(std::string_view)>& is_bucket) {
  for (const std::string_view mark : {".s3.", ".s3-"}) {
    if (const auto at = host.find(mark); at != std::string::npos && at > 0) return host.substr(0, at);
  }
  constexpr std::string_view local = ".localhost";
  if (host.ends_with(local) && host != "s3.localhost") return host.substr(0, host.size() - local.size());
  return is_bucket(host) ? host : std::string();
}

struct Subresource {
  std::string_view parameter;
  std::string_view method;
  std::string_view operation;
};
constexpr Subresource of_buckets[] = {
    {"location", "GET", "GetBucketLocation"},
    {"versioning", "GET", "GetBucketVersioning"},
    {"versioning", "PUT", "PutBucketVersioning"},
    {"notification", "GET", "GetBucketNotificationConfiguration"},
    {"notification", "PUT", "PutBucketNotificationConfiguration"},
    {"policy", "GET", "GetBucketPolicy"},
    {"policy", "PUT", "PutBucketPolicy"},
    {"policy", "DELETE", "DeleteBucketPolicy"},
    {"tagging", "GET", "GetBucketTagging"},
    {"tagging", "PUT", "PutBucketTagging"},
    {"tagging", "DELETE", "DeleteBucketTagging"},
    {"publicAccessBlock", "GET", "GetPublicAccessBlock"},
    {"publicAccessBlock", "PUT", "PutPublicAccessBlock"},
    {"publicAccessBlock", "DELETE", "DeletePublicAccessBlock"},
    {"encryption", "GET", "GetBucketEncryption"},
    {"encryption", "PUT", "PutBucketEncryption"},
    {"encryption", "DELETE", "DeleteBucketEncryption"},
    {"versions", "GET", "ListObjectVersions"},
    {"uploads", "GET", "ListMultipartUploads"},
    {"delete", "POST", "DeleteObjects"},
};
constexpr Subresource of_objects[] = {
    {"uploads", "POST", "CreateMultipartUpload"},
    {"uploadId", "PUT", "UploadPart"},
    {"uploadId", "POST", "CompleteMultipartUpload"},
    {"uploadId", "DELETE", "AbortMultipartUpload"},
    {"uploadId", "GET", "ListParts"},
    {"attributes", "GET", "GetObjectAttributes"},
    {"tagging", "GET", "GetObjectTagging"},
    {"tagging", "PUT", "PutObjectTagging"},
    {"tagging", "DELETE", "DeleteObjectTagging"},
};

// The operation that a parameter of the query asks for; empty if none does.
std::string named_operation(std::span<const Subresource> table, const S3Address& address, std::string_view method) {
  const auto found = std::ranges::find_if(table, [&](const Subresource& one) {
    return one.method == method && address.parameter(one.parameter) != nullptr;
  });
  return found == table.end() ? std::string() : std::string(found->operation);
}

std::string bucket_operation(const S3Address& address, std::string_view method) {
  if (auto named = named_operation(of_buckets, address, method); !named.empty()) return named;
  if (method == "PUT") return "CreateBucket";
  if (method == "HEAD") return "HeadBucket";
  if (method == "DELETE") return "DeleteBucket";
  if (method != "GET") return {};
  const auto* version = address.parameter("list-type");
  return version && *version == "2" ? "ListObjectsV2" : "ListObjects";
}

std::string object_operation(const S3Address& address, const http::Request& request) {
  if (auto named = named_operation(of_objects, address, request.method); !named.empty())
    return named == "UploadPart" && request.headers.get("x-amz-copy-source") ? "UploadPartCopy" : named;
  if (request.method == "GET") return "GetObject";
  if (request.method == "HEAD") return "HeadObject";
  if (request.method == "DELETE") return "DeleteObject";
  if (request.method != "PUT") return {};
  return request.headers.get("x-amz-copy-source") ? "CopyObject" : "PutObject";
}

}  // namespace

S3Address read_s3_address(const http::Request& request, const std::function<bool(std::string_view)>& is_bucket) {
  const auto target = split_target(request.target);
  S3Address address;
  address.query = parse_pairs(target.query, true);
  address.bucket = bucket_of_host(host_of(request), is_bucket);
  auto path = target.path;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (address.bucket.empty()) {
    const auto slash = path.find('/');
    address.bucket = uri_decode(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  address.key = uri_decode(path);
  if (address.bucket.empty()) {
    address.operation = request.method == "GET" ? "ListBuckets" : "";
  } else {
    address.operation =
        address.key.empty() ? bucket_operation(address, request.method) : object_operation(address, request);
  }
  return address;
}

bool is_bucket_name(std::string_view name) {
  const auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return name.size() >= 3 && name.size() <= 63 && alphanumeric(name.front()) && alphanumeric(name.back()) &&
         std::ranges::all_of(name, [&](char c) { return alphanumeric(c) || c == '.' || c == '-'; }) &&
         !name.contains("..");
}

std::string http_date(base::Time time) {
  static constexpr std::array<std::string_view, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const auto weekday = std::chrono::weekday(day).c_encoding();
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return fmt::format(FMT_COMPILE("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT"), days.at(weekday),
                     static_cast<unsigned>(date.day()), months.at(static_cast<unsigned>(date.month()) - 1),
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

}  // namespace sandbox
