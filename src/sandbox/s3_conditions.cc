// SPDX-License-Identifier: Apache-2.0
#include "sandbox/s3_conditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace sandbox {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

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

// Headers that say nothing about what is asked for, or that the operations read.
constexpr std::string_view known_headers[] = {
    "x-amz-date",
    "x-amz-content-sha256",
    "x-amz-security-token",
    "x-amz-user-agent",
    "x-amz-decoded-content-length",
    "x-amz-trailer",
    "x-amz-request-payer",
    "x-amz-expected-bucket-owner",
    "x-amz-source-expected-bucket-owner",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-bucket-region",
};

// Those that only some operations read.
struct ReadHeader {
  std::string_view name;
  std::vector<std::string_view> operations;
};
const std::vector<ReadHeader>& read_headers() {
  static const std::vector<ReadHeader> headers = {
      {"x-amz-tagging", {"PutObject", "CopyObject", "CreateMultipartUpload"}},
      {"x-amz-object-attributes", {"GetObjectAttributes"}},
      {"x-amz-max-parts", {"GetObjectAttributes"}},
      {"x-amz-part-number-marker", {"GetObjectAttributes"}},
  };
  return headers;
}

struct FixedHeader {
  std::string_view name;
  std::vector<std::string_view> values;  // Those that change nothing.
};
const std::vector<FixedHeader>& fixed_headers() {
  static const std::vector<FixedHeader> headers = {
      {"x-amz-acl", {"private", "bucket-owner-full-control"}},
      {"x-amz-storage-class", {"STANDARD"}},
      {"x-amz-server-side-encryption", {"AES256"}},
      {"x-amz-object-ownership", {"BucketOwnerEnforced"}},
      {"x-amz-bucket-object-lock-enabled", {"false"}},
      {"x-amz-tagging-directive", {"COPY", "REPLACE"}},
      {"x-amz-checksum-mode", {"ENABLED"}},
      {"x-amz-metadata-directive", {"COPY", "REPLACE"}},
  };
  return headers;
}

bool is_known(std::string_view name, std::string_view value, std::string_view operation) {
  if (!name.starts_with("x-amz-") || name.starts_with("x-amz-meta-") || name.starts_with("x-amz-checksum-") ||
      name.starts_with("x-amz-copy-source") || std::ranges::find(known_headers, name) != std::end(known_headers)) {
    return name != "x-amz-checksum-mode" || value == "ENABLED";
  }
  const auto read = std::ranges::find(read_headers(), name, &ReadHeader::name);
  if (read != read_headers().end()) return std::ranges::find(read->operations, operation) != read->operations.end();
  const auto fixed = std::ranges::find(fixed_headers(), name, &FixedHeader::name);
  return fixed != fixed_headers().end() && std::ranges::find(fixed->values, value) != fixed->values.end();
}

}  // namespace

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

Answer<std::optional<ByteRange>> range_of(const http::Headers& headers, std::size_t size) {
  const auto ends = parse_range(headers.get("range").value_or(""));
  if (!ends) return std::nullopt;
  const auto [first, last] = *ends;
  const auto begin = first ? *first : size - std::min(size, *last);
  const auto end = first && last ? std::min(size, *last == SIZE_MAX ? size : *last + 1) : size;
  if (begin >= size || begin >= end) {
    return refuse("InvalidRange", "The requested range is not satisfiable", 416);
  }
  return ByteRange{begin, end - begin};
}

Answer<ByteRange> copied_range(const http::Headers& headers, std::size_t size) {
  const auto asked = headers.get("x-amz-copy-source-range");
  if (!asked) return ByteRange{0, size};
  const auto ends = parse_range(*asked);
  if (!ends || !ends->first || !ends->second || *ends->second < *ends->first) {
    return refuse("InvalidArgument",
                  "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the "
                  "zero-based offsets of the first and last bytes to copy");
  }
  if (*ends->second >= size)
    return refuse("InvalidRequest", "The specified copy source range is not satisfiable: it ends after the object.");
  return ByteRange{*ends->first, *ends->second + 1 - *ends->first};
}

Answer<std::size_t> number_of(std::string_view text, std::string_view name, std::size_t absent) {
  if (text.empty()) return absent;
  int number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && number >= 0)
    return static_cast<std::size_t>(number);
  return refuse("InvalidArgument", fmt::format("Provided {} not an integer or within integer range", name));
}

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

Answer<void> check_headers(const http::Headers& headers, std::string_view operation, std::string_view account) {
  for (const auto& [name, value] : headers) {
    if (is_known(lower(name), value, operation)) continue;
    return refuse("NotImplemented",
                  fmt::format("The sandbox does not emulate {} with the header {}: {}", operation, name.substr(0, 100),
                              value.substr(0, 100)),
                  501);
  }
  const auto owner = headers.get("x-amz-expected-bucket-owner");
  if (owner && *owner != account) return refuse("AccessDenied", "Access Denied", 403);
  return {};
}

Answer<Reading> check_reading(const http::Headers& headers, std::string_view prefix, std::string_view etag,
                              base::Time modified) {
  const auto header = [&](std::string_view name) { return headers.get(fmt::format("{}{}", prefix, name)); };
  const auto date = [&](std::string_view name) {
    const auto text = header(name);
    return text ? parse_http_date(*text) : std::nullopt;
  };
  const auto second = std::chrono::floor<std::chrono::seconds>(modified);
  if (const auto wanted = header("if-match")) {
    if (!names_etag(*wanted, etag)) return std::unexpected(precondition_failed("If-Match"));
  } else if (const auto until = date("if-unmodified-since"); until && second > *until) {
    return std::unexpected(precondition_failed("If-Unmodified-Since"));
  }
  if (const auto known = header("if-none-match")) {
    return names_etag(*known, etag) ? Reading::NotModified : Reading::Whole;
  }
  const auto since = date("if-modified-since");
  return since && second <= *since ? Reading::NotModified : Reading::Whole;
}

std::optional<base::Time> parse_http_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  // `Wed, 01 Jan 2026 03:04:05 GMT`
  if (text.size() != 29 || text.substr(3, 2) != ", " || !text.ends_with(" GMT")) return std::nullopt;
  const auto month = std::ranges::find(months, text.substr(8, 3));
  if (month == months.end()) return std::nullopt;
  return base::parse_iso8601(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month - months.begin() + 1,
                                         text.substr(5, 2), text.substr(17, 8)));
}

}  // namespace sandbox
