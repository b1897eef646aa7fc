// SPDX-License-Identifier: Apache-2.0
#include "rules/problems.h"

#include <fmt/format.h>

#include <algorithm>

namespace rules {

void Problems::error(std::size_t offset, std::string pointer, std::string message) {
  add({.severity = Problem::Severity::Error,
       .position = {},
       .pointer = std::move(pointer),
       .message = std::move(message),
       .excerpt = {}},
      offset, errors_);
}

void Problems::warning(std::size_t offset, std::string pointer, std::string message) {
  add({.severity = Problem::Severity::Warning,
       .position = {},
       .pointer = std::move(pointer),
       .message = std::move(message),
       .excerpt = {}},
      offset, warnings_);
}

void Problems::add(Problem problem, std::size_t offset, std::size_t& count) {
  if (++count > problems_max) return;
  problem.position = source_.position(offset);
  problem.excerpt = source_.excerpt(offset);
  problems_.push_back(std::move(problem));
}

std::vector<Problem> Problems::take() && {
  std::ranges::stable_sort(problems_, [](const Problem& a, const Problem& b) {
    return std::pair(a.position.line, a.position.column) < std::pair(b.position.line, b.position.column);
  });
  return std::move(problems_);
}

std::string to_string(const Problem& problem, std::string_view file) {
  const auto severity = problem.severity == Problem::Severity::Error ? "error" : "warning";
  const auto pointer = problem.pointer.empty() ? std::string() : problem.pointer + ": ";
  return fmt::format("{}:{}:{}: {}: {}{}", file, problem.position.line, problem.position.column, severity, pointer,
                     problem.message);
}

}  // namespace rules
