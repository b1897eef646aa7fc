// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/outside.h"

namespace cli {

// What a command can be told, as data: for help, for what is said of a mistyped word, and for completion.
struct Argument {
  std::vector<std::string> names;  // `-n`, `--dry-run`; none: it has its place, as FILE.
  std::string takes;               // `FILE`, `[SERVICE...]`; empty: it is a flag.
  std::string description;
};
struct Command {
  std::string name;
  std::string description;
  std::vector<Argument> arguments;
  std::string footer;
};

// The commands that `group` consists of, as `rules push` of `rules`; those that are no part of any for an empty one.
std::vector<Command> parts_of(std::string_view group, const std::vector<Command>& commands);

// What `caretaker COMMAND --help` prints, wrapped to the terminal.
std::string help(const Command& command, const Terminal& terminal);
// What `caretaker --help` prints, or that of a command that consists of others.
std::string help(const Command& program, const std::vector<Command>& commands, const Terminal& terminal);

// Sentences about a word that was not expected: with what was probably meant, or where it is said what there is.
std::string unknown_command(std::string_view word, const std::vector<Command>& commands);
std::string unexpected(std::string_view word, const Command& command);

}  // namespace cli
