// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/outside.h"
#include "cli/usage.h"

namespace cli {

// `caretaker completion SHELL`: what makes the shell complete our words: a script that asks `caretaker completion --words` at each
// tabulator. Returns 0, or 2 if there is none for that shell.
int completion(std::string_view shell, const Outside& outside);

// `caretaker completion --words -- WORD…`: the words typed so far, the last of which is completed. Prints what it may become, a
// line each, what it means behind a tabulator; `:files` or `:folders` asks the shell for those. Services are those of the
// `--rules` or `--facts` file among the words; nobody is asked for others while somebody types. Never an error.
void complete(std::span<const std::string> words, const std::vector<Command>& commands, const Outside& outside);

}  // namespace cli
