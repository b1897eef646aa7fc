// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "aws/credential_chain.h"

// IAM Identity Center (https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html).
namespace aws {

// A role of an account, for the person who logged in with `aws sso login`, by the token that the command left in
// HOME/.aws/sso/cache. The profile has `sso_account_id` and `sso_role_name`, and `sso_session` with a section of that name, or itself
// `sso_start_url` and `sso_region`. The token is never renewed here: that is `aws sso login`'s.
// Errors, of get(): Denied, naming what the profile lacks, or that one has to log in.
std::unique_ptr<CredentialSource> make_sso_source(const SourceParts& parts, const std::string& profile,
                                                  const Section& section);

}  // namespace aws
