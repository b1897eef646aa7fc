// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "aws/credentials.h"
#include "base/json.h"

// What all sources share that ask somebody for credentials which expire.
namespace aws {

// Asks once, or more often if that is customary there and `urgent`: without an answer there is none to go on with.
using AskForCredentials = std::function<base::Result<Credentials>(bool urgent, base::Instant deadline)>;

// Keeps what was got and renews it before it expires: from 15 minutes before, or the last quarter of its time if that is less. While
// renewing fails the old ones are kept as long as they are valid and nobody called them expired; they are asked for once a
// minute then, and at each call in the last 10 minutes or sixth of their time. Borrows `clock`.
std::unique_ptr<CredentialSource> keep_credentials(AskForCredentials ask, base::Clock& clock);

// Asks up to `tries` times, a second apart, as long as the failure is a passing one (Transient).
base::Result<Credentials> ask_repeatedly(int tries, base::Clock& clock, base::Instant deadline,
                                         const std::function<base::Result<Credentials>()>& ask);

// What the container endpoint, the metadata service and a program answer: AccessKeyId, SecretAccessKey, Expiration if there is
// one, and the session token as `token_name`. nullopt where something is missing, empty or malformed.
std::optional<Credentials> read_credentials(const boost::json::value& answer, std::string_view token_name);

// `error` as a source's: Transient if it may pass, else Denied; with its place put before.
base::Error source_error(base::Error error, std::string_view where);

// Keys, or the reason why there are none, that were settled when the process started.
std::unique_ptr<CredentialSource> make_fixed_source(base::Result<Credentials> settled);

// What a refusal to give any credentials reads like: `credentials: WHERE: WHY`, Denied.
std::unexpected<base::Error> no_credentials(std::string_view where, std::string_view why);

// Whether it can be a key or a token: not empty, printable ASCII without blanks, so that it can't break a header.
bool is_key(std::string_view text);

}  // namespace aws
