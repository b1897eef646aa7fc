// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/outside.h"
#include "rules/rules.h"

namespace cli {

struct CheckQuestion {
  enum class Format {
    Text,   // As compilers print: `rules.json:3:17: error: …`, the line, a caret; a line a file sums up.
    Json,   // docs/check.md
    Sarif,  // SARIF 2.1.0, for code hosts.
  };
  std::vector<std::string> files;  // `-` is `in`.
  Format format = Format::Text;
  bool strict = false;  // Warnings are as bad as errors.
  bool schema = false;  // Print the rules file's JSON Schema, and nothing else.
};

// What was found in one file.
struct CheckedFile {
  std::string name;
  std::string unreadable;  // Why it could not be read; empty: it was.
  std::string text;
  std::size_t rules = 0;
  std::size_t tests = 0;
  std::vector<rules::Problem> problems;

  std::size_t count(rules::Problem::Severity severity) const;
};

// The same for a text that was read already; `name` is how it is called.
CheckedFile check_text(std::string name, std::string text);
// As Text.
void print(const CheckedFile& file, const Outside& outside);

// `caretaker check FILE…`: finds in each file of rules what would be refused, before it is uploaded, and tries the rules' own
// tests. All goes to `out`, but in Text what kept a file from being read goes to `err`. Returns 0 (no errors; there may be
// warnings), 1 (errors, or with `strict` warnings) or 2 (a file could not be read).
int check(const CheckQuestion& question, const Outside& outside);

// The other two formats, with a line break at the end.
std::string to_json(const std::vector<CheckedFile>& files);
std::string to_sarif(const std::vector<CheckedFile>& files);

}  // namespace cli
