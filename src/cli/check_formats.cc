// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include <algorithm>
#include <string>

#include "cli/check.h"
#include "rules/problem_ids.h"

namespace cli {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using Severity = rules::Problem::Severity;

// A list of one pair in braces is taken for that pair.
template <class T>
object one(std::string_view key, const T& member) {
  object made;
  made.emplace(key, boost::json::value_from(member));
  return made;
}

object to_value(const rules::Problem& problem) {
  return {{"severity", to_string(problem.severity)}, {"id", problem.id},
          {"line", problem.place.position.line},     {"column", problem.place.position.column},
          {"pointer", problem.place.pointer},        {"message", problem.message},
          {"excerpt", problem.place.excerpt}};
}

object to_value(const CheckedFile& file) {
  if (!file.unreadable.empty()) return {{"file", file.name}, {"valid", false}, {"unreadable", file.unreadable}};
  array problems;
  for (const auto& problem : file.problems) problems.emplace_back(to_value(problem));
  return {{"file", file.name},
          {"valid", file.count(Severity::Error) == 0},
          {"rules", file.rules},
          {"tests", file.tests},
          {"problems", std::move(problems)}};
}

std::string_view level_of(Severity severity) {
  switch (severity) {
    case Severity::Error: return "error";
    case Severity::Warning: return "warning";
    case Severity::Hint: return "note";
  }
  return "none";
}

// SARIF counts characters, and a Position bytes.
std::size_t character_column(std::string_view text, base::Position position) {
  std::size_t begin = 0;
  for (std::size_t line = 1; line < position.line; ++line) begin = text.find('\n', begin) + 1;
  const auto before = text.substr(begin, position.column - 1);
  return 1 + static_cast<std::size_t>(std::ranges::count_if(
                 before, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// A relative reference (RFC 3986 section 4.2), with `./` where a colon would make a scheme of it.
std::string uri_of(std::string_view path) {
  constexpr std::string_view unreserved = "-._~/";
  std::string uri;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || unreserved.contains(c);
    constexpr std::string_view hex = "0123456789ABCDEF";
    uri += plain ? std::string(1, c) : std::string{'%', hex[byte >> 4U], hex[byte & 15U]};
  }
  return path.starts_with('/') ? "file://" + uri : uri;
}

object to_result(const rules::Problem& problem, const CheckedFile& file) {
  const object region{{"startLine", problem.place.position.line},
                      {"startColumn", character_column(file.text, problem.place.position)}};
  auto location =
      one("physicalLocation", object{{"artifactLocation", one("uri", uri_of(file.name))}, {"region", region}});
  if (!problem.place.pointer.empty()) {
    location["logicalLocations"] = array{one("fullyQualifiedName", problem.place.pointer)};
  }
  return {{"ruleId", problem.id},
          {"level", level_of(problem.severity)},
          {"message", one("text", problem.message)},
          {"locations", array{location}}};
}

object to_notification(const CheckedFile& file) {
  auto notification = one("message", one("text", file.name + ": " + file.unreadable));
  notification["level"] = "error";
  return notification;
}

}  // namespace

std::string to_json(const std::vector<CheckedFile>& files) {
  array values;
  for (const auto& file : files) values.emplace_back(to_value(file));
  return boost::json::serialize(one("files", values)) + '\n';
}

std::string to_sarif(const std::vector<CheckedFile>& files) {
  array kinds;
  for (const auto& kind : rules::problem_kinds) {
    kinds.emplace_back(object{{"id", kind.id},
                              {"shortDescription", one("text", kind.text)},
                              {"defaultConfiguration", one("level", level_of(kind.severity))}});
  }
  array results;
  array notifications;
  for (const auto& file : files) {
    if (!file.unreadable.empty()) notifications.emplace_back(to_notification(file));
    for (const auto& problem : file.problems) results.emplace_back(to_result(problem, file));
  }
  const object driver{{"name", "caretaker"}, {"version", CARETAKER_VERSION}, {"rules", std::move(kinds)}};
  const bool successful = notifications.empty();
  const object invocation{{"executionSuccessful", successful},
                          {"toolExecutionNotifications", std::move(notifications)}};
  const object run{{"tool", one("driver", value(driver))},
                   {"columnKind", "unicodeCodePoints"},
                   {"invocations", array{invocation}},
                   {"results", std::move(results)}};
  return boost::json::serialize(object{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                                       {"version", "2.1.0"},
                                       {"runs", array{run}}}) +
         '\n';
}

}  // namespace cli
