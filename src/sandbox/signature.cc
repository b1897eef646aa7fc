// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signature.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "base/hash.h"
#include "sandbox/signature_refusal.h"

namespace sandbox {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view mismatch_message =
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and "
    "signing method. Consult the service documentation for details.";

std::unexpected<Refusal> fault(SignatureFault what, Protocol protocol, std::string message) {
  return std::unexpected(signature_refusal(what, protocol, std::move(message)));
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> texts(const std::vector<std::string_view>& parts) { return {parts.begin(), parts.end()}; }

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// `KEY/20260102/us-east-1/s3/aws4_request`; a key may hold slashes, so the scope is read from the end.
bool read_credential(std::string_view text, Signature& into) {
  const auto parts = split(text, '/');
  if (parts.size() < 5 || parts.back() != "aws4_request") return false;
  const auto at = parts.size();
  into.service = parts[at - 2];
  into.region = parts[at - 3];
  into.date = parts[at - 4];
  into.access_key_id = text.substr(0, text.size() - into.scope().size() - 1);
  return !into.access_key_id.empty();
}

Answer<Signature> read_header(std::string_view header, const http::Request& request, Protocol protocol) {
  if (!header.starts_with(algorithm)) {
    return fault(SignatureFault::Incomplete, protocol,
                 "Authorization header requires AWS4-HMAC-SHA256 as its algorithm.");
  }
  header.remove_prefix(algorithm.size());
  Signature signature;
  for (const auto part : split(header, ',')) {
    const auto item = trim(part);
    const auto value = item.substr(std::min(item.find('=') + 1, item.size()));
    if (item.starts_with("Credential=") && !read_credential(value, signature)) {
      return fault(SignatureFault::Incomplete, protocol,
                   fmt::format("Credential must have exactly 5 slash-delimited elements: {}", value));
    }
    if (item.starts_with("SignedHeaders=")) signature.signed_headers = texts(split(value, ';'));
    if (item.starts_with("Signature=")) signature.signature = value;
  }
  signature.time = request.headers.get("x-amz-date").value_or("");
  signature.token = request.headers.get("x-amz-security-token").value_or("");
  for (const auto& [there, what] : {std::pair(!signature.access_key_id.empty(), "'Credential' parameter"),
                                    std::pair(!signature.signature.empty(), "'Signature' parameter"),
                                    std::pair(!signature.signed_headers.empty(), "'SignedHeaders' parameter"),
                                    std::pair(!signature.time.empty(), "'X-Amz-Date' header")}) {
    if (!there)
      return fault(SignatureFault::Incomplete, protocol, fmt::format("Authorization header requires {}.", what));
  }
  return signature;
}

Answer<Signature> read_query(const Pairs& query, Protocol protocol) {
  const auto value = [&](std::string_view name) {
    const auto* found = find_pair(query, name);
    return found ? *found : std::string();
  };
  Signature signature;
  signature.presigned = true;
  signature.time = value("X-Amz-Date");
  signature.token = value("X-Amz-Security-Token");
  signature.signature = value("X-Amz-Signature");
  signature.signed_headers = texts(split(value("X-Amz-SignedHeaders"), ';'));
  const auto expires = value("X-Amz-Expires");
  int seconds = 0;
  const auto parsed = std::from_chars(expires.data(), expires.data() + expires.size(), seconds);
  if (value("X-Amz-Algorithm") != algorithm || !read_credential(value("X-Amz-Credential"), signature) ||
      signature.time.empty() || signature.signature.empty() || parsed.ec != std::errc() || seconds < 0 ||
      seconds > 604'800) {
    return fault(
        SignatureFault::Incomplete, protocol,
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
        "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
  }
  signature.valid_for = std::chrono::seconds(seconds);
  return signature;
}

// S3 takes the path as it is; the others normalise it, and encode what is already encoded once more.
std::string canonical_path(std::string_view path, bool s3) {
  if (s3) return uri_encode(uri_decode(path), true);
  std::vector<std::string_view> kept;
  for (const auto segment : split(path, '/')) {
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      kept.push_back(segment);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  std::string out;
  for (const auto& segment : kept) out += "/" + uri_encode(segment);
  return out.empty() || path.ends_with('/') ? out + "/" : out;
}

std::string canonical_query(std::string_view query) {
  Pairs pairs = parse_pairs(query, false);
  for (auto& [name, value] : pairs) {
    name = uri_encode(name);
    value = uri_encode(value);
  }
  std::ranges::sort(pairs);
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (name == "X-Amz-Signature") continue;
    out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, value);
  }
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string folded(std::string_view value) {
  std::string out;
  for (const char c : trim(value)) {
    if (c != ' ' || !out.ends_with(' ')) out += c;
  }
  return out;
}

std::string canonical_headers(const http::Request& request, const std::vector<std::string>& names) {
  std::vector<std::pair<std::string, std::string_view>> fields;
  for (const auto& [name, value] : request.headers) fields.emplace_back(lower(name), value);
  const auto authority = request.origin.authority();
  if (!request.headers.get("host")) fields.emplace_back("host", authority);
  std::ranges::stable_sort(fields, {}, [](const auto& field) -> const std::string& { return field.first; });
  std::string out;
  for (const auto& name : names) {
    (out += name) += ':';
    std::string_view before;
    for (const auto& [same, value] : std::ranges::equal_range(
             fields, name, {}, [](const auto& field) -> const std::string& { return field.first; })) {
      (out += before) += folded(value);
      before = ",";
    }
    out += '\n';
  }
  return out;
}

bool is_signed(const Signature& signature, std::string_view name) {
  return std::ranges::find(signature.signed_headers, name) != signature.signed_headers.end();
}

// The payload hash that went into the signature.
std::string payload_hash(const http::Request& request, const Signature& signature) {
  if (const auto declared = request.headers.get("x-amz-content-sha256")) return std::string(*declared);
  if (signature.presigned && signature.service == "s3") return "UNSIGNED-PAYLOAD";
  return base::sha256_hex(request.body);
}

Answer<void> check_caller(const Signature& signature, Protocol protocol, const Settings& settings) {
  const auto& known = settings.credentials;
  if (signature.access_key_id != known.access_key_id) {
    return fault(SignatureFault::UnknownKey, protocol,
                 protocol == Protocol::Rest ? "The AWS Access Key Id you provided does not exist in our records."
                                            : "The security token included in the request is invalid.");
  }
  if (signature.token != known.session_token) {
    return fault(SignatureFault::WrongToken, protocol,
                 protocol == Protocol::Rest ? "The provided token is malformed or otherwise invalid."
                                            : "The security token included in the request is invalid.");
  }
  return {};
}

Answer<void> check_scope(const Signature& signature, Protocol protocol, std::string_view service,
                         const Settings& settings) {
  if (signature.region != settings.region) {
    auto refusal = signature_refusal(
        SignatureFault::WrongScope, protocol,
        protocol == Protocol::Rest
            ? fmt::format("The authorization header is malformed; the region '{}' is wrong; expecting '{}'",
                          signature.region, settings.region)
            : "Credential should be scoped to a valid region.");
    if (protocol == Protocol::Rest) refusal.details.emplace_back("Region", settings.region);
    return std::unexpected(std::move(refusal));
  }
  if (signature.service != service) {
    return fault(SignatureFault::WrongScope, protocol,
                 fmt::format("Credential should be scoped to correct service: '{}'.", service));
  }
  if (!signature.time.starts_with(signature.date) || signature.date.size() != 8) {
    return fault(
        SignatureFault::Mismatch, protocol,
        fmt::format("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                    "'{}' != '{}', from '{}'.",
                    signature.date, signature.time.substr(0, 8), signature.time));
  }
  return {};
}

// `20260102T030405Z`
std::optional<base::Time> parse_basic_time(std::string_view text) {
  if (text.size() != 16) return std::nullopt;
  return base::parse_iso8601(fmt::format("{}-{}-{}T{}:{}:{}Z", text.substr(0, 4), text.substr(4, 2), text.substr(6, 2),
                                         text.substr(9, 2), text.substr(11, 2), text.substr(13, 2)));
}

Answer<void> check_time(const Signature& signature, Protocol protocol, base::Time now) {
  const auto signed_at = parse_basic_time(signature.time);
  if (!signed_at) {
    return fault(SignatureFault::Incomplete, protocol,
                 fmt::format("Date must be in ISO-8601 'basic format'. Got '{}'.", signature.time));
  }
  const std::chrono::minutes tolerance(protocol == Protocol::Rest ? 15 : 5);
  const auto latest = signature.presigned ? *signed_at + signature.valid_for : *signed_at + tolerance;
  if (now > latest) {
    if (protocol == Protocol::Rest && signature.presigned)
      return fault(SignatureFault::Expired, protocol, "Request has expired");
    if (protocol == Protocol::Rest) {
      return fault(SignatureFault::Skewed, protocol,
                   "The difference between the request time and the current time is too large.");
    }
    return fault(SignatureFault::Skewed, protocol,
                 fmt::format("Signature expired: {} is now earlier than {} ({} - 5 min.)", signature.time,
                             base::to_iso8601_basic(now - tolerance), base::to_iso8601_basic(now)));
  }
  if (now < *signed_at - tolerance) {
    if (protocol == Protocol::Rest) {
      return fault(SignatureFault::Skewed, protocol,
                   "The difference between the request time and the current time is too large.");
    }
    return fault(SignatureFault::Skewed, protocol,
                 fmt::format("Signature not yet current: {} is still later than {} ({} + 5 min.)", signature.time,
                             base::to_iso8601_basic(now + tolerance), base::to_iso8601_basic(now)));
  }
  return {};
}

// The declared payload hash must be there for S3, and true; streams and unsigned payloads are named instead of hashed.
Answer<void> check_payload(const http::Request& request, const Signature& signature, Protocol protocol) {
  const auto declared = request.headers.get("x-amz-content-sha256");
  if (!declared) {
    if (protocol != Protocol::Rest || signature.presigned) return {};
    return fault(SignatureFault::Incomplete, protocol,
                 "Missing required header for this request: x-amz-content-sha256");
  }
  if (*declared == "UNSIGNED-PAYLOAD" || declared->starts_with("STREAMING-")) return {};
  if (*declared == base::sha256_hex(request.body)) return {};
  return fault(SignatureFault::BodyMismatch, protocol,
               "The provided 'x-amz-content-sha256' header does not match what was computed.");
}

Answer<void> check_signed_headers(const http::Request& request, const Signature& signature, Protocol protocol) {
  if (!is_signed(signature, "host")) {
    return fault(SignatureFault::Mismatch, protocol,
                 "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const auto& [name, value] : request.headers) {
    const auto low = lower(name);
    if (!low.starts_with("x-amz-") || is_signed(signature, low)) continue;
    return fault(SignatureFault::Mismatch, protocol,
                 fmt::format("There were headers present in the request which were not signed: {}", low));
  }
  return {};
}

}  // namespace

Answer<std::optional<Signature>> read_signature(const http::Request& request, Protocol protocol) {
  if (const auto header = request.headers.get("authorization")) return read_header(*header, request, protocol);
  const auto query = parse_pairs(split_target(request.target).query, false);
  if (find_pair(query, "X-Amz-Algorithm") || find_pair(query, "X-Amz-Signature")) return read_query(query, protocol);
  return std::nullopt;
}

std::string canonical_request(const http::Request& request, const Signature& signature, std::string_view payload_hash) {
  const auto target = split_target(request.target);
  std::string names;
  for (const auto& name : signature.signed_headers) (names += names.empty() ? "" : ";") += name;
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, canonical_path(target.path, signature.service == "s3"),
                     canonical_query(target.query), canonical_headers(request, signature.signed_headers), names,
                     payload_hash);
}

std::string signing_key(const Signature& signature, std::string_view secret_access_key) {
  // Clients sign with the same few keys for a day, and each takes longer to make than all the rest of a signature.
  constexpr std::size_t kept_max = 32;
  thread_local std::map<std::string, std::string> kept;
  const auto name = signature.scope().append(secret_access_key);
  if (const auto found = kept.find(name); found != kept.end()) return found->second;
  if (kept.size() >= kept_max) kept.clear();
  const auto date = base::hmac_sha256("AWS4" + std::string(secret_access_key), signature.date);
  const auto service = base::hmac_sha256(base::hmac_sha256(date, signature.region), signature.service);
  return kept[name] = base::hmac_sha256(service, "aws4_request");
}

Answer<Signature> check_signature(const http::Request& request, Protocol protocol, std::string_view service,
                                  const Settings& settings, base::Time now) {
  auto read = read_signature(request, protocol);
  if (!read) return std::unexpected(std::move(read.error()));
  if (!*read) {
    return fault(SignatureFault::Missing, protocol,
                 protocol == Protocol::Rest ? "Access Denied" : "Missing Authentication Token");
  }
  Signature& signature = **read;
  for (const auto& check :
       {check_caller(signature, protocol, settings), check_scope(signature, protocol, service, settings),
        check_time(signature, protocol, now), check_signed_headers(request, signature, protocol),
        check_payload(request, signature, protocol)}) {
    if (!check) return std::unexpected(check.error());
  }
  const auto text =
      fmt::format("{}\n{}\n{}\n{}", algorithm, signature.time, signature.scope(),
                  base::sha256_hex(canonical_request(request, signature, payload_hash(request, signature))));
  const auto wanted =
      base::to_hex(base::hmac_sha256(signing_key(signature, settings.credentials.secret_access_key), text));
  if (wanted.size() != signature.signature.size() ||
      CRYPTO_memcmp(wanted.data(), signature.signature.data(), wanted.size()) != 0) {
    return fault(SignatureFault::Mismatch, protocol, std::string(mismatch_message));
  }
  return std::move(signature);
}

}  // namespace sandbox
