// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sandbox {

// Digests as raw bytes.
std::string sha256(std::string_view data);
std::string hmac_sha256(std::string_view key, std::string_view data);
std::string md5(std::string_view data);

// Lower-case hex.
std::string to_hex(std::string_view bytes);
std::string sha256_hex(std::string_view data);
std::string md5_hex(std::string_view data);

// Standard base64 with padding (RFC 4648 section 4).
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

}  // namespace sandbox
