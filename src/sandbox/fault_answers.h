// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "http/message.h"
#include "sandbox/faults.h"
#include "sandbox/refusal.h"

namespace sandbox {

// The refusal by which a fault answers instead of the service, as that service words it; nullopt if it answers otherwise.
std::optional<Refusal> fault_refusal(const Fault& fault, Protocol protocol, std::string_view service);

// What a load balancer sends when there is nobody behind it: 503 with HTML.
http::Response proxy_page();

// Spoils an answer's body, if that is what the fault does. True if the answer must not come at all.
bool spoil(const Fault& fault, http::Response& response);

}  // namespace sandbox
