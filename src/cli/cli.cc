// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.h"

// The only place that sees CLI11, which takes long to compile.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <ostream>

#include "cli/check.h"
#include "cli/completion.h"
#include "cli/doctor.h"
#include "cli/explain.h"
#include "cli/failure.h"
#include "cli/history.h"
#include "cli/init.h"
#include "cli/order.h"
#include "cli/plan.h"
#include "cli/reconcile.h"
#include "cli/redrive.h"
#include "cli/replay.h"
#include "cli/rules_push.h"
#include "cli/rules_versions.h"
#include "cli/semver.h"
#include "cli/stack.h"
#include "cli/usage.h"

namespace cli {
namespace {

constexpr auto description =
    "Keeps container services on the newest version their owner allows.\n"
    "Started by AWS Lambda (AWS_LAMBDA_RUNTIME_API is set) it is the function; else it is this command line.";

constexpr auto footer =
    "Exit codes: 0 fine, 1 the answer is no (problems found, nothing satisfies), 2 wrong usage or an unreadable file.\n"
    "Try it without an AWS account: caretaker-sandbox --help";

base::Error invalid(std::string message) { return base::fail(base::ErrorKind::Invalid, std::move(message)).error(); }

void add_check(CLI::App& app, CheckQuestion& question) {
  auto& command = *app.add_subcommand("check", "Check rules files before they are uploaded, and try their tests");
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
  command.add_option("--records", question.records_folder, "Folder of the records; else `records/` in CONFIG_BUCKET")
      ->option_text("DIR");
}

void add_services(CLI::App& command, Question& question) {
  command.add_option("SERVICE", question.services, "Names, ARNs or unique beginnings of them; all if none is given")
      ->option_text("[SERVICE...]");
}

void add_facts(CLI::App& command, Question& question) {
  auto* facts = command.add_option("--facts", question.facts_file, "Answer from these facts and ask nobody");
  facts->option_text("FILE")->excludes(command.get_option("--records"));
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
      "done), 2 it could not be asked, 130 interrupted.");
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

void add_completion(CLI::App& app, std::string& shell) {
  auto& command = *app.add_subcommand("completion", "Print what makes a shell complete commands, options and services");
  command.add_option("SHELL", shell, "bash, zsh or fish")->required();
  command.footer("For bash, in ~/.bashrc: eval \"$(caretaker completion bash)\"");
}

void add_order(CLI::App& app, OrderQuestion& question, OrderQuestion::Kind kind, const std::string& name,
               const std::string& text, const std::string& words, int words_min, int words_max) {
  question.kind = kind;
  auto& command = *app.add_subcommand(name, text);
  command.add_option("SERVICE-AND-VERSIONS", question.words, "The service's name, ARN or a unique beginning; versions")
      ->option_text(words)
      ->required()
      ->expected(words_min, words_max);
  add_question(command, question.then.about);
  if (kind == OrderQuestion::Kind::Hold || kind == OrderQuestion::Kind::Skip) {
    command.footer("Exit codes: 0 done, or it was that way already; 2 it could not be asked.");
    return;
  }
  auto* later = command.add_flag("--later", question.later, "Only write it down: the next sweep carries it out");
  command.add_flag("-w,--wait", question.then.wait, "Follow the operation to its end")->excludes(later);
  command.footer(
      "Exit codes: 0 done, or it was that way already; 1 not done (busy, failed); 2 it could not be asked; 130 "
      "interrupted.");
}

void add_history(CLI::App& app, HistoryQuestion& question) {
  auto& command = *app.add_subcommand("history", "Show what was done to a service and why, and what is ordered");
  command.add_option("SERVICE", question.about.services, "The service's name, ARN or a unique beginning of them")
      ->option_text("SERVICE")
      ->required()
      ->expected(1);
  add_question(command, question.about);
  command.add_flag("--json", question.json, "The record as it is kept");
  command.footer("Exit codes: 0 fine, 2 it could not be asked.");
}

void add_stack(CLI::App& app, StackQuestion& question) {
  auto& command = *app.add_subcommand("stack", "Say what the account must hold for a rules file");
  command.add_option("FILE", question.rules_file, "Rules file; else the S3 object of CONFIG_BUCKET and CONFIG_FILE")
      ->option_text("[FILE]");
  command
      .add_option("--role", question.roles,
                  "A role that the services pull their images by; else the services are asked; may be repeated")
      ->option_text("ARN")
      ->allow_extra_args(false);
  command.add_flag("--offline", question.offline,
                   "Ask nobody: account and region are those of AWS_ACCOUNT_ID and AWS_REGION, or of the services");
  command.add_flag("--json", question.json, "For machines; see docs/deploy.md");
  command.footer("Exit codes: 0 fine, 2 it could not be worked out.");
}

struct RulesQuestions {
  RulesPushQuestion push;
  RulesPushQuestion restore;
  RulesPullQuestion pull;
  RulesVersionsQuestion versions;
};

void add_writing(CLI::App& command, RulesPushQuestion& question) {
  command.add_flag("-n,--dry-run", question.dry_run, "The same, up to where something would be written");
  command.add_flag("-y,--yes", question.yes, "Write without asking");
  command.add_flag("--force", question.force, "Also if a service can't be looked at, or somebody wrote meanwhile");
  command.footer(
      "Exit codes: 0 written, or nothing differs; 1 not written (errors, a no, somebody wrote meanwhile; with "
      "--dry-run: "
      "something would be written); 2 it could not be asked.");
}

void add_rules(CLI::App& app, RulesQuestions& questions, int& code, const Outside& outside) {
  auto& rules = *app.add_subcommand("rules", "Read and write the rules in force, and what the bucket kept of them");
  rules.require_subcommand(1);
  auto& push = *rules.add_subcommand("push", "Check rules, show what they would change, and put them in force");
  push.add_option("FILE", questions.push.file, "Rules file; - reads standard input")->required();
  add_writing(push, questions.push);
  push.callback([&] { code = push_rules(questions.push, outside); });
  auto& pull = *rules.add_subcommand("pull", "Print the rules in force, or save them, byte for byte");
  pull.add_option("FILE", questions.pull.file, "Where to; else standard output")->option_text("[FILE]");
  pull.add_flag("--force", questions.pull.force, "Also over a file that says something else");
  pull.footer("Exit codes: 0 fine, 1 the file says something else, 2 it could not be asked.");
  pull.callback([&] { code = pull_rules(questions.pull, outside); });
  auto& versions = *rules.add_subcommand("versions", "List what the bucket keeps of the rules, and what each changed");
  versions.add_flag("--all", questions.versions.all, "Every version, however many there are");
  versions.add_flag("--json", questions.versions.json, "For machines; see docs/commands.md");
  versions.footer("Exit codes: 0 fine, 2 it could not be asked.");
  versions.callback([&] { code = list_rules_versions(questions.versions, outside); });
  auto& restore = *rules.add_subcommand("restore", "Put an older version in force again, as `rules push` does a file");
  restore.add_option("VERSION", questions.restore.file, "Its id, or the beginning of one only")->required();
  add_writing(restore, questions.restore);
  restore.callback([&] { code = restore_rules(questions.restore, outside); });
}

void add_init(CLI::App& app, InitQuestion& question) {
  auto& command = *app.add_subcommand("init", "Write rules for the services that are there, around what each runs");
  command.add_option("--out", question.file, "Where to; else standard output. No file is written over")
      ->option_text("FILE");
  command.add_flag("--example", question.example, "An example to start from; nobody is asked");
  command.footer(
      "Exit codes: 0 fine, 1 no service could have a rule, or the file is there already; 2 it could not be asked.");
}

void add_doctor(CLI::App& app, DoctorQuestion& question) {
  auto& command = *app.add_subcommand("doctor", "Find what is wrong with what Caretaker works with, and what mends it");
  command.add_flag("--json", question.json, "For machines; see docs/doctor.md");
  command.footer("Exit codes: 0 no errors and no warnings, 1 there are some, 2 it could not be asked.");
}

void add_redrive(CLI::App& app, RedriveQuestion& question) {
  auto& command = *app.add_subcommand("redrive", "List the dead letters and why they died, or send them back");
  auto* list = command.add_flag("--list")->description("Only list them, which is what it does without an option");
  auto* message = command
                      .add_option("--message", question.messages,
                                  "Send these back: ids, or beginnings of one only; may be repeated")
                      ->option_text("ID")
                      ->excludes(list);
  auto* all =
      command.add_flag("--all", question.all, "Have SQS move all of them back")->excludes(list)->excludes(message);
  command.add_flag("-n,--dry-run", question.dry_run, "Say what would be sent back, and send nothing")->excludes(list);
  command.add_flag("--json", question.json, "List for machines; see docs/commands.md")
      ->excludes(message)
      ->excludes(all);
  command.footer(
      "Exit codes: 0 listed, or sent; 1 one could not be sent (with --dry-run: something would be); 2 it could not be "
      "asked; 130 interrupted.");
}

// CLI11's options as data.
Command outline(const CLI::App& app) {
  Command command{
      .name = app.get_name(), .description = app.get_description(), .arguments = {}, .footer = app.get_footer()};
  for (const auto* option : app.get_options([](const CLI::Option*) { return true; })) {
    Argument argument{.names = {}, .takes = option->get_option_text(), .description = option->get_description()};
    for (const auto& name : option->get_snames()) argument.names.push_back("-" + name);
    for (const auto& name : option->get_lnames()) argument.names.push_back("--" + name);
    if (argument.names.empty() && argument.takes.empty()) {
      argument.takes = option->get_name() + (option->get_expected_max() > 1 ? "..." : "");
    }
    command.arguments.push_back(std::move(argument));
  }
  return command;
}

std::vector<Command> outlines(const CLI::App& app) {
  std::vector<Command> commands;
  const auto all = [](const CLI::App*) { return true; };
  for (const auto* command : app.get_subcommands(all)) {
    commands.push_back(outline(*command));
    for (const auto* part : command->get_subcommands(all)) {
      auto one = outline(*part);
      one.name = command->get_name() + ' ' + one.name;
      commands.push_back(std::move(one));
    }
  }
  return commands;
}

// A flag is there or not: `--dry-run=0` must not be taken for the deed. An option whose value is empty, as by a variable that is not
// set, must not be taken for one that was left out.
void take_literally(CLI::App& app) {
  const auto all = [](const auto*) { return true; };
  for (auto* option : app.get_options(all)) {
    if (option->get_lnames().empty()) continue;
    if (option->get_items_expected_max() == 0) {
      option->disable_flag_override();
      continue;
    }
    option->check([](const std::string& value) { return value.empty() ? "its value is empty" : ""; }, "");
  }
  for (auto* command : app.get_subcommands(all)) take_literally(*command);
}

// `rules push` for `rules push FILE`, `plan` for `plan shop`.
std::string command_of(const std::vector<std::string>& arguments, const std::vector<Command>& commands) {
  if (arguments.empty()) return {};
  const auto& first = arguments.front();
  if (parts_of(first, commands).empty()) return first;
  const auto second = arguments.size() > 1 ? arguments[1] : std::string();
  return second == "-h" || second == "--help" ? first : first + ' ' + second;
}

// What CLI11 has against the arguments, in our words.
std::string misuse(const CLI::ParseError& thrown, const CLI::App& app, const Command& command) {
  std::string says = thrown.what();
  auto name = says.substr(0, says.find_first_of(": "));
  // What has its place is called as help calls it.
  const auto placed = std::ranges::find_if(command.arguments, [](const Argument& one) { return one.names.empty(); });
  if (!name.starts_with('-') && placed != command.arguments.end()) {
    name = placed->takes.substr(0, placed->takes.find(' '));
  }
  const auto see = fmt::format("`caretaker {} --help` says what it takes", command.name);
  // An unknown option makes a word too many of its value.
  const auto left = app.remaining(true);
  const auto option = std::ranges::find_if(left, [](const std::string& word) { return word.starts_with('-'); });
  if (option != left.end()) return unexpected(*option, command);
  if (dynamic_cast<const CLI::ExtrasError*>(&thrown)) return unexpected(left.front(), command);
  if (dynamic_cast<const CLI::RequiredError*>(&thrown)) return fmt::format("{} is missing; {}", name, see);
  if (dynamic_cast<const CLI::ConversionError*>(&thrown)) {
    const auto flag = says.find("--");
    return fmt::format("{} takes no value; {}", says.substr(flag, says.find(' ', flag) - flag), see);
  }
  if (dynamic_cast<const CLI::ExcludesError*>(&thrown)) {
    return fmt::format("{} and {} don't go together; leave one out", name, says.substr(says.rfind(' ') + 1));
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&thrown)) {
    // CLI11 names these without the dashes.
    if (says.ends_with("flag override"))
      return fmt::format("--{} takes no value; {}", says.substr(0, says.find(' ')), see);
    if (says.contains("At least")) return fmt::format("a word is missing; {}", see);
    if (!says.starts_with('-')) return fmt::format("there is a word too many; {}", see);
    return fmt::format("{} {}; {}", name,
                       says.ends_with("missing") ? "has no value behind it" : "is given more than once", see);
  }
  return says;
}

}  // namespace

int run(std::vector<std::string> arguments, const Outside& outside) {
  CLI::App app(description, "caretaker");
  app.footer(footer);
  app.set_version_flag("--version", "caretaker " CARETAKER_VERSION, "Print the version");
  app.set_help_flag("-h,--help", "Print this");
  app.require_subcommand(1);
  int code = 0;

  CheckQuestion check_question;
  add_check(app, check_question);
  PlanQuestion plan_question;
  add_plan(app, plan_question);
  ExplainQuestion explain_question;
  add_explain(app, explain_question);
  ReconcileQuestion reconcile_question;
  add_reconcile(app, reconcile_question);
  ReplayQuestion replay_question;
  add_replay(app, replay_question);
  HistoryQuestion history_question;
  add_history(app, history_question);
  StackQuestion stack_question;
  add_stack(app, stack_question);
  constexpr int any = CLI::detail::expected_max_vector_size;
  using Kind = OrderQuestion::Kind;
  std::array<OrderQuestion, 5> orders;
  add_order(app, orders[0], Kind::Hold, "hold", "Deploy none of these versions until one above them all is deployed",
            "SERVICE [VERSION...]", 1, any);
  add_order(app, orders[1], Kind::Release, "release",
            "End hold, rejections, stop and pin, or what is against a version", "SERVICE [VERSION...]", 1, any);
  add_order(app, orders[2], Kind::Pin, "pin", "Run this version and no other until it is released", "SERVICE VERSION",
            2, 2);
  add_order(app, orders[3], Kind::Skip, "skip", "Never deploy these versions", "SERVICE VERSION...", 2, any);
  add_order(app, orders[4], Kind::Rollback, "rollback", "Pin the service to what ran before", "SERVICE", 1, 1);
  // Reads its arguments as npm's command does, below; here it is only to be listed.
  app.add_subcommand("semver", "Print the versions that satisfy the ranges, in order, as npm's semver does");
  RulesQuestions rules_questions;
  add_rules(app, rules_questions, code, outside);
  DoctorQuestion doctor_question;
  add_doctor(app, doctor_question);
  InitQuestion init_question;
  add_init(app, init_question);
  RedriveQuestion redrive_question;
  add_redrive(app, redrive_question);
  std::string shell;
  add_completion(app, shell);
  app.get_subcommand("check")->callback([&] {
    if (check_question.files.empty() && !check_question.schema) throw CLI::RequiredError("FILE");
    code = check(check_question, outside);
  });
  app.get_subcommand("plan")->callback([&] { code = plan(plan_question, outside); });
  app.get_subcommand("explain")->callback([&] { code = explain(explain_question, outside); });
  app.get_subcommand("reconcile")->callback([&] { code = reconcile(reconcile_question, outside); });
  app.get_subcommand("replay")->callback([&] { code = replay(replay_question, outside); });
  app.get_subcommand("history")->callback([&] { code = history(history_question, outside); });
  for (const auto& [name, index] :
       {std::pair{"hold", 0U}, {"release", 1U}, {"pin", 2U}, {"skip", 3U}, {"rollback", 4U}}) {
    app.get_subcommand(name)->callback([&, index] { code = order(orders[index], outside); });
  }
  app.get_subcommand("stack")->callback([&] { code = stack(stack_question, outside); });
  app.get_subcommand("doctor")->callback([&] { code = doctor(doctor_question, outside); });
  app.get_subcommand("init")->callback([&] { code = init(init_question, outside); });
  app.get_subcommand("redrive")->callback([&] { code = redrive(redrive_question, outside); });
  app.get_subcommand("completion")->callback([&] { code = completion(shell, outside); });

  take_literally(app);

  const auto first = arguments.empty() ? std::string() : arguments.front();
  const auto rest = std::span(arguments).subspan(arguments.empty() ? 0 : 1);
  if (first == "semver") return semver(rest, outside.in, outside.out, outside.err);
  const auto commands = outlines(app);
  if (first == "completion" && rest.size() > 1 && rest[0] == "--words" && rest[1] == "--") {
    complete(rest.subspan(2), commands, outside);
    return 0;
  }
  const auto name = command_of(arguments, commands);
  const auto command = std::ranges::find(commands, name, &Command::name);
  if (command == commands.end() && first != "-h" && first != "--help" && first != "--version") {
    return refuse(outside.err, "", invalid(unknown_command(name, commands)));
  }
  try {
    std::ranges::reverse(arguments);  // CLI11 takes them from the back.
    app.parse(std::move(arguments));
  } catch (const CLI::CallForVersion& thrown) {
    outside.out << thrown.what() << '\n';
  } catch (const CLI::CallForHelp&) {
    const auto about = command == commands.end() ? outline(app) : *command;
    const auto parts = parts_of(command == commands.end() ? "" : name, commands);
    outside.out << (parts.empty() ? help(about, outside.terminal) : help(about, parts, outside.terminal));
  } catch (const CLI::ParseError& thrown) {
    const auto& about = command == commands.end() ? outline(app) : *command;
    return refuse(outside.err, command == commands.end() ? "" : name, invalid(misuse(thrown, app, about)));
  }
  return code;
}

}  // namespace cli
