// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "sandbox/refusal.h"

namespace sandbox {

// `team/shop`: 2 to 256 characters of `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`, slashes between such parts.
bool is_repository_name(std::string_view name);
// `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`
bool is_image_tag(std::string_view tag);
// `sha256:` and 64 lower-case hex digits.
bool is_image_digest(std::string_view digest);

// `Invalid parameter at 'imageTag' failed to satisfy constraint: '…'`, as ECR words whatever its model forbids.
Refusal invalid_parameter(std::string_view name, std::string_view constraint);

}  // namespace sandbox
