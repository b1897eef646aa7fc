// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.h"

// The only place that sees CLI11, which takes long to compile.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "cli/check.h"
#include "cli/explain.h"
#include "cli/plan.h"
#include "cli/reconcile.h"
#include "cli/replay.h"
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

// What every command that looks at services can be told.
void add_question(CLI::App& command, Question& question) {
  command.add_option("--rules", question.rules_file, "Rules file; else the S3 object of CONFIG_BUCKET and CONFIG_FILE")
      ->option_text("FILE");
}

void add_services(CLI::App& command, Question& question) {
  command.add_option("SERVICE", question.services, "Names, ARNs or unique beginnings of them; all if none is given");
}

void add_facts(CLI::App& command, Question& question) {
  auto* facts = command.add_option("--facts", question.facts_file, "Answer from these facts and ask nobody");
  facts->option_text("FILE");
  command.add_option("--save-facts", question.save_facts_file, "Save all that was gathered, for --facts")
      ->option_text("FILE")
      ->excludes(facts);
}

void add_plan(CLI::App& app, PlanQuestion& question) {
  auto& command =
      *app.add_subcommand("plan", "Show what each service runs, what it should run, and what would be done");
  add_services(command, question.about);
  add_question(command, question.about);
  add_facts(command, question.about);
  command.add_flag("--json", question.json, "For machines; see docs/commands.md");
  command.footer("Exit codes: 0 nothing would change, 1 something would, 2 it could not be asked.");
}

void add_explain(CLI::App& app, ExplainQuestion& question) {
  auto& command = *app.add_subcommand("explain", "Say of each tag why it may or may not be deployed");
  command
      .add_option("SERVICE-AND-TAGS", question.words, "A service, then tags; all of its repository's if none is given")
      ->option_text("SERVICE [TAG...]");
  add_question(command, question.about);
  add_facts(command, question.about);
  command
      .add_option("--range", question.range, "Explain this range and what it says of the tags; no service is looked at")
      ->option_text("RANGE");
  command.add_flag("-p,--include-prerelease", question.include_prerelease,
                   "With --range: prereleases are versions like any other");
  command.add_flag("--all", question.all, "Every tag, however many there are");
  command.add_flag("--json", question.json, "For machines; see docs/commands.md");
  command.footer("Exit codes: 0 fine, 1 a tag that was named may not be deployed, 2 it could not be asked.");
}

void add_reconcile(CLI::App& app, ReconcileQuestion& question) {
  auto& command = *app.add_subcommand("reconcile", "Look at services now, and act, as a push would have it done");
  add_services(command, question.about);
  add_question(command, question.about);
  command.add_flag("-n,--dry-run", question.dry_run, "The same, up to where something would be written or called");
  command.add_flag("-w,--wait", question.wait, "Follow each operation to its end");
  command
      .add_option_function<std::string>(
          "--timeout",
          [&question](const std::string& text) {
            const auto timeout = rules::parse_duration(text);
            if (!timeout) throw CLI::ValidationError("--timeout", timeout.error());
            question.timeout = *timeout;
          },
          "With --wait: how long for each service (30m)")
      ->option_text("DURATION");
  command.footer(
      "Exit codes: 0 done or nothing to do, 1 not done (busy, failed, not in time; with --dry-run: something would be "
      "done), 2 it could not be asked.");
}

void add_replay(CLI::App& app, ReplayQuestion& question) {
  auto& command = *app.add_subcommand("replay", "Say what would become of events, one after the other");
  command
      .add_option("FILE", question.file,
                  "Events: of EventBridge, SQS, CloudTrail, as JSON or JSON lines; - reads standard input")
      ->required();
  add_question(command, question.about);
  add_facts(command, question.about);
  command.add_flag("--json", question.json, "For machines; see docs/commands.md");
  command.footer("Exit codes: 0 nothing would be deployed, 1 something would, 2 it could not be asked.");
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

int run(std::vector<std::string> arguments, const Outside& outside) {
  auto& out = outside.out;
  auto& err = outside.err;
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
    check_question.colours = outside.terminal.colours;
    code = check(check_question, outside.in, out, err);
  });

  // Reads its arguments as npm's command does, below; here it is only to be listed.
  app.add_subcommand("semver", "Print the versions that satisfy the ranges, in order, as npm's semver does");
  if (!arguments.empty() && arguments.front() == "semver")
    return semver(std::span(arguments).subspan(1), outside.in, out, err);

  PlanQuestion plan_question;
  add_plan(app, plan_question);
  ExplainQuestion explain_question;
  add_explain(app, explain_question);
  ReconcileQuestion reconcile_question;
  add_reconcile(app, reconcile_question);
  ReplayQuestion replay_question;
  add_replay(app, replay_question);
  app.get_subcommand("plan")->callback([&] { code = plan(plan_question, outside); });
  app.get_subcommand("explain")->callback([&] { code = explain(explain_question, outside); });
  app.get_subcommand("reconcile")->callback([&] { code = reconcile(reconcile_question, outside); });
  app.get_subcommand("replay")->callback([&] { code = replay(replay_question, outside); });

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
