// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "base/clock.h"
#include "http/message.h"

// AWS Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html), by its stages, so that a
// test vector names the one that fails. All but sign() are pure; the time is always a parameter.
namespace aws {

// What a signature is good for.
struct SigningScope {
  std::string region;
  std::string service;  // The signing name: `ecr`, not `api.ecr`.
  base::Time time;      // Whole seconds count.
};

// How the path of a request enters its signature.
enum class PathRules {
  Verbatim,           // S3: encoded once, and `.`, `..` and empty segments are part of a key.
  NormalizedEncoded,  // All others: dot segments and empty segments removed, then each segment encoded again.
};
PathRules path_rules(std::string_view service);

// The names of the headers that are signed: `host;x-amz-date`. Those that a proxy or the client may change are not.
std::string signed_headers(const http::Headers& headers);

// `payload_hash` is base::sha256_hex of the body. The request must carry its Host header.
std::string canonical_request(const http::Request& request, std::string_view payload_hash, PathRules rules);

std::string string_to_sign(std::string_view canonical_request, const SigningScope& scope);

std::string signature(std::string_view secret_access_key, std::string_view string_to_sign, const SigningScope& scope);

// Makes `request` a signed one: sets Host where it is missing, X-Amz-Date, X-Amz-Security-Token (if there is one),
// X-Amz-Content-Sha256 (S3) and Authorization. Signing an already signed request again replaces all of these.
void sign(http::Request& request, const Credentials& credentials, const SigningScope& scope);

}  // namespace aws
