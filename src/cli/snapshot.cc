// SPDX-License-Identifier: Apache-2.0
#include "cli/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <sstream>

#include "aws/s3.h"
#include "cli/facts_file.h"
#include "cli/file.h"
#include "cli/progress.h"
#include "cli/text.h"
#include "delivery/coverage_object.h"
#include "delivery/current_rules.h"
#include "rules/lookup.h"

namespace cli {
namespace {

using base::ErrorKind;

// Errors are written to `err` besides, a line each.
base::Result<RulesText> parse(RulesText read, std::ostream& err) {
  auto checked = rules::parse_rules(read.text);
  std::size_t errors = 0;
  for (const auto& problem : checked.problems) {
    if (checked.rules || problem.severity != rules::Problem::Severity::Error) continue;
    err << rules::to_string(problem, read.name) << '\n';
    ++errors;
  }
  if (!checked.rules) {
    return base::fail(ErrorKind::Invalid, fmt::format("{} has {}, listed above, so nothing was looked at", read.name,
                                                      counted(errors, "error")));
  }
  read.rules = std::move(*checked.rules);
  return read;
}

// What the function goes by while the object is broken.
base::Result<RulesText> read_kept_rules(std::string name, Account& account) {
  const auto& settings = account.installation().settings();
  auto object = aws::s3::get_object(account.installation().caller(), {settings.config_bucket, settings.region},
                                    delivery::last_good_key(settings.config_file), "", account.deadline());
  constexpr std::string_view copy = "the copy of the last valid rules";
  if (!object) return base::fail(object, copy);
  if (!*object) return base::fail(ErrorKind::Transient, fmt::format("{}: not modified", copy));
  auto checked = rules::parse_rules((*object)->body);
  if (!checked.rules) return base::fail(ErrorKind::Invalid, fmt::format("{} is not valid either", copy));
  return RulesText{.name = std::move(name),
                   .text = std::move((*object)->body),
                   .rules = std::move(*checked.rules),
                   .are_kept = true};
}

base::Result<RulesText> read_rules_object(Account& account) {
  const auto& settings = account.installation().settings();
  if (settings.config_bucket.empty() || settings.config_file.empty()) {
    return base::fail(
        ErrorKind::Invalid,
        "where are the rules? Give --rules FILE, or set CONFIG_BUCKET and CONFIG_FILE as the function has "
        "them");
  }
  const auto name = fmt::format("s3://{}/{}", settings.config_bucket, settings.config_file);
  auto object = aws::s3::get_object(account.installation().caller(), {settings.config_bucket, settings.region},
                                    settings.config_file, "", account.deadline());
  const bool is_too_large = !object && object.error().code == "AnswerTooLarge";
  if (!object && !is_too_large) return base::fail(object, "rules " + name);
  if (object && !*object)
    return base::fail(ErrorKind::Transient, "rules " + name + ": not modified, but nothing was compared");
  std::ostringstream problems;
  auto rules = is_too_large ? base::Result<RulesText>(base::fail(object, "rules " + name))
                            : parse({.name = name, .text = std::move((*object)->body), .rules = {}}, problems);
  if (rules) return rules;
  auto kept = read_kept_rules(name, account);
  if (!kept) {
    if (kept.error().kind != ErrorKind::NotFound) rules.error().message += "; " + kept.error().message;
    account.say_once(problems.str());
    return rules;
  }
  account.say_once(fmt::format(
      "{}caretaker: warning: the rules {} are broken{}; this goes by the last valid ones, as the function does\n",
      problems.str(), name, is_too_large ? ": " + printable(object.error().message) : ""));
  return kept;
}

base::Result<Seen> look_at(const rules::Rule& rule, const names::Repository& repository, Account& account,
                           reconcile::Listings& listings) {
  auto& installation = account.installation();
  auto gathered = reconcile::gather(rule, repository, installation.app_runner(), installation.records(), listings,
                                    account.deadline());
  if (!gathered) return std::unexpected(gathered.error());
  return Seen{
      .running = gathered->described->running, .stored = std::move(gathered->stored), .listing = gathered->listing};
}

base::Result<Snapshot> gather_snapshot(const Question& question, const Outside& outside) {
  auto account = Account::open(outside, question.records_folder);
  if (!account) return std::unexpected(account.error());
  auto rules = read_rules(question.rules_file, outside, account->get());
  if (!rules) return std::unexpected(rules.error());
  auto snapshot = gather_snapshot(std::move(*rules), question.services, **account, outside);
  if (snapshot) snapshot->rules_are_in_force = is_about_rules_in_force(question, snapshot->rules);
  return snapshot;
}

// Of rules that nobody named, those of which the file has facts.
base::Result<Snapshot> read_snapshot(const Question& question, const Outside& outside) {
  const auto text = read_file(question.facts_file, outside.in);
  if (!text) return std::unexpected(text.error());
  auto facts = parse_facts_file(*text);
  if (!facts) return base::fail(facts, question.facts_file);
  auto rules =
      question.rules_file.empty()
          ? parse({.name = question.facts_file + " (its rules)", .text = facts->rules, .rules = {}}, outside.err)
          : read_rules(question.rules_file, outside, nullptr);
  if (!rules) return std::unexpected(rules.error());
  Snapshot snapshot{.taken_at = facts->taken_at,
                    .account = facts->account,
                    .region = facts->region,
                    .rules = std::move(*rules),
                    .rules_are_in_force = question.rules_file.empty() && facts->rules_are_in_force,
                    .services = {},
                    .gathered = {},
                    .read = {}};
  auto named = rules::find_rules(snapshot.rules.rules.rules, question.services);
  if (!named) return std::unexpected(named.error());
  if (question.services.empty()) {
    std::erase_if(*named, [&](const rules::Rule* rule) { return !facts->services.contains(rule->service.text); });
  }
  for (const auto* rule : *named) snapshot.services.push_back(facts->take(*rule, snapshot.read));
  return snapshot;
}

}  // namespace

base::Result<Snapshot> gather_snapshot(RulesText rules, std::span<const std::string> services, Account& account,
                                       const Outside& outside) {
  Snapshot snapshot{.taken_at = {},
                    .account = {},
                    .region = account.region(),
                    .rules = std::move(rules),
                    .rules_are_in_force = true,
                    .services = {},
                    .gathered = std::make_unique<reconcile::Listings>(account.installation().caller()),
                    .read = {}};
  const auto named = rules::find_rules(snapshot.rules.rules.rules, services);
  if (!named) return std::unexpected(named.error());
  Progress progress(outside);
  const auto coverage = coverage_of(account);
  for (const auto* rule : *named) {
    progress.show(
        fmt::format("asking about {} ({} of {})", rule->service.name, snapshot.services.size() + 1, named->size()));
    auto repository = repository_of(*rule, account);
    if (!repository) return std::unexpected(repository.error());
    auto seen = look_at(*rule, *repository, account, *snapshot.gathered);
    auto not_covered = coverage ? coverage->why_not(rule->service, *repository) : std::string();
    snapshot.services.push_back({.rule = rule,
                                 .repository = std::move(*repository),
                                 .seen = std::move(seen),
                                 .not_covered = std::move(not_covered)});
  }
  if (const auto id = account.known_id()) snapshot.account = *id;
  snapshot.taken_at = outside.clock.now();
  return snapshot;
}

bool is_about_rules_in_force(const Question& question, const RulesText& rules) {
  return !rules.are_kept && (question.rules_file.empty() || !question.records_folder.empty());
}

base::Result<Snapshot> take_snapshot(const Question& question, const Outside& outside) {
  auto snapshot = question.facts_file.empty() ? gather_snapshot(question, outside) : read_snapshot(question, outside);
  if (!snapshot || question.save_facts_file.empty()) return snapshot;
  if (auto saved = write_file(question.save_facts_file, to_facts_file(*snapshot)); !saved)
    return std::unexpected(saved.error());
  return snapshot;
}

std::optional<stack::Coverage> coverage_of(Account& account) {
  const auto& settings = account.installation().settings();
  if (settings.config_bucket.empty()) return std::nullopt;
  auto coverage = delivery::published_coverage(account.installation().caller(),
                                               {settings.config_bucket, settings.region}, account.deadline());
  if (coverage) return std::move(*coverage);
  if (coverage.error().kind == ErrorKind::Invalid)
    account.say_once(fmt::format("caretaker: warning: what the deployed stack covers is unknown: {}\n",
                                 printable(coverage.error().message)));
  return std::nullopt;
}

base::Result<RulesText> read_rules(const std::string& file, const Outside& outside, Account* account) {
  if (file.empty() && account) return read_rules_object(*account);
  auto text = read_file(file, outside.in);
  if (!text) return std::unexpected(text.error());
  return parse({.name = file == "-" ? "standard input" : file, .text = std::move(*text), .rules = {}}, outside.err);
}

base::Result<names::Repository> repository_of(const rules::Rule& rule, Account& account) {
  if (!rule.repository.account.empty()) return rules::repository_of(rule, "", account.region());
  const auto id = account.id();
  if (!id) return std::unexpected(id.error());
  return rules::repository_of(rule, *id, account.region());
}

decide::Facts facts_of(const ServiceFacts& service, const Snapshot& snapshot, decide::Trigger trigger) {
  const auto& seen = service.seen.value();
  return {.rule = *service.rule,
          .repository = service.repository,
          .listing = *seen.listing,
          .running = seen.running,
          .record = seen.stored.exists ? std::optional(seen.stored.record) : std::nullopt,
          .trigger = std::move(trigger),
          .now = snapshot.taken_at,
          .rule_is_current = snapshot.rules_are_in_force};
}

}  // namespace cli
