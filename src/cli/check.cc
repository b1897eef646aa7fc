// SPDX-License-Identifier: Apache-2.0
#include "cli/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ostream>

#include "base/error.h"
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
    checked.unreadable = text.error().message.substr(checked.name.size() + 2);
    return checked;
  }
  checked.text = std::move(*text);
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

// Colours one file's problems for people.
class Printer {
 public:
  Printer(std::ostream& out, bool colours) : out_(out), colours_(colours) {}

  void print(const CheckedFile& file) {
    for (const auto& problem : file.problems) print(problem, file.name);
    const auto worst = file.problems.empty() ? "32" : colour(worst_of(file));
    out_ << painted(worst, summary(file)) << '\n';
  }

 private:
  static Severity worst_of(const CheckedFile& file) {
    return std::ranges::min_element(file.problems, {}, &rules::Problem::severity)->severity;
  }

  static std::string_view colour(Severity severity) {
    switch (severity) {
      case Severity::Error: return "1;31";
      case Severity::Warning: return "1;33";
      case Severity::Hint: return "1;36";
    }
    return "0";
  }

  void print(const rules::Problem& problem, std::string_view file) {
    const auto line = to_string(problem, file);
    const auto word = fmt::format(": {}: ", to_string(problem.severity));
    const auto at = line.find(word);
    out_ << painted("1", line.substr(0, at + 2)) << painted(colour(problem.severity), word.substr(2, word.size() - 4))
         << line.substr(at + word.size() - 2) << '\n';
    const auto& excerpt = problem.place.excerpt;
    if (excerpt.empty()) return;
    out_ << excerpt.substr(0, excerpt.size() - 1) << painted("1;32", "^") << '\n';
  }

  std::string painted(std::string_view colour, std::string_view text) const {
    return colours_ ? fmt::format("\x1b[{}m{}\x1b[0m", colour, text) : std::string(text);
  }

  std::ostream& out_;
  bool colours_;
};

int code_of(const std::vector<CheckedFile>& files, bool strict) {
  int code = 0;
  for (const auto& file : files) {
    const auto bad = file.count(Severity::Error) + (strict ? file.count(Severity::Warning) : 0);
    code = std::max(code, file.unreadable.empty() ? (bad > 0 ? 1 : 0) : 2);
  }
  return code;
}

}  // namespace

std::size_t CheckedFile::count(Severity severity) const {
  return static_cast<std::size_t>(std::ranges::count(problems, severity, &rules::Problem::severity));
}

int check(const CheckQuestion& question, std::istream& in, std::ostream& out, std::ostream& err) {
  if (question.schema) {
    out << rules::schema();
    return 0;
  }
  std::vector<CheckedFile> files;
  files.reserve(question.files.size());
  for (const auto& name : question.files) files.push_back(check_file(name, in));
  switch (question.format) {
    case CheckQuestion::Format::Text:
      for (const auto& file : files) {
        if (file.unreadable.empty()) {
          Printer(out, question.colours).print(file);
        } else {
          err << "caretaker check: " << file.name << ": " << file.unreadable << '\n';
        }
      }
      break;
    case CheckQuestion::Format::Json: out << to_json(files); break;
    case CheckQuestion::Format::Sarif: out << to_sarif(files); break;
  }
  return code_of(files, question.strict);
}

}  // namespace cli
