// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace aws {

// What the shared config may ask of the machine besides its environment; `main` chooses it.
struct Machine {
  // The file's text. Errors: NotFound (there is none), Invalid (it can't be read, or is larger than 1 MiB), naming the file.
  std::function<base::Result<std::string>(const std::string& path)> read_file;
  // Runs a program, found by PATH unless its name holds a slash, without a shell, and returns its standard output. It reads
  // nothing; what it says on standard error, or asks on the terminal, the user sees.
  // Errors: Denied (it can't be started, fails, or prints more than 64 KiB), Transient (not done at `deadline`; it is ended
  // then). They name the program but neither its arguments nor its output, which may be secrets.
  std::function<base::Result<std::string>(const std::vector<std::string>& command, base::Instant deadline)> run;
};

// The real one. Borrows `clock`.
Machine this_machine(base::Clock& clock);

}  // namespace aws
