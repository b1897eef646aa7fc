// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "aws/credential_chain.h"
#include "aws/sts.h"

// Roles taken on by STS (https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html).
namespace aws {

// The region whose STS is asked on behalf of a profile: its own, else the caller's, else us-east-1.
std::string sts_region(const SourceParts& parts, const Section& profile);

// The session's name where none is given: `caretaker-` and the time, so that CloudTrail tells who it was.
std::string new_session_name(base::Clock& clock);

// A role taken on with the credentials of `base`. `where` begins the errors.
std::unique_ptr<CredentialSource> make_role_source(const SourceParts& parts, std::string where, std::string region,
                                                   sts::Role role, std::unique_ptr<CredentialSource> base);

// A role taken on with an OpenID Connect token, as EKS and CI services hand it out: the content of `token_file`, read again for each
// renewal, since it is rotated.
std::unique_ptr<CredentialSource> make_web_identity_source(const SourceParts& parts, std::string where,
                                                           std::string region, sts::Role role, std::string token_file);

}  // namespace aws
