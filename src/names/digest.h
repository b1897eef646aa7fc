// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace names {

// Whether `text` is a digest as the OCI image specification writes it (descriptor.md, "Digests"): `sha256:` and 64
// lower-case hex digits, or another algorithm in the same form. Digests are kept as that text.
bool is_digest(std::string_view text);

}  // namespace names
