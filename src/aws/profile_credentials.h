// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "aws/credential_chain.h"

namespace aws {

// The credentials of the profile in use; null if it has none. In the order of the SDK for JavaScript:
//
//   1. `role_arn` with `source_profile` or `credential_source` (Environment, EcsContainer, Ec2InstanceMetadata)
//   2. `aws_access_key_id`, `aws_secret_access_key`, `aws_session_token`
//   3. `role_arn` with `web_identity_token_file`
//   4. `credential_process`
//   5. `sso_session`, or `sso_start_url` and its like
//
// A source profile may have a role of its own, whose source comes before it; if it has keys, these are taken and not its role.
// What can't be followed is an error of get(): a circle, a chain of more than 32 profiles, half a pair of keys, two sources for one
// role, a second factor (`mfa_serial`), `login_session`.
std::unique_ptr<CredentialSource> make_profile_source(const SourceParts& parts);

}  // namespace aws
