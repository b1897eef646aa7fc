// SPDX-License-Identifier: Apache-2.0
#include "aws/sign.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "aws/text.h"
#include "base/hash.h"

namespace aws {
namespace {

// Blanks at the ends removed, each run inside made one blank.
std::string folded(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (const char c : value) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

// What the connection, a proxy or tracing may change on the way, and the signature itself.
bool is_signed(std::string_view name) {
  constexpr std::array unsigned_names = {"authorization",   "connection", "expect",         "transfer-encoding",
                                         "x-amzn-trace-id", "user-agent", "accept-encoding"};
  return std::ranges::find(unsigned_names, name) == unsigned_names.end();
}

// By lower-case name; the values of a repeated header joined by commas, in the order they came.
using CanonicalHeaders = std::map<std::string, std::string>;

CanonicalHeaders canonical_headers(const http::Headers& headers) {
  CanonicalHeaders out;
  for (const auto& [name, value] : headers) {
    const std::string key = lower_case(name);
    if (!is_signed(key)) continue;
    const auto [at, added] = out.emplace(key, folded(value));
    if (!added) at->second += "," + folded(value);
  }
  return out;
}

// RFC 3986 section 5.2.4, and empty segments dropped as well; a slash at the end stays.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  std::string_view last;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    last = path.substr(at, end - at);
    at = end + 1;
    if (last == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!last.empty() && last != ".") {
      kept.push_back(last);
    }
  }
  const bool open = last.empty() || last == "." || last == "..";
  std::string out;
  for (const auto segment : kept) out.append("/").append(segment);
  return open || out.empty() ? out + "/" : out;
}

std::string canonical_path(std::string_view path, PathRules rules) {
  if (path.empty()) return "/";
  switch (rules) {
    case PathRules::Verbatim: return http::percent_encode(http::percent_decode(path), true);
    case PathRules::NormalizedEncoded: return http::percent_encode(without_dot_segments(path), true);
  }
  return "/";
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (std::size_t at = 0; at < query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const auto parameter = query.substr(at, end - at);
    at = end + 1;
    if (parameter.empty()) continue;
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    const auto value = equals == parameter.size() ? std::string_view() : parameter.substr(equals + 1);
    parameters.emplace_back(http::percent_encode(http::percent_decode(parameter.substr(0, equals))),
                            http::percent_encode(http::percent_decode(value)));
  }
  std::ranges::sort(parameters);
  std::string out;
  for (const auto& [name, value] : parameters) {
    out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, value);
  }
  return out;
}

std::string names_of(const CanonicalHeaders& headers) {
  std::string out;
  for (const auto& [name, value] : headers) {
    if (!out.empty()) out += ';';
    out += name;
  }
  return out;
}

std::string canonical_request(const http::Request& request, const CanonicalHeaders& headers,
                              std::string_view payload_hash, PathRules rules) {
  const std::string_view target = request.target;
  const std::size_t mark = std::min(target.find('?'), target.size());
  const auto query = mark == target.size() ? std::string_view() : target.substr(mark + 1);
  std::string out =
      request.method + '\n' + canonical_path(target.substr(0, mark), rules) + '\n' + canonical_query(query) + '\n';
  for (const auto& [name, value] : headers) out.append(name).append(":").append(value).append("\n");
  return out.append("\n").append(names_of(headers)).append("\n").append(payload_hash);
}

std::string scope_text(const SigningScope& scope) {
  return base::to_iso8601_basic(scope.time).substr(0, 8) + '/' + scope.region + '/' + scope.service + "/aws4_request";
}

}  // namespace

PathRules path_rules(std::string_view service) {
  return service == "s3" ? PathRules::Verbatim : PathRules::NormalizedEncoded;
}

std::string signed_headers(const http::Headers& headers) { return names_of(canonical_headers(headers)); }

std::string canonical_request(const http::Request& request, std::string_view payload_hash, PathRules rules) {
  return canonical_request(request, canonical_headers(request.headers), payload_hash, rules);
}

std::string string_to_sign(std::string_view canonical_request, const SigningScope& scope) {
  return fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", base::to_iso8601_basic(scope.time), scope_text(scope),
                     base::sha256_hex(canonical_request));
}

std::string signature(std::string_view secret_access_key, std::string_view string_to_sign, const SigningScope& scope) {
  auto key =
      base::hmac_sha256("AWS4" + std::string(secret_access_key), base::to_iso8601_basic(scope.time).substr(0, 8));
  for (const std::string_view part :
       {std::string_view(scope.region), std::string_view(scope.service), std::string_view("aws4_request")}) {
    key = base::hmac_sha256(key, part);
  }
  return base::to_hex(base::hmac_sha256(key, string_to_sign));
}

void sign(http::Request& request, const Credentials& credentials, const SigningScope& scope) {
  const std::string payload_hash = base::sha256_hex(request.body);
  const PathRules rules = path_rules(scope.service);
  if (!request.headers.get("host")) request.headers.set("Host", request.origin.authority());
  request.headers.set("X-Amz-Date", base::to_iso8601_basic(scope.time));
  if (credentials.session_token.empty()) {
    request.headers.remove("X-Amz-Security-Token");
  } else {
    request.headers.set("X-Amz-Security-Token", credentials.session_token);
  }
  if (rules == PathRules::Verbatim) request.headers.set("X-Amz-Content-Sha256", payload_hash);
  const auto headers = canonical_headers(request.headers);
  const std::string text = string_to_sign(canonical_request(request, headers, payload_hash, rules), scope);
  request.headers.set("Authorization", fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                                                   credentials.access_key_id, scope_text(scope), names_of(headers),
                                                   signature(credentials.secret_access_key, text, scope)));
}

}  // namespace aws
