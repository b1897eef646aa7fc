// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "aws/machine.h"
#include "aws/shared_config.h"

// All sources of credentials that the AWS SDKs have
// (https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html).
namespace aws {

// What sources need. Borrowed, and used as long as the source lives.
struct SourceParts {
  const Environment& environment;
  const SharedConfig& config;
  Machine machine;
  http::Client& client;
  base::Clock& clock;
  const EndpointSettings& endpoints;
  std::function<double()> random;  // [0, 1), for the jitter.
  std::string region;              // Whose STS is asked by default; may be empty.
};

// The first source that is configured, which is then the only one: a broken one is an error, never a reason to look further. So it
// is with the SDK for Go, whose order this is:
//
//   1. the environment's keys
//   2. the environment's web identity: AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN
//   3. the profile in use (profile_credentials.h)
//   4. the container endpoint
//   5. the metadata service of EC2, unless it is disabled
//
// Others differ where several are set: the SDK for JavaScript passes over the environment's keys if AWS_PROFILE is set, and asks the
// profile before the web identity; botocore asks a profile's `role_arn` before the web identity, and the rest of it after.
std::unique_ptr<CredentialSource> make_credential_chain(const SourceParts& parts);

}  // namespace aws
