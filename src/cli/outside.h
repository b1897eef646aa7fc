// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <stop_token>
#include <string>

#include "aws/environment.h"
#include "aws/machine.h"
#include "base/clock.h"
#include "base/error.h"
#include "http/client.h"

namespace cli {

// What `out` is written on, and the others.
struct Terminal {
  int columns = 0;        // 0: no terminal, and lines may be of any length.
  bool colours = false;   // May be coloured.
  bool progress = false;  // `err` is a terminal: a line there may be overwritten while something takes long.
  bool input = false;     // `in` is a terminal, and so is `err`: a person can be asked.
};

// Everything that a command has from outside; `main` chooses it. Borrowed.
struct Outside {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  Terminal terminal{};
  const aws::Environment& environment;
  base::Clock& clock;
  // The files and programs that AWS's shared config is made of.
  aws::Machine machine;
  // Made only by commands that ask AWS. `ca_file`: whose certificates are believed, unless the environment names a file; may be
  // empty.
  std::function<base::Result<std::unique_ptr<http::Client>>(const std::string& ca_file)> make_client;
  std::function<std::string()> new_id;
  std::function<double()> random;
  // From this call on an interrupt (Ctrl-C) no longer ends the program but asks it to stop, by this token.
  std::function<std::stop_token()> take_interrupts;
};

}  // namespace cli
