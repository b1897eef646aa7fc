// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "aws/credentials.h"
#include "aws/machine.h"

// The container credential endpoint of ECS and EKS Pod Identity
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).
namespace aws {

struct ContainerSettings {
  http::Url url;
  std::string token_file;  // Its content is the Authorization header; read again at each request, since it is rotated.
  std::string token;       // The header itself, where no file is named. Empty: no header.
};

// From AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, else _FULL_URI, and AWS_CONTAINER_AUTHORIZATION_TOKEN[_FILE]; nullopt where
// neither URI is set. Without TLS only the addresses AWS uses and this machine itself are believed.
// Errors: Denied, naming the variable.
base::Result<std::optional<ContainerSettings>> read_container_settings(const Environment& environment);

// Asks at most three times, two seconds each. The rest is keep_credentials()'s. Borrows `client` and `clock`.
std::unique_ptr<CredentialSource> make_container_source(ContainerSettings settings, Machine machine,
                                                        http::Client& client, base::Clock& clock);

}  // namespace aws
