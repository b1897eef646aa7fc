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
  std::string access_key_id;  // Empty: nobody's, and a request is not signed.
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

// The environment's keys (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN); nullopt if neither of the first two is set.
// A pair set by half is an error, never a reason to look further: the owner meant that account.
std::optional<base::Result<Credentials>> read_environment_keys(const Environment& environment);

// What the function in Lambda has: the environment's keys, else the container endpoint named there. No file is looked at but the
// endpoint's token. Everywhere else credential_chain.h finds more. Borrows `client` and `clock`.
std::unique_ptr<CredentialSource> make_credential_source(const Environment& environment, http::Client& client,
                                                         base::Clock& clock);

}  // namespace aws
