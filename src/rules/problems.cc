// SPDX-License-Identifier: Apache-2.0
#include "rules/problems.h"

#include <fmt/format.h>

#include <algorithm>

#include "rules/rules.h"

namespace rules {

void Problems::error(std::string_view id, std::size_t offset, std::string pointer, std::string_view message) {
  add(Problem::Severity::Error, id, offset, std::move(pointer), message);
}

void Problems::warning(std::string_view id, const Node& node, std::size_t offset, std::string_view message) {
  if (!is_silenced(id)) add(Problem::Severity::Warning, id, offset, node.pointer(), message);
}

void Problems::hint(std::string_view id, const Node& node, std::string_view message) {
  if (!is_silenced(id)) add(Problem::Severity::Hint, id, node.offset(), node.pointer(), message);
}

void Problems::silence(const Node& ids, std::vector<Silenced>& silenced) {
  for (const auto& node : ids.children()) silenced.push_back({node.string(), node});
}

bool Problems::is_silenced(std::string_view id) {
  bool found = false;
  for (auto* silenced : {&rule_, &file_}) {
    for (auto& one : *silenced) {
      if (one.id != id) continue;
      one.used = true;
      found = true;
    }
  }
  return found;
}

// What comes after an error was not looked at, and so nobody knows what is needless.
void Problems::review(std::vector<Silenced>& silenced) {
  for (const auto& one : silenced) {
    if (one.used || has_error()) continue;
    add(Problem::Severity::Hint, id::needless_silence, one.node.offset(), one.node.pointer(),
        fmt::format("`{}` silences nothing here: it can go", one.id));
  }
  silenced.clear();
}

bool Problems::is_full() const { return counts_[0] >= problems_max; }

void Problems::add(Problem::Severity severity, std::string_view id, std::size_t offset, std::string pointer,
                   std::string_view message) {
  if (++counts_[static_cast<std::size_t>(severity)] > problems_max) return;
  problems_.push_back(
      {.severity = severity, .id = id, .place = place(offset, std::move(pointer)), .message = one_line(message)});
}

Place Problems::place(std::size_t offset, std::string pointer) const {
  return {.position = source_.position(offset), .pointer = std::move(pointer), .excerpt = source_.excerpt(offset)};
}

std::vector<Problem> Problems::take() && {
  std::ranges::stable_sort(problems_, [](const Problem& a, const Problem& b) {
    const auto& [one, other] = std::pair(a.place.position, b.place.position);
    return std::pair(one.line, one.column) < std::pair(other.line, other.column);
  });
  return std::move(problems_);
}

std::string_view to_string(Problem::Severity severity) {
  switch (severity) {
    case Problem::Severity::Error: return "error";
    case Problem::Severity::Warning: return "warning";
    case Problem::Severity::Hint: return "hint";
  }
  return "?";
}

std::string to_string(const Problem& problem, std::string_view file) {
  const auto& place = problem.place;
  const auto pointer = place.pointer.empty() ? std::string() : one_line(place.pointer) + ": ";
  const auto id = problem.severity == Problem::Severity::Error ? std::string() : fmt::format(" [{}]", problem.id);
  return fmt::format("{}:{}:{}: {}: {}{}{}", file, place.position.line, place.position.column,
                     to_string(problem.severity), pointer, problem.message, id);
}

}  // namespace rules
