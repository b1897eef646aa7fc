// SPDX-License-Identifier: Apache-2.0
#include "cli/order.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>

#include "cli/failure.h"
#include "cli/text.h"
#include "decide/current.h"
#include "decide/orders.h"
#include "rules/lookup.h"

namespace cli {
namespace {

using Kind = OrderQuestion::Kind;
using reconcile::Order;

constexpr int fine = 0;

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
};

class Ordering {
 public:
  Ordering(const OrderQuestion& question, Account& account, const rules::Rule& rule, base::Time now)
      : question_(question), account_(account), rule_(rule), now_(now) {}

  // What it says; Errors: what keeps it from being ordered.
  base::Result<std::string> write() {
    auto draft = this->draft();
    if (!draft) return std::unexpected(draft.error());
    auto by = account_.who();
    if (!by) return std::unexpected(by.error());
    Order order{.action = std::string(name_of(question_.kind)),
                .to = draft->versions.size() == 1 ? draft->versions.front() : std::string(),
                .by = *by,
                .why = draft->why,
                .edit = [&](decide::Record& record) { return edit(record, draft->versions, *by); }};
    const auto ordered = account_.installation().reconciler().order(rule_, order, account_.deadline());
    if (!ordered) return std::unexpected(ordered.error());
    return *ordered ? draft->why : "nothing to do: it is that way already";
  }

 private:
  base::Result<Draft> draft() {
    Draft draft;
    for (const auto& word : std::span(question_.words).subspan(1)) {
      auto version = read_version(word, rule_);
      if (!version) return std::unexpected(version.error());
      draft.versions.push_back(std::move(*version));
    }
    switch (question_.kind) {
      case Kind::Hold:
        if (draft.versions.empty()) return hold_newer();
        draft.why = fmt::format("{} held until a version above runs", fmt::join(draft.versions, ", "));
        break;
      case Kind::Release:
        draft.why = draft.versions.empty() ? std::string("Released: hold, rejections, stop and pin are ended")
                                           : fmt::format("Released: {}", fmt::join(draft.versions, ", "));
        break;
      case Kind::Pin: draft.why = fmt::format("Pinned to {}", draft.versions.front()); break;
      case Kind::Skip: draft.why = fmt::format("{} skipped", fmt::join(draft.versions, ", ")); break;
      case Kind::Rollback: return pin_before();
    }
    return draft;
  }

  base::Result<reconcile::Gathered> gather(reconcile::Listings& listings) {
    const auto repository = repository_of(rule_, account_);
    if (!repository) return std::unexpected(repository.error());
    auto& installation = account_.installation();
    return reconcile::gather(rule_, *repository, installation.app_runner(), installation.records(), listings,
                             account_.deadline());
  }

  // Everything newer than what runs that is there now.
  base::Result<Draft> hold_newer() {
    reconcile::Listings listings(account_.installation().caller());
    const auto gathered = gather(listings);
    if (!gathered) return std::unexpected(gathered.error());
    const auto tag = decide::described_tag(gathered->described->running, *gathered->listing);
    const auto running = rules::version_of(tag, rule_);
    if (!running) {
      return base::fail(base::ErrorKind::Invalid,
                        fmt::format("`{}` runs, which is no version to compare with; name the versions to hold", tag));
    }
    Draft draft;
    std::vector<semver::Version> newer;
    for (const auto& candidate : gathered->listing->candidates()) {
      if (candidate.version && *candidate.version > *running && rule_.range.contains(*candidate.version)) {
        newer.push_back(*candidate.version);
      }
    }
    std::ranges::stable_sort(newer, std::ranges::greater());
    newer.erase(std::ranges::unique(newer).begin(), newer.end());
    for (const auto& version : newer) draft.versions.push_back(to_string(version));
    if (newer.empty()) {
      return base::fail(base::ErrorKind::Invalid,
                        fmt::format("nothing newer than {} is there to be held; `caretaker pin {} {}` keeps it there",
                                    tag, rule_.service.name, to_string(*running)));
    }
    draft.why = fmt::format("Held at {}: {} newer {} wait for a version above or a release", tag, newer.size(),
                            newer.size() == 1 ? "version" : "versions");
    return draft;
  }

  // What ran before what runs now, as the record knows it.
  base::Result<Draft> pin_before() {
    reconcile::Listings listings(account_.installation().caller());
    const auto gathered = gather(listings);
    if (!gathered) return std::unexpected(gathered.error());
    const auto tag = decide::described_tag(gathered->described->running, *gathered->listing);
    const auto found = std::ranges::find_if(gathered->stored.changes, [&](const records::Change& change) {
      return change.action == "update" && !change.from.empty() && change.from != tag && change.to == tag;
    });
    const auto version = found == gathered->stored.changes.end() ? std::nullopt : rules::version_of(found->from, rule_);
    if (!version) {
      return base::fail(base::ErrorKind::NotFound,
                        fmt::format("no record says what ran before {}; `caretaker pin {} VERSION` names it", tag,
                                    rule_.service.name));
    }
    return Draft{{to_string(*version)}, fmt::format("Rolled back from {} to {}, and pinned there", tag, found->from)};
  }

  bool edit(decide::Record& record, const std::vector<std::string>& versions, const std::string& by) const {
    bool changed = false;
    switch (question_.kind) {
      case Kind::Hold: return decide::hold(record, versions, by, now_);
      case Kind::Release:
        if (versions.empty()) return decide::release(record);
        for (const auto& version : versions) changed = decide::release(record, version, rule_) || changed;
        return changed;
      case Kind::Pin:
      case Kind::Rollback: return decide::pin(record, versions.front(), by, now_);
      case Kind::Skip:
        for (const auto& version : versions) changed = decide::skip(record, version, by, now_) || changed;
        return changed;
    }
    return false;
  }

  const OrderQuestion& question_;
  Account& account_;
  const rules::Rule& rule_;
  base::Time now_;
};

bool is_carried_out_at_once(Kind kind) { return kind == Kind::Release || kind == Kind::Pin || kind == Kind::Rollback; }

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
  const auto said = Ordering(question, **account, rule, outside.clock.now()).write();
  if (!said) return refuse(outside.err, command, said.error().in(rule.service.name));
  outside.out << paragraph(outside.terminal, rule.service.name + ": ", printable(*said)) << std::flush;
  if (question.later || !is_carried_out_at_once(question.kind)) return fine;
  return reconcile(question.then, **account, rule, outside);
}

}  // namespace cli
