// SPDX-License-Identifier: Apache-2.0
#include "simulation/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/json.h"
#include "simulation/request.h"

namespace simulation {
namespace {

// Pushed so long after the first sight, it is no matter of clocks.
constexpr auto surely_later = std::chrono::minutes(5);

// What may not run though the rule allows it, and which image runs as far as the record knows.
struct Exceptions {
  std::set<std::string> digests;
  std::set<std::string> held;
  std::optional<PlainVersion> baseline;
  std::string runs_digest;
  std::optional<base::Time> baseline_at;

  bool holds(const PlainVersion& version) const {
    return std::ranges::any_of(held, [&](const std::string& text) { return is_within(text, version); });
  }
};

// What the record excepts, as far as that came about.
Exceptions read_exceptions(const boost::json::object& record, const Truth& truth, const std::string& arn,
                           base::Time now) {
  Exceptions exceptions;
  const bool is_believed = truth.is_mistaken(arn);
  if (const auto* rejected = record.if_contains("rejected")) {
    for (const auto& one : rejected->as_array()) {
      const std::string digest(base::string_member(one, "digest").value_or(""));
      if (is_believed || truth.may_be_rejected(arn, digest, now)) exceptions.digests.insert(digest);
    }
  }
  if (const auto* holds = record.if_contains("holds")) {
    for (const auto& hold : holds->as_array()) {
      for (const auto& text : hold.at("versions").as_array()) {
        const auto version = read_plain_version(std::string_view(text.as_string()));
        if (is_believed || !version || truth.may_be_held(arn, *version)) exceptions.held.emplace(text.as_string());
      }
    }
  }
  const auto* baseline = record.if_contains("baseline");
  if (baseline && !baseline->is_null() && !truth.must_know_of_push(arn)) {
    exceptions.baseline = read_plain_version(base::string_member(*baseline, "version").value_or(""));
    exceptions.baseline_at = base::parse_iso8601(base::string_member(*baseline, "at").value_or(""));
  }
  if (const auto* runs = record.if_contains("runs"))
    exceptions.runs_digest = base::string_member(*runs, "digest").value_or("");
  return exceptions;
}

bool may_run(const TownRule& rule, const std::string& tag, const TownTag& image, const Truth& truth,
             const Exceptions& exceptions, base::Time now) {
  const auto version = rule.version_of(tag);
  if (!version || !rule.allows(tag) || image.chart || exceptions.digests.contains(image.digest)) return false;
  if (truth.skipped(rule.arn, *version) || exceptions.holds(*version)) return false;
  if (truth.may_be_stopped(rule.arn, image.pushed_at)) return false;
  if (exceptions.baseline && *version <= *exceptions.baseline) return false;
  return now >= std::max(image.pushed_at, image.moved_at) + rule.soak;
}

// An order goes before everything but what an image is, what became of it, and what people did since.
// What failed before it was given is tried once more, and what was held comes.
std::optional<std::string> wrong_with_pin(const TownRule& rule, const TownRepository& repository, const Truth& truth,
                                          const PlainVersion& running, const Truth::Pin& given,
                                          const Exceptions& exceptions) {
  const auto& pin = given.version;
  bool is_there = false;
  for (const auto& [tag, image] : repository.tags) {
    const auto version = rule.version_of(tag);
    if (!version || to_string(*version) != pin) continue;
    const bool is_rejected = exceptions.digests.contains(image.digest) &&
                             (truth.is_mistaken(rule.arn) || truth.has_failed_since(rule.arn, image.digest, given.at));
    const bool is_held = exceptions.holds(*version) &&
                         (truth.is_mistaken(rule.arn) || truth.may_be_held_since(rule.arn, *version, given.at));
    if (image.chart || is_rejected || is_held) return std::nullopt;
    is_there = true;
  }
  if (!is_there || to_string(running) == pin) return std::nullopt;
  return fmt::format("{} runs, and the service is pinned to {}", to_string(running), pin);
}

std::optional<std::string> wrong_with(const Town& town, const Truth& truth, const TownService& service) {
  const auto& rule = service.rule;
  const auto seen = town.see(service.arn);
  if (service.deleted || rule.suspend || !seen || seen->status != "RUNNING" || seen->auto_deployments ||
      seen->repository != rule.repository)
    return std::nullopt;
  const auto running = rule.version_of(seen->tag);
  const auto record = town.record_of(service);
  if (!running || !record) return std::nullopt;
  if (const auto operation = truth.newest_of_ours(service.arn);
      !operation.empty() && !truth.is_mistaken(service.arn) && read_record(*record).set_operation != operation)
    return fmt::format("the last operation that a function started is {}, and the record does not know it", operation);
  const auto now = town.world().now();
  auto exceptions = read_exceptions(*record, truth, service.arn, now);
  if (const auto* pin = truth.pin(service.arn))
    return wrong_with_pin(rule, town.repositories()[service.repository], truth, *running, *pin, exceptions);

  const auto& tags = town.repositories()[service.repository].tags;
  // A sweep sees what was pushed since.
  const bool shows_push =
      exceptions.baseline_at && std::ranges::any_of(tags, [&](const auto& entry) {
        const auto& image = entry.second;
        return !image.chart && rule.allows(entry.first) && image.pushed_at > *exceptions.baseline_at + surely_later;
      });
  if (shows_push) exceptions.baseline.reset();
  std::optional<PlainVersion> highest;
  for (const auto& [tag, image] : tags) {
    const auto version = rule.version_of(tag);
    if (may_run(rule, tag, image, truth, exceptions, now) && (!highest || *version > *highest)) highest = version;
  }
  // An image above it that failed means that nothing lower is taken instead, but for a rule that says so.
  const bool refused_above = std::ranges::any_of(tags, [&](const auto& entry) {
    const auto version = rule.version_of(entry.first);
    const auto& image = entry.second;
    if (!version || image.chart || truth.skipped(service.arn, *version) || exceptions.holds(*version)) return false;
    return rule.allows(entry.first) && highest && *version > *highest &&
           (exceptions.digests.contains(image.digest) || truth.has_failed(service.arn, image.digest));
  });
  if (highest && *highest > *running && (rule.fallback || !refused_above))
    return fmt::format("{} runs, and {} is the highest that {} admits", seen->tag, to_string(*highest),
                       rule.range->text);
  const auto now_there = tags.find(seen->tag);
  if (rule.downgrade && !rule.allows(seen->tag) && highest && *highest < *running && now_there != tags.end() &&
      (rule.fallback || !refused_above))
    return fmt::format("{} runs outside of {}, and the rule lets it go down to {}", seen->tag, rule.range->text,
                       to_string(*highest));
  const auto* runs = truth.runs(service.arn);
  // What was held and is put there again is held no more.
  if (!truth.may_be_held_by_order(service.arn, *running)) exceptions.held.erase(to_string(*running));
  if (rule.redeploy && runs && runs->sure && now_there != tags.end() && runs->tag == seen->tag &&
      runs->digest != now_there->second.digest && !exceptions.runs_digest.empty() &&
      may_run(rule, seen->tag, now_there->second, truth, exceptions, now))
    return fmt::format("{} has another image now, {}, and {} runs; the record says {}", seen->tag,
                       now_there->second.digest.substr(0, 19), runs->digest.substr(0, 19),
                       exceptions.runs_digest.substr(0, 19));
  return std::nullopt;
}

}  // namespace

std::optional<Violation> check_end(const Town& town, const Truth& truth) {
  const auto kept = town.world().object("GET", "records/rules/rules.json");
  if (kept.status == 200 && kept.body != town.world().object("GET", "rules.json").body)
    return Violation{4, town.world().now(), {}, "in the end other rules are kept than those in force"};
  for (const auto& service : town.services()) {
    if (auto wrong = wrong_with(town, truth, service))
      return Violation{4, town.world().now(), service.arn, "in the end " + *wrong};
  }
  return std::nullopt;
}

}  // namespace simulation
