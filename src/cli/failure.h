// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "base/error.h"

namespace cli {

// The one place where commands word what kept them from doing what they were asked, in one style: what is wrong, where, why, and
// what to do about it, in one line.

// What a command returns that could not be carried out, and one that was broken off: as shells have it for SIGINT.
inline constexpr int not_asked = 2;
inline constexpr int was_interrupted = 130;

// The error's message, and what to do where its kind or AWS's code tells; messages of our own say it themselves. Has no control
// characters.
std::string in_words(const base::Error& error);

// Writes `caretaker plan: WHAT; WHAT TO DO` and returns not_asked. An empty `command` is the program as a whole.
int refuse(std::ostream& err, std::string_view command, const base::Error& error);

}  // namespace cli
