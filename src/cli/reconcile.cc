// SPDX-License-Identifier: Apache-2.0
#include "cli/reconcile.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/failure.h"
#include "cli/following.h"
#include "cli/progress.h"
#include "cli/text.h"
#include "rules/lookup.h"

namespace cli {
namespace {

using ::reconcile::Reconciled;
using ::reconcile::Request;

constexpr base::Duration time_for_service = std::chrono::minutes(1);
// A service that somebody else keeps busy is asked again after this.
constexpr base::Duration between_tries = std::chrono::seconds(5);

constexpr int fine = 0;
constexpr int not_done = 1;

class Reconciling {
 public:
  Reconciling(const ReconcileQuestion& question, Account& account, const RulesText& rules, const Outside& outside)
      : question_(question),
        account_(account),
        rules_are_in_force_(is_about_rules_in_force(question.about, rules)),
        outside_(outside),
        until_(outside.clock.instant()) {
    // Only waiting can be broken off in good order: a call that is cut would leave its outcome to be found out.
    if (question_.wait && !question_.dry_run) stop_ = outside.take_interrupts();
    coverage_ = coverage_of(account);
  }

  bool interrupted() const { return stop_.stop_requested(); }

  Came one(const rules::Rule& named) {
    until_ = outside_.clock.instant() + question_.timeout;
    said_.clear();
    auto rule = named;
    auto done = look(rule);
    while (done && done->end == Reconciled::End::Waiting && may_wait_for(*done)) {
      say(rule, *done);
      if (!outside_.clock.sleep_for(between_tries, stop_)) {
        tell(rule, "interrupted; nothing was begun");
        return {was_interrupted, std::move(*done)};
      }
      done = look(rule);
    }
    if (!done) return {failed(rule, done.error()), {}};
    say(rule, *done);
    const int code = finish(rule, *done);
    return {code, std::move(*done)};
  }

  base::Result<Reconciled> look(const rules::Rule& rule, const names::Repository& repository, Request::Extent extent) {
    Progress progress(outside_);
    progress.show("looking at " + rule.service.name);
    // A listing ages: each look has its own.
    ::reconcile::Listings listings(account_.installation().caller());
    return account_.installation().reconciler().reconcile(
        {.rule = rule,
         .repository = repository,
         .trigger = {.kind = decide::Trigger::Kind::Operator},
         .rule_is_current = rules_are_in_force_,
         .not_covered = coverage_ ? coverage_->why_not(rule.service, repository) : std::string(),
         .host_deadline = outside_.clock.now() + time_for_service,
         .extent = extent},
        listings, {outside_.clock.instant() + time_for_service, {}});
  }

 private:
  // By the rules as they are by then, which may have been edited since they were read.
  base::Result<Reconciled> look(rules::Rule& rule) {
    if (was_waited_ && question_.about.rules_file.empty()) {
      const auto read = read_rules(question_.about.rules_file, outside_, &account_);
      if (!read) return std::unexpected(read.error());
      const auto now = rules::find_rule(read->rules.rules, rule.service.text);
      if (!now) return std::unexpected(now.error());
      rule = **now;
      rules_are_in_force_ = is_about_rules_in_force(question_.about, *read);
      coverage_ = coverage_of(account_);
    }
    was_waited_ = question_.wait;
    const auto repository = repository_of(rule, account_);
    if (!repository) return std::unexpected(repository.error());
    if (!question_.dry_run) {
      if (auto checked = account_.check_clock(); !checked) return std::unexpected(checked.error());
    }
    return look(rule, *repository, question_.dry_run ? Request::Extent::Words : Request::Extent::Deeds);
  }

  // How it ends, and what that means for the exit code.
  int finish(const rules::Rule& rule, const Reconciled& done) {
    if (question_.dry_run) return done.end == Reconciled::End::Started ? not_done : fine;
    switch (done.end) {
      case Reconciled::End::Started: return question_.wait ? follow(rule, done) : fine;
      case Reconciled::End::Kept:
        if (done.word == not_covered_word) return not_done;
        return question_.wait && done.word == "being-deployed" ? follow(rule, done) : fine;
      case Reconciled::End::Waiting: return not_done;
    }
    return not_done;
  }

  bool may_wait_for(const Reconciled& done) const {
    if (!question_.wait || question_.dry_run) return false;
    const auto next = outside_.clock.instant() + between_tries;
    // Later than that is for the function, and not for a person at a terminal.
    return next < until_ && (!done.until || *done.until - outside_.clock.now() < until_ - outside_.clock.instant());
  }

  // `shop: update 1.2.3 → 1.2.4: 1.2.4 is the highest version that ^1.2 allows, and 1.2.3 runs`; once, until it changes.
  void say(const rules::Rule& rule, const Reconciled& done) {
    auto what = paint(outside_.terminal, colour_of(done), done.name);
    if (done.end == Reconciled::End::Started)
      what += fmt::format(" {} → {}", done.from.empty() ? "?" : done.from, done.to);
    auto line = fmt::format("{}: {}", what, printable(done.text));
    if (done.end == Reconciled::End::Started && question_.dry_run) line += " (dry run: nothing was done)";
    if (line == said_) return;
    said_ = line;
    tell(rule, line);
  }

  void tell(const rules::Rule& rule, std::string_view words) const {
    outside_.out << paragraph(outside_.terminal, rule.service.name + ": ", words) << std::flush;
  }

  static Colour colour_of(const Reconciled& done) {
    switch (done.end) {
      case Reconciled::End::Started: return Colour::Green;
      case Reconciled::End::Waiting: return Colour::Yellow;
      case Reconciled::End::Kept: return Colour::Plain;
    }
    return Colour::Plain;
  }

  int follow(const rules::Rule& rule, const Reconciled& done) {
    const auto left = std::chrono::duration_cast<base::Duration>(until_ - outside_.clock.instant());
    // Success is the wanted image in service, and not only an operation that ended well.
    const auto& wanted = done.to.empty() ? done.from : done.to;
    const auto end = Following(account_, outside_, stop_).follow(rule.service, done.operation, wanted, left);
    if (!end) return failed(rule, end.error());
    if (!end->ended && interrupted()) {
      tell(rule, "interrupted; the operation goes on by itself");
      return was_interrupted;
    }
    if (!end->ended) {
      tell(rule, fmt::format("still {} after {}; it goes on by itself", end->status, base::to_text(question_.timeout)));
      return not_done;
    }
    const bool runs = end->runs.ends_with(":" + wanted);
    const bool good = end->succeeded && runs;
    tell(rule, fmt::format("{}; {} runs",
                           paint(outside_.terminal, good ? Colour::Green : Colour::Red, good ? "done" : "failed"),
                           end->runs));
    note(rule);
    return good ? fine : not_done;
  }

  // Whoever saw how it ended writes it down, since no function may come by. Anybody's next look finds the same.
  void note(const rules::Rule& rule) {
    const auto repository = repository_of(rule, account_);
    if (!repository) return;
    const auto noted = look(rule, *repository, Request::Extent::Notes);
    if (!noted)
      outside_.err << fmt::format("caretaker: warning: {}: how it ended could not be written down: {}\n",
                                  rule.service.name, printable(noted.error().message));
  }

  int failed(const rules::Rule& rule, const base::Error& error) {
    return refuse(outside_.err, "reconcile", error.in(rule.service.name));
  }

  const ReconcileQuestion& question_;
  Account& account_;
  bool rules_are_in_force_;
  const Outside& outside_;
  std::optional<stack::Coverage> coverage_;
  base::Instant until_;
  std::stop_token stop_;
  std::string said_;
  bool was_waited_ = false;
};

}  // namespace

int reconcile(const ReconcileQuestion& question, const Outside& outside) {
  const auto account = Account::open(outside, question.about.records_folder);
  if (!account) return refuse(outside.err, "reconcile", account.error());
  const auto rules = read_rules(question.about.rules_file, outside, account->get());
  if (!rules) return refuse(outside.err, "reconcile", rules.error());
  const auto named = rules::find_rules(rules->rules.rules, question.about.services);
  if (!named) return refuse(outside.err, "reconcile", named.error());
  if (named->empty()) outside.out << rules->name << " has no rules, so there is nothing to do\n";
  int code = fine;
  Reconciling reconciling(question, **account, *rules, outside);
  std::size_t left = named->size();
  for (const auto* rule : *named) {
    if (reconciling.interrupted()) break;
    code = std::max(code, reconciling.one(*rule).code);
    --left;
  }
  if (left == 0) return code;
  outside.err << fmt::format("caretaker reconcile: interrupted; {} {} not looked at\n", counted(left, "service"),
                             left == 1 ? "was" : "were");
  return was_interrupted;
}

Came reconcile(const ReconcileQuestion& question, Account& account, const RulesText& rules, const rules::Rule& rule,
               const Outside& outside) {
  return Reconciling(question, account, rules, outside).one(rule);
}

base::Result<Reconciled> foresee(const ReconcileQuestion& question, Account& account, const RulesText& rules,
                                 const rules::Rule& rule, const Outside& outside) {
  const auto repository = repository_of(rule, account);
  if (!repository) return std::unexpected(repository.error());
  return Reconciling(question, account, rules, outside).look(rule, *repository, Request::Extent::Words);
}

}  // namespace cli
