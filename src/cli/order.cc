// SPDX-License-Identifier: Apache-2.0
#include "cli/order.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <ostream>
#include <span>

#include "cli/failure.h"
#include "cli/text.h"
#include "decide/explain.h"
#include "decide/follow.h"
#include "decide/orders.h"
#include "reconcile/conclude.h"
#include "rules/lookup.h"

namespace cli {
namespace {

using Kind = OrderQuestion::Kind;
using reconcile::Order;

constexpr int fine = 0;
constexpr int not_done = 1;

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::Hold: return "hold";
    case Kind::Release: return "release";
    case Kind::Pin: return "pin";
    case Kind::Skip: return "skip";
    case Kind::Rollback: return "rollback";
  }
  return "?";
}

// A version, or a tag of the rule's pattern for the version that it bears.
base::Result<std::string> read_version(const std::string& text, const rules::Rule& rule) {
  if (const auto borne = rules::version_of(text, rule)) return to_string(*borne);
  const auto version = semver::parse_version(std::string_view(text));
  if (version) return to_string(*version);
  return base::fail(base::ErrorKind::Invalid,
                    fmt::format("`{}` is no version: expected {} at character {}; write it as in 1.2.3", text,
                                version.error().expected, version.error().offset + 1));
}

// An order as it will be written down.
struct Draft {
  std::vector<std::string> versions;
  std::string why;
  bool is_done = false;  // All is that way already, as `why` says.
};

bool is_version(const std::optional<semver::OwnedVersion>& version, std::string_view text) {
  const auto other = semver::parse_version(text);
  return version && other && version->version() == *other;
}

// What a pin to that version ends, as the tail of a sentence.
std::string also_ended(const decide::Record& before, std::string_view version) {
  auto after = before;
  decide::pin(after, version, "", {});
  const bool held = after.holds != before.holds;
  const bool skipped = after.skips != before.skips;
  if (!held && !skipped) return {};
  return fmt::format("; it is no longer {}", held && skipped ? "held or skipped" : held ? "held" : "skipped");
}

class Ordering {
 public:
  Ordering(const OrderQuestion& question, Account& account, const rules::Rule& rule, bool rule_is_current,
           base::Time now)
      : question_(question),
        account_(account),
        rule_(rule),
        rule_is_current_(rule_is_current),
        now_(now),
        listings_(account.installation().caller()) {}

  // What it says; Errors: what keeps it from being ordered.
  base::Result<std::string> write() {
    auto draft = this->draft();
    if (!draft) return std::unexpected(draft.error());
    versions_ = draft->versions;
    if (draft->is_done) return draft->why;
    auto by = account_.who();
    if (!by) return std::unexpected(by.error());
    if (auto checked = account_.check_clock(); !checked) return std::unexpected(checked.error());
    Order order{.action = std::string(name_of(question_.kind)),
                .to = draft->versions.size() == 1 ? draft->versions.front() : std::string(),
                .by = *by,
                .why = draft->why,
                .rule_is_current = rule_is_current_,
                .edit = [&](decide::Record& record) { return edit(record, draft->versions, *by); }};
    const auto ordered = account_.installation().reconciler().order(rule_, order, account_.deadline());
    may_be_written_ = !ordered && ordered.error().kind == base::ErrorKind::Unknown;
    if (!ordered) return std::unexpected(ordered.error());
    is_written_ = *ordered;
    return (*ordered ? draft->why : "nothing to do: it is that way already") + what_remains();
  }

  // Behind write(): the versions that it was about, and whether all was that way already.
  const std::vector<std::string>& versions() const { return versions_; }
  bool is_written() const { return is_written_; }
  bool may_be_written() const { return may_be_written_; }
  // What was found to run; empty: it was not looked for.
  std::string found() const {
    if (!seen_ || seen_->facts.running.state != decide::Running::State::Running || current().being_deployed) return {};
    return decide::runs_repository(seen_->facts) ? current().tag : std::string();
  }
  // Whether a released version is kept back by a stop all the same. Where nobody can see that, it is not said.
  bool stays_stopped() {
    if (!stop_ || !look()) return false;
    const auto& candidates = seen_->facts.listing.candidates();
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (seen_->decided.verdicts[i].reason != decide::Reason::Stopped) continue;
      const auto is_it = [&](std::string_view text) { return semver::parse_version(text) == *candidates[i].version; };
      if (std::ranges::any_of(versions_, is_it)) return true;
    }
    return false;
  }

 private:
  base::Result<Draft> draft() {
    Draft draft;
    for (const auto& word : std::span(question_.words).subspan(1)) {
      auto version = read_version(word, rule_);
      if (!version) return std::unexpected(version.error());
      if (std::ranges::find(draft.versions, *version) == draft.versions.end())
        draft.versions.push_back(std::move(*version));
    }
    switch (question_.kind) {
      case Kind::Hold:
        if (draft.versions.empty()) {
          auto newer = hold_newer();
          return newer ? unless_pinned(std::move(*newer)) : newer;
        }
        draft.why = fmt::format("{} held until Caretaker deploys a version above", fmt::join(draft.versions, ", "));
        return unless_pinned(std::move(draft));
      case Kind::Release:
        draft.why = draft.versions.empty() ? std::string("Released: hold, rejections, stop and pin are ended")
                                           : fmt::format("Released: {}", fmt::join(draft.versions, ", "));
        break;
      case Kind::Pin: return pin_to(draft.versions.front());
      case Kind::Skip:
        draft.why = fmt::format("{} skipped", fmt::join(draft.versions, ", "));
        return unless_pinned(std::move(draft));
      case Kind::Rollback: return pin_before();
    }
    return draft;
  }

  // Sees what runs, or is being deployed, and what is remembered. Errors: also Transient, while nobody can tell what is about to run.
  base::Result<void> look() {
    const auto repository = repository_of(rule_, account_);
    if (!repository) return std::unexpected(repository.error());
    auto& installation = account_.installation();
    auto gathered = reconcile::gather(rule_, *repository, installation.app_runner(), installation.records(), listings_,
                                      account_.deadline());
    if (!gathered) return std::unexpected(gathered.error());
    const auto& stored = gathered->stored;
    seen_.emplace(reconcile::conclude({.rule = rule_,
                                       .repository = *repository,
                                       .listing = *gathered->listing,
                                       .running = gathered->described->running,
                                       .record = stored.exists ? std::optional(stored.record) : std::nullopt,
                                       .trigger = {.kind = decide::Trigger::Kind::Operator},
                                       .now = now_,
                                       .rule_is_current = rule_is_current_}));
    changes_ = std::move(gathered->stored.changes);
    return {};
  }

  // The same, for what depends on what runs.
  base::Result<void> look_at_what_runs() {
    if (auto looked = look(); !looked) return looked;
    const auto& running = seen_->facts.running;
    const bool is_explained = running.image && record().set && to_string(*running.image) == record().set->image;
    if (!is_explained && decide::awaits_listing(record(), running)) {
      return base::fail(
          base::ErrorKind::Transient,
          fmt::format("operation {}, which deploys {}, is not listed yet; nothing was written: ask again then",
                      record().set->operation, record().set->tag));
    }
    if (!record().intention) return {};
    return base::fail(base::ErrorKind::Transient,
                      decide::explain(seen_->decided, seen_->facts) + "; nothing was written: ask again then");
  }

  const decide::Record& record() const { return *seen_->facts.record; }
  const decide::Current& current() const { return seen_->decided.current; }
  std::string runs() const { return fmt::format("{} {}", current().tag, verb()); }
  std::string_view verb() const { return current().being_deployed ? "is being deployed" : "runs"; }

  // Everything newer than what runs that is there now.
  base::Result<Draft> hold_newer() {
    if (auto looked = look_at_what_runs(); !looked) return std::unexpected(looked.error());
    if (!current().version) {
      return base::fail(base::ErrorKind::Invalid,
                        fmt::format("`{}` {}, which is no version to compare with; name the versions to hold",
                                    current().tag, verb()));
    }
    const auto& running = current().version->version();
    Draft draft;
    std::vector<semver::Version> newer;
    for (const auto& candidate : seen_->facts.listing.candidates()) {
      if (candidate.version && *candidate.version > running && rule_.range.contains(*candidate.version)) {
        newer.push_back(*candidate.version);
      }
    }
    std::ranges::stable_sort(newer, std::ranges::greater());
    newer.erase(std::ranges::unique(newer).begin(), newer.end());
    draft.versions = decide::held_entries(newer, running);
    if (newer.empty()) {
      return base::fail(base::ErrorKind::Invalid,
                        fmt::format("nothing newer than {} is there to be held; `caretaker pin {} {}` keeps it there",
                                    current().tag, rule_.service.name, to_string(running)));
    }
    draft.why = fmt::format("Held at {}: {} newer {} wait for a version above or a release", current().tag,
                            newer.size(), newer.size() == 1 ? "version" : "versions");
    return draft;
  }

  // Whether the version runs, or has an image that could.
  bool can_run(std::string_view text) const {
    if (is_version(current().version, text)) return true;
    const auto version = semver::parse_version(text);
    return version && std::ranges::any_of(seen_->facts.listing.candidates(), [&](const decide::Candidate& candidate) {
             return candidate.usable && candidate.version && *candidate.version == *version;
           });
  }

  base::Result<Draft> pin_to(const std::string& version) {
    if (auto looked = look(); !looked) return std::unexpected(looked.error());
    if (!can_run(version)) {
      return base::fail(
          base::ErrorKind::NotFound,
          fmt::format("{} has no image of {} that could run, so nothing was written; `caretaker explain {}` lists "
                      "what is there",
                      names::to_string(seen_->facts.repository), version, rule_.service.name));
    }
    return Draft{{version},
                 fmt::format("Pinned to {}{}{}", version, also_ended(record(), version), another_image_stays(version))};
  }

  // Whoever gave a tag may have meant its image.
  std::string another_image_stays(std::string_view version) const {
    const auto& listing = seen_->facts.listing;
    const auto* meant = listing.find(question_.words[1]);
    const auto* running = listing.find(current().tag);
    if (!meant || !is_version(current().version, version)) return {};
    if (meant->tag == current().tag || (running && running->digest == meant->digest)) return {};
    return fmt::format("; {}, is of that version too, and stays: a pin names a version and not an image", runs());
  }

  // What is pinned is not to be skipped or held as well: whoever reads the record would not know which goes.
  base::Result<Draft> unless_pinned(Draft draft) {
    auto pin = seen_ ? record().pin : std::nullopt;
    if (!seen_) {
      auto stored = account_.installation().records().load(rule_.service, account_.deadline());
      if (!stored) return std::unexpected(stored.error());
      pin = std::move(stored->record.pin);
    }
    const auto pinned = semver::parse_version(pin ? std::string_view(pin->version) : std::string_view());
    for (const auto& version : draft.versions) {
      const auto entry = decide::read_held(version);
      if (!pinned || !entry || !entry->contains(*pinned)) continue;
      return base::fail(base::ErrorKind::Invalid,
                        fmt::format("the service is pinned to {0}; `caretaker release {1}` ends that, `caretaker pin "
                                    "{1} VERSION` pins another",
                                    pin->version, rule_.service.name));
    }
    return draft;
  }

  // Whether the pin in force is a rollback's. A history that has lost that is taken for one.
  bool is_rolled_back() const {
    if (!record().pin || !is_version(current().version, record().pin->version)) return false;
    const auto found = std::ranges::find_if(changes_, [](const records::Change& change) {
      return change.action == name_of(Kind::Pin) || change.action == name_of(Kind::Rollback);
    });
    return found == changes_.end() || found->action == name_of(Kind::Rollback);
  }

  // While App Runner undoes ours, what ran before is what ran before that one.
  bool is_being_undone() const {
    const auto& operations = seen_->facts.running.operations;
    return decide::is_followed(record()) && !operations.empty() && decide::is_ours(operations.front(), record()) &&
           operations.front().state == decide::Operation::State::RollingBack;
  }

  // What ran before what runs now, as the record knows it.
  base::Result<Draft> pin_before() {
    if (auto looked = look_at_what_runs(); !looked) return std::unexpected(looked.error());
    const auto& service = rule_.service.name;
    if (is_rolled_back()) {
      return Draft{{record().pin->version},
                   fmt::format("it is rolled back already: {}, to which the service is pinned; `caretaker pin {} "
                               "VERSION` goes further",
                               runs(), service),
                   true};
    }
    const auto tag = is_being_undone() ? record().set->tag : current().tag;
    const auto found = std::ranges::find_if(changes_, [&](const records::Change& change) {
      return change.action == "update" && !change.from.empty() && change.from != tag && change.to == tag;
    });
    const auto before = found == changes_.end() ? std::nullopt : rules::version_of(found->from, rule_);
    if (!before) {
      return base::fail(
          base::ErrorKind::NotFound,
          fmt::format("no record says what ran before {}; `caretaker pin {} VERSION` names it", tag, service));
    }
    const auto version = to_string(*before);
    if (!can_run(version)) {
      return base::fail(base::ErrorKind::NotFound,
                        fmt::format("{} ran before {}, and {} no longer has an image of it that could run, so nothing "
                                    "was written; push it again, or `caretaker pin {} VERSION` names another",
                                    found->from, tag, names::to_string(seen_->facts.repository), service));
    }
    return Draft{{version},
                 fmt::format("Pinned to {}, which ran before {}{}", found->from, tag, also_ended(record(), version))};
  }

  bool edit(decide::Record& record, const std::vector<std::string>& versions, const std::string& by) {
    bool changed = false;
    switch (question_.kind) {
      case Kind::Hold: return decide::hold(record, versions, by, now_);
      case Kind::Release:
        if (versions.empty()) return decide::release(record);
        for (const auto& version : versions) changed = decide::release(record, version, rule_) || changed;
        stop_ = record.stop;
        return changed;
      case Kind::Pin:
      case Kind::Rollback: return decide::pin(record, versions.front(), by, now_);
      case Kind::Skip:
        for (const auto& version : versions) changed = decide::skip(record, version, by, now_) || changed;
        return changed;
    }
    return false;
  }

  // A stop is about no version: to end it for one would let the others out that it keeps back.
  std::string what_remains() const {
    if (!stop_) return {};
    return fmt::format(
        "; what was pushed before {} stays stopped, since two deployments in a row had failed: `caretaker release {}` "
        "ends that, `caretaker pin {} {}` deploys this version all the same",
        base::to_iso8601(stop_->at), rule_.service.name, rule_.service.name, versions_.front());
  }

  const OrderQuestion& question_;
  Account& account_;
  const rules::Rule& rule_;
  bool rule_is_current_;
  base::Time now_;
  reconcile::Listings listings_;
  std::optional<reconcile::Conclusion> seen_;
  std::vector<records::Change> changes_;  // Newest first.
  std::vector<std::string> versions_;
  bool is_written_ = false;
  bool may_be_written_ = false;               // Nobody could find out.
  std::optional<decide::Record::Stop> stop_;  // That outlasts a release of versions.
};

bool is_pin(Kind kind) { return kind == Kind::Pin || kind == Kind::Rollback; }

bool is_carried_out_at_once(Kind kind) { return kind == Kind::Release || is_pin(kind); }

// Whether the pinned version runs, or is being deployed or about to be.
bool is_brought(const reconcile::Reconciled& done, const Ordering& ordering, const rules::Rule& rule) {
  if (done.end == reconcile::Reconciled::End::Waiting) return true;
  // The image of these is described, and does not run, or is not the rule's.
  constexpr std::array<std::string_view, 5> not_running = {"paused", "deleted", "failed", "unknown-state",
                                                           "other-repository"};
  if (std::ranges::find(not_running, done.word) != not_running.end()) return false;
  const bool is_started = done.end == reconcile::Reconciled::End::Started;
  // What is not covered was only looked at before.
  const auto tag = is_started ? done.to : done.word == not_covered_word ? ordering.found() : done.from;
  const auto runs = read_version(tag, rule);
  const auto read = semver::parse_version(runs ? std::string_view(*runs) : std::string_view());
  return read && semver::parse_version(std::string_view(ordering.versions().front())) == *read;
}

}  // namespace

int order(const OrderQuestion& question, const Outside& outside) {
  const auto command = name_of(question.kind);
  const auto& about = question.then.about;
  const auto account = Account::open(outside, about.records_folder);
  if (!account) return refuse(outside.err, command, account.error());
  const auto rules = read_rules(about.rules_file, outside, account->get());
  if (!rules) return refuse(outside.err, command, rules.error());
  const auto named = rules::find_rule(rules->rules.rules, question.words.front());
  if (!named) return refuse(outside.err, command, named.error());
  const auto& rule = **named;
  const auto tell = [&](std::string_view words) {
    outside.out << paragraph(outside.terminal, rule.service.name + ": ", words) << std::flush;
  };
  Ordering ordering(question, **account, rule, is_about_rules_in_force(about, *rules), outside.clock.now());
  // Exit code 2 says that nothing was written.
  const auto stays = [&] {
    if (!ordering.is_written()) return not_asked;
    tell("what was ordered is written down all the same, and the next look at the service goes by it");
    return not_done;
  };
  const auto said = ordering.write();
  if (!said) {
    const int code = refuse(outside.err, command, said.error().in(rule.service.name));
    if (!ordering.may_be_written()) return code;
    tell(
        fmt::format("nobody knows whether that was written down; `caretaker history {}` tells, and to order it again "
                    "does no harm",
                    rule.service.name));
    return not_done;
  }
  tell(printable(*said));
  if (!is_carried_out_at_once(question.kind)) return fine;
  if (question.later && !is_pin(question.kind)) return ordering.stays_stopped() ? not_done : fine;

  Came came;
  if (question.later) {
    auto done = foresee(question.then, **account, *rules, rule, outside);
    if (!done) {
      refuse(outside.err, command, done.error().in(rule.service.name));
      return stays();
    }
    if (is_brought(*done, ordering, rule)) return fine;
    tell(fmt::format("{}: {}", done->name, printable(done->text)));
    came.done = std::move(*done);
  } else {
    came = reconcile(question.then, **account, *rules, rule, outside);
  }
  if (came.code == was_interrupted) return came.code;
  if (!came.done || came.code > not_done) return stays();
  if (is_pin(question.kind) && !is_brought(*came.done, ordering, rule)) {
    // Somebody else's pin, or what came by it.
    const bool is_overruled = came.done->end == reconcile::Reconciled::End::Started || came.done->word == "pin-runs";
    tell(fmt::format("{} is not deployed; {}", ordering.versions().front(),
                     is_overruled
                         ? std::string("another order went before it")
                         : fmt::format("the pin to it stays until `caretaker release {}`", rule.service.name)));
    return not_done;
  }
  if (is_pin(question.kind) && came.done->word == not_covered_word) return fine;
  // What was released stays stopped.
  const bool is_kept = came.done->end == reconcile::Reconciled::End::Kept;
  if (question.kind == Kind::Release && is_kept && (came.done->word == "stopped" || ordering.stays_stopped())) {
    return not_done;
  }
  return came.code;
}

}  // namespace cli
