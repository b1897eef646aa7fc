// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "aws/environment.h"
#include "base/clock.h"
#include "base/error.h"
#include "http/client.h"

namespace aws {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;             // Empty if there is none.
  std::optional<base::Time> expiration;  // None: they do not expire while this process lives.
  bool operator==(const Credentials&) const = default;
};

// Where credentials come from. Keeps them and renews them before they expire. Not thread-safe.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  // Errors: Denied (there are none, code `NoCredentials`; the message says which sources were tried, or what is wrong with the one configured),
  // Transient (the source did not answer).
  virtual base::Result<Credentials> get(base::Instant deadline) = 0;
  // AWS said they have expired: the next get() asks the source again.
  virtual void expired() = 0;
};

// The environment's keys (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN), else the container endpoint (ECS,
// EKS Pod Identity) named there. The order and rules are the SDKs'
// (https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html). Borrows `client` and `clock`.
// A pair of keys set by half is an error of get(), never a reason to look further: the owner meant that account.
std::unique_ptr<CredentialSource> make_credential_source(const Environment& environment, http::Client& client,
                                                         base::Clock& clock);

}  // namespace aws
