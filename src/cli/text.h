// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/outside.h"

namespace cli {

// As a table of ANSI colours has them; Plain is none.
enum class Colour { Plain, Red, Green, Yellow, Cyan, Dim, Bold };

// The text in that colour where the terminal may be coloured.
std::string paint(const Terminal& terminal, Colour colour, std::string_view text);

// How many columns a text takes: its code points without paint()'s. Tags, names and our sentences have no wide ones.
std::size_t width_of(std::string_view text);

// `text`, and blanks up to that width.
std::string padded(std::string_view text, std::size_t width);

// Breaks a text at blanks into lines of at most `width` columns; a word that is longer stands in a line of its own, cut where the
// line ends. A width of 0 means any length.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

// The text wrapped to the terminal, each line behind `first` or, from the second on, as many blanks; ends with a line break.
std::string paragraph(const Terminal& terminal, std::string_view first, std::string_view text);

// `1 rule`, `2 rules`.
std::string counted(std::size_t count, std::string_view noun);

// `text` without control characters, which would move the cursor: names and messages come from outside.
std::string printable(std::string_view text);

}  // namespace cli
