// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "aws/credentials.h"
#include "aws/shared_config.h"

// The metadata service of an EC2 instance, version 2, which answers only who fetched a token before
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html). Version 1, which some SDKs fall back to
// and others (Rust, Kotlin, Swift) never knew, can be tricked into answering a stranger and is not asked.
namespace aws {

// Where it is: AWS_EC2_METADATA_SERVICE_ENDPOINT or the profile's ec2_metadata_service_endpoint, else by
// ..._ENDPOINT_MODE (IPv4, IPv6). nullopt if AWS_EC2_METADATA_DISABLED says `true`.
// Errors: Invalid, naming the variable or the setting.
base::Result<std::optional<http::Url>> read_imds_endpoint(const Environment& environment, const SharedConfig& config);

// Credentials of the instance's role. Each request has a second; where nothing ever answered, one is all that is
// tried, so that a laptop is not kept waiting, and the error is Denied. Borrows `client` and `clock`.
std::unique_ptr<CredentialSource> make_imds_source(http::Url endpoint, http::Client& client, base::Clock& clock);

// The instance's region. Errors: Denied (nothing there, or it refused), Transient.
base::Result<std::string> ask_imds_region(const http::Url& endpoint, http::Client& client, base::Clock& clock,
                                          base::Instant deadline);

}  // namespace aws
