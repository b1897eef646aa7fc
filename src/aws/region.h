// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/shared_config.h"
#include "http/client.h"

namespace aws {

// AWS_REGION, else AWS_DEFAULT_REGION, which botocore knows instead, else the profile's `region`; empty where none is set.
// Errors: Invalid (no region can have that name), naming its place.
base::Result<std::string> configured_region(const Environment& environment, const SharedConfig& config);

// The same, else the region that the metadata service of EC2 tells of, as the SDKs for Java and .NET do.
// Errors: Invalid, also where nobody knows.
base::Result<std::string> find_region(const Environment& environment, const SharedConfig& config, http::Client& client,
                                      base::Clock& clock, base::Instant deadline);

}  // namespace aws
