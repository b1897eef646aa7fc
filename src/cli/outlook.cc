// SPDX-License-Identifier: Apache-2.0
#include "cli/outlook.h"

#include <algorithm>

#include "cli/failure.h"
#include "cli/text.h"
#include "decide/explain.h"
#include "reconcile/conclude.h"

namespace cli {
namespace {

using decide::Candidate;
using decide::Reason;

bool is_ruled_out(Reason reason) {
  return reason == Reason::NotAVersion || reason == Reason::OutsideRange || reason == Reason::PrereleaseNotAsked ||
         reason == Reason::UnusableKind;
}

// Of one version the shortest tag.
bool is_better(const Candidate& a, const Candidate* b) {
  if (!b) return true;
  const auto order = *a.version <=> *b->version;
  return order != 0 ? order > 0 : std::pair(a.tag.size(), a.tag) < std::pair(b->tag.size(), b->tag);
}

const Candidate* highest_wanted(const decide::Facts& facts, const decide::Decided& decided) {
  const Candidate* best = nullptr;
  const auto& candidates = facts.listing.candidates();
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    // A pin asks for its version whatever the rule allows.
    if (is_ruled_out(decided.verdicts[i].reason) || !facts.rule.range.contains(*candidates[i].version)) continue;
    if (is_better(candidates[i], best)) best = &candidates[i];
  }
  return best;
}

const Candidate* latest(const decide::Listing& listing) {
  const Candidate* release = nullptr;
  const Candidate* any = nullptr;
  for (const auto& candidate : listing.candidates()) {
    if (!candidate.version || !candidate.usable) continue;
    if (is_better(candidate, any)) any = &candidate;
    if (!candidate.version->is_prerelease() && is_better(candidate, release)) release = &candidate;
  }
  return release ? release : any;
}

struct To {
  const Candidate* operator()(const decide::Update& update) const { return update.to; }
  const Candidate* operator()(const decide::Redeploy& redeploy) const { return redeploy.to; }
  const Candidate* operator()(const decide::Wait& wait) const { return wait.best; }
  const Candidate* operator()(const decide::Keep&) const { return nullptr; }
};

std::string tag_of(const Candidate* candidate) { return candidate ? printable(candidate->tag) : std::string(); }

}  // namespace

bool changes(const decide::Decision& decision) {
  return std::holds_alternative<decide::Update>(decision) || std::holds_alternative<decide::Redeploy>(decision);
}

Step step_between(const semver::Version& from, const semver::Version& to) {
  if (from.major() != to.major()) return Step::Major;
  if (from.minor() != to.minor()) return Step::Minor;
  if (from.patch() != to.patch()) return Step::Patch;
  return from == to ? Step::None : Step::Prerelease;
}

std::string_view to_string(Step step) {
  switch (step) {
    case Step::None: return "";
    case Step::Prerelease: return "prerelease";
    case Step::Patch: return "patch";
    case Step::Minor: return "minor";
    case Step::Major: return "major";
  }
  return "";
}

Outlook outlook(const ServiceFacts& service, const Snapshot& snapshot) {
  Outlook out{.arn = service.rule->service.text,
              .name = service.rule->service.name,
              .rule_name = service.rule->name,
              .range = service.rule->range_text,
              .repository = names::to_string(service.repository)};
  const auto fail = [&](const base::Error& error) {
    out.decision = "error";
    out.reason = base::to_string(error.kind);
    out.why = in_words(error);
  };
  if (!service.seen) {
    fail(service.seen.error());
    return out;
  }
  out.was_seen = true;
  const auto [facts, decided] =
      reconcile::conclude(facts_of(service, snapshot, {.kind = decide::Trigger::Kind::Operator}));
  const auto by_itself = reconcile::conclude(facts_of(service, snapshot, {.kind = decide::Trigger::Kind::Sweep}));
  const auto* to = std::visit(To{}, decided.decision);
  const auto* wanted = highest_wanted(facts, decided);
  out.running = printable(decided.current.tag);
  out.wanted = tag_of(wanted);
  out.latest = tag_of(latest(facts.listing));
  out.decision = decide::name(decided.decision);
  out.reason = decide::reason(decided.decision);
  out.to = tag_of(to);
  out.why = decide::explain(decided, facts);
  out.changes = changes(decided.decision);
  out.needs_trigger = out.changes && !changes(by_itself.decided.decision);
  const auto* goal = to ? to : wanted;
  if (goal && decided.current.version) out.step = step_between(decided.current.version->version(), *goal->version);
  if (const auto* wait = std::get_if<decide::Wait>(&decided.decision); wait && wait->until)
    out.until = base::to_iso8601(*wait->until);
  if (out.changes && service.seen->stored.read_only) {
    fail(reconcile::newer_record().error());
    out.to.clear();
    out.changes = out.needs_trigger = false;
  }
  if (!service.not_covered.empty()) {
    out.decision = "keep";
    out.reason = not_covered_word;
    out.to.clear();
    out.why = printable(service.not_covered);
    out.until.clear();
    out.changes = out.needs_trigger = false;
  }
  return out;
}

}  // namespace cli
