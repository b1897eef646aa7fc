// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "aws/operation.h"
#include "base/error.h"

namespace aws {

// What may make a refused call succeed.
enum class Cure {
  None,
  BackOff,           // Wait, then send it again.
  RenewCredentials,  // Ask the source for new ones, then once more.
  CorrectClock,      // Sign with AWS's time, then once more.
  ChangeRegion,      // S3: sign for the bucket's own region, then once more.
};

struct Verdict {
  base::ErrorKind kind;
  Cure cure = Cure::None;
  // AWS only suspects the clock: correct it if it is far off.
  bool clock_suspected = false;
  bool operator==(const Verdict&) const = default;
};

// Sorts a refusal by its code, else by its status. Only what certainly had no effect, or may be repeated, gets a cure.
// The tables are those of the SDKs' standard retry mode and of the services' own documentation.
Verdict classify(const Operation& operation, int status, std::string_view code);

}  // namespace aws
