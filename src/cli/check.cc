// SPDX-License-Identifier: Apache-2.0
#include "cli/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <ostream>
#include <sstream>

#include "base/error.h"
#include "rules/rules.h"

namespace cli {
namespace {

using Severity = rules::Problem::Severity;

base::Result<std::string> read_all(std::istream& in) {
  std::ostringstream text;
  text << in.rdbuf();
  if (in.bad()) return base::fail(base::ErrorKind::Invalid, "could not be read");
  return std::move(text).str();
}

base::Result<std::string> read_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  // A folder can be opened, but not read.
  if (!file || (file.peek() == std::ifstream::traits_type::eof() && file.bad())) {
    return base::fail(base::ErrorKind::NotFound, errno != 0 ? std::strerror(errno) : "could not be opened");
  }
  file.clear();
  return read_all(file);
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::size_t count_of(const std::vector<rules::Problem>& problems, Severity severity) {
  return static_cast<std::size_t>(std::ranges::count(problems, severity, &rules::Problem::severity));
}

// `rules.json: 2 rules, no problems`
std::string summary(const std::string& name, const rules::Checked& checked) {
  const auto errors = count_of(checked.problems, Severity::Error);
  const auto warnings = count_of(checked.problems, Severity::Warning);
  auto line = name + ": ";
  if (checked.rules) line += counted(checked.rules->rules.size(), "rule") + ", ";
  if (errors > 0) line += counted(errors, "error");
  if (errors > 0 && warnings > 0) line += ", ";
  if (warnings > 0) line += counted(warnings, "warning");
  return errors + warnings > 0 ? line : line + "no problems";
}

// Whether it is free of errors.
bool check_text(const std::string& name, std::string text, std::ostream& out) {
  const auto checked = rules::parse_rules(std::move(text));
  for (const auto& problem : checked.problems) {
    out << to_string(problem, name) << '\n';
    if (!problem.place.excerpt.empty()) out << problem.place.excerpt << '\n';
  }
  out << summary(name, checked) << '\n';
  return checked.rules.has_value();
}

}  // namespace

int check(std::span<const std::string> files, std::istream& in, std::ostream& out, std::ostream& err) {
  int code = 0;
  for (const auto& file : files) {
    const auto name = file == "-" ? std::string("standard input") : file;
    auto text = file == "-" ? read_all(in) : read_file(file);
    if (!text) {
      err << "caretaker check: " << name << ": " << text.error().message << '\n';
      code = 2;
    } else if (!check_text(name, std::move(*text), out)) {
      code = std::max(code, 1);
    }
  }
  return code;
}

}  // namespace cli
