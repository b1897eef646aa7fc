// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/outside.h"

namespace cli {

struct DoctorQuestion {
  bool json = false;
};

// `caretaker doctor`: looks at everything that Caretaker works with in the account, and says what is wrong, where, and what would
// mend it; docs/doctor.md lists all. It changes nothing. Returns 0 (no errors and no warnings), 1 (there are some), 2 (it could
// not be asked).
int doctor(const DoctorQuestion& question, const Outside& outside);

}  // namespace cli
