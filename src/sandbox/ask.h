// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "http/client.h"

namespace sandbox {

// What the sandbox on that port of this machine answers to `GET /_sandbox/…`; nullopt: nobody is there, or somebody else.
std::optional<std::string> ask_sandbox(http::Client& client, std::uint16_t port, std::string target,
                                       base::Instant deadline);

}  // namespace sandbox
