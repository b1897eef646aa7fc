// SPDX-License-Identifier: Apache-2.0
#include "cli/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ostream>

#include "base/error.h"
#include "cli/failure.h"
#include "cli/file.h"
#include "cli/rule_tests.h"
#include "cli/text.h"
#include "rules/schema.h"

namespace cli {
namespace {

using Severity = rules::Problem::Severity;

CheckedFile check_file(const std::string& file, std::istream& in) {
  CheckedFile checked{.name = file == "-" ? "standard input" : file, .unreadable = {}, .text = {}, .problems = {}};
  auto text = read_file(file, in);
  if (!text) {
    // Without the name before it, which formats put where they want it.
    const auto before = checked.name + ": ";
    const auto& message = text.error().message;
    checked.unreadable = message.substr(message.starts_with(before) ? before.size() : 0);
    return checked;
  }
  return check_text(std::move(checked.name), std::move(*text));
}

// `rules.json: 2 rules, 3 tests, no problems`
std::string summary(const CheckedFile& file) {
  std::vector<std::string> parts;
  if (file.rules > 0 || file.count(Severity::Error) == 0) parts.push_back(counted(file.rules, "rule"));
  if (file.tests > 0) parts.push_back(counted(file.tests, "test"));
  for (const auto severity : {Severity::Error, Severity::Warning, Severity::Hint}) {
    const auto count = file.count(severity);
    if (count > 0) parts.push_back(counted(count, to_string(severity)));
  }
  if (file.problems.empty()) parts.emplace_back("no problems");
  auto line = file.name + ": ";
  for (const auto& part : parts) line += (&part == parts.data() ? "" : ", ") + part;
  return line;
}

Colour colour_of(Severity severity) {
  switch (severity) {
    case Severity::Error: return Colour::Red;
    case Severity::Warning: return Colour::Yellow;
    case Severity::Hint: return Colour::Cyan;
  }
  return Colour::Plain;
}

// As compilers print: the place, what is wrong, the line and a caret below the spot. Lines are not wrapped, so that editors find
// the place and the caret its spot.
void print(const rules::Problem& problem, std::string_view file, const Outside& outside) {
  const auto line = to_string(problem, file);
  const auto word = fmt::format(": {}: ", to_string(problem.severity));
  const auto at = line.find(word);
  const auto& terminal = outside.terminal;
  outside.out << paint(terminal, Colour::Bold, line.substr(0, at + 2))
              << paint(terminal, colour_of(problem.severity), word.substr(2, word.size() - 4))
              << line.substr(at + word.size() - 2) << '\n';
  const auto& excerpt = problem.place.excerpt;
  if (excerpt.empty()) return;
  outside.out << excerpt.substr(0, excerpt.size() - 1) << paint(terminal, Colour::Green, "^") << '\n';
}

int code_of(const std::vector<CheckedFile>& files, bool strict) {
  int code = 0;
  for (const auto& file : files) {
    const auto bad = file.count(Severity::Error) + (strict ? file.count(Severity::Warning) : 0);
    code = std::max(code, file.unreadable.empty() ? (bad > 0 ? 1 : 0) : not_asked);
  }
  return code;
}

}  // namespace

std::size_t CheckedFile::count(Severity severity) const {
  return static_cast<std::size_t>(std::ranges::count(problems, severity, &rules::Problem::severity));
}

CheckedFile check_text(std::string name, std::string text) {
  CheckedFile checked{.name = std::move(name), .unreadable = {}, .text = std::move(text), .problems = {}};
  auto parsed = rules::parse_rules(checked.text);
  checked.problems = std::move(parsed.problems);
  if (!parsed.rules) return checked;
  checked.rules = parsed.rules->rules.size();
  for (const auto& rule : parsed.rules->rules) checked.tests += rule.tests.size();
  const auto failed = failed_tests(*parsed.rules);
  checked.problems.insert(checked.problems.end(), failed.begin(), failed.end());
  std::ranges::stable_sort(checked.problems, {}, [](const rules::Problem& problem) {
    return std::pair(problem.place.position.line, problem.place.position.column);
  });
  return checked;
}

void print(const CheckedFile& file, const Outside& outside) {
  if (!file.unreadable.empty()) {
    const auto error = base::fail(base::ErrorKind::NotFound, file.unreadable).error();
    refuse(outside.err, "check", file.name.empty() ? error : error.in(file.name));
    return;
  }
  for (const auto& problem : file.problems) print(problem, file.name, outside);
  const auto worst = file.problems.empty()
                         ? Colour::Green
                         : colour_of(std::ranges::min_element(file.problems, {}, &rules::Problem::severity)->severity);
  outside.out << paint(outside.terminal, worst, summary(file)) << '\n';
}

int check(const CheckQuestion& question, const Outside& outside) {
  if (question.schema) {
    outside.out << rules::schema();
    return 0;
  }
  std::vector<CheckedFile> files;
  files.reserve(question.files.size());
  for (const auto& name : question.files) files.push_back(check_file(name, outside.in));
  switch (question.format) {
    case CheckQuestion::Format::Text:
      for (const auto& file : files) print(file, outside);
      break;
    case CheckQuestion::Format::Json: outside.out << to_json(files); break;
    case CheckQuestion::Format::Sarif: outside.out << to_sarif(files); break;
  }
  return code_of(files, question.strict);
}

}  // namespace cli
