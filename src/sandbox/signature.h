// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/message.h"
#include "sandbox/account.h"
#include "sandbox/refusal.h"
#include "sandbox/uri.h"

namespace sandbox {

// What a request says about its Signature Version 4, in the Authorization header or in its query (presigned).
struct Signature {
  std::string access_key_id;
  std::string date;  // `20260102`, of the credential's scope.
  std::string region;
  std::string service;
  std::vector<std::string> signed_headers;
  std::string signature;
  std::string time;  // `20260102T030405Z`
  std::string token;
  bool presigned = false;
  std::chrono::seconds valid_for{0};  // Presigned only.

  std::string scope() const { return date + "/" + region + "/" + service + "/aws4_request"; }
};

// Reads it. The value is nullopt if the request has none. Errors: what is malformed, in the protocol's shape.
Answer<std::optional<Signature>> read_signature(const http::Request& request, Protocol protocol);

// Reads and checks it as AWS does: known key, session token, scope, time within 5 minutes (S3: 15), payload hash, signed
// headers, signature. Written apart from Caretaker's own signer on purpose, after AWS's description of Signature Version 4.
Answer<Signature> check_signature(const http::Request& request, Protocol protocol, std::string_view service,
                                  const Settings& settings, base::Time now);

// HMAC key for a scope, for the signatures of chunks too.
std::string signing_key(const Signature& signature, std::string_view secret_access_key);

// The canonical request that the signature must be made of, with the given payload hash.
std::string canonical_request(const http::Request& request, const Signature& signature, std::string_view payload_hash);

}  // namespace sandbox
