// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.h"

// The only place that sees CLI11, which takes long to compile.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "cli/check.h"
#include "cli/semver.h"
#include "rules/suggest.h"

namespace cli {
namespace {

constexpr auto description =
    "Keeps container services on the newest version their owner allows.\n"
    "Started by AWS Lambda (AWS_LAMBDA_RUNTIME_API is set) it is the function; else it is this command line.";

constexpr auto footer =
    "Exit codes: 0 fine, 1 the answer is no (problems found, nothing satisfies), 2 wrong usage or an unreadable file.\n"
    "Try it without an AWS account: caretaker-sandbox --help";

void add_check(CLI::App& command, CheckQuestion& question) {
  command.add_option("FILE", question.files, "Rules files; - reads standard input");
  auto* json = command.add_flag_callback(
      "--json", [&question] { question.format = CheckQuestion::Format::Json; }, "For programs; see docs/check.md");
  command
      .add_flag_callback(
          "--sarif", [&question] { question.format = CheckQuestion::Format::Sarif; },
          "SARIF 2.1.0, which code hosts show beside the lines of a change")
      ->excludes(json);
  command.add_flag("--strict", question.strict, "Warnings are as bad as errors");
  command.add_flag("--schema", question.schema, "Print the JSON Schema of rules files, and check nothing");
  command.footer("Exit codes: 0 no errors, 1 errors (with --strict: or warnings), 2 a file could not be read.");
}

// A sentence about a first argument that should be a command but is none; empty if there is nothing to say.
std::string unknown_command(const CLI::App& app, const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front().starts_with('-')) return {};
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  const auto& asked = arguments.front();
  if (std::ranges::find(names, asked) != names.end()) return {};
  const std::vector<std::string_view> known(names.begin(), names.end());
  const auto near = rules::suggest(asked, known);
  return "caretaker: there is no command `" + asked + "`" +
         (near ? "; did you mean `" + std::string(*near) + "`?" : "");
}

}  // namespace

int run(std::vector<std::string> arguments, std::istream& in, std::ostream& out, std::ostream& err) {
  CLI::App app(description, "caretaker");
  app.footer(footer);
  app.set_version_flag("--version", "caretaker " CARETAKER_VERSION);
  app.require_subcommand(1);
  int code = 0;

  CheckQuestion check_question;
  auto* check_command = app.add_subcommand("check", "Check rules files before they are uploaded, and try their tests");
  add_check(*check_command, check_question);
  check_command->callback([&] {
    if (check_question.files.empty() && !check_question.schema) throw CLI::RequiredError("FILE");
    code = check(check_question, in, out, err);
  });

  SemverQuestion question;
  auto* semver_command =
      app.add_subcommand("semver", "Print the versions that satisfy the ranges, in order, as npm's semver does");
  semver_command->add_option("VERSION", question.versions, "Versions to sort and filter")->required();
  semver_command->add_option("-r,--range", question.ranges, "Only versions that satisfy this range; may be repeated")
      ->allow_extra_args(false);
  semver_command->add_flag("-p,--include-prerelease", question.include_prerelease,
                           "Prereleases are versions like any other");
  semver_command->add_flag("-l,--loose", question.loose, "Accept versions and ranges as people write them");
  semver_command->callback([&] { code = semver(question, out, err); });

  if (const auto unknown = unknown_command(app, arguments); !unknown.empty()) {
    err << unknown << "\nRun with --help for more information.\n";
    return 2;
  }
  try {
    std::ranges::reverse(arguments);  // CLI11 takes them from the back.
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& thrown) {
    // Help and version are "errors" of code 0 to CLI11.
    return app.exit(thrown, out, err) == 0 ? 0 : 2;
  }
  return code;
}

}  // namespace cli
