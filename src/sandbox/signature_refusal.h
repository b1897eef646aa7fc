// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sandbox/refusal.h"

namespace sandbox {

// What can be wrong with a signature.
enum class SignatureFault {
  Missing,
  Incomplete,
  UnknownKey,
  WrongToken,
  WrongScope,
  Skewed,
  Expired,
  BodyMismatch,
  Mismatch,
};

// The fault as the front ends of that protocol's services report it.
Refusal signature_refusal(SignatureFault fault, Protocol protocol, std::string message);

}  // namespace sandbox
