// SPDX-License-Identifier: Apache-2.0
#include "simulation/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/json.h"
#include "simulation/request.h"

namespace simulation {
namespace {

// What the record excepts.
struct Exceptions {
  std::string pin;
  bool left_alone = false;  // Stopped.
  std::set<std::string> digests;
  std::set<std::string> skipped;
  std::set<std::string> held;
  std::optional<PlainVersion> baseline;
  std::string runs_digest;
};

Exceptions read_exceptions(const boost::json::object& record) {
  const auto view = read_record(record);
  Exceptions exceptions{.pin = view.pin, .left_alone = view.stop};
  const auto texts = [&](std::string_view list, std::string_view member, std::set<std::string>& into) {
    const auto* values = record.if_contains(list);
    if (!values || !values->is_array()) return;
    for (const auto& value : values->get_array()) into.emplace(base::string_member(value, member).value_or(""));
  };
  texts("rejected", "digest", exceptions.digests);
  texts("skips", "version", exceptions.skipped);
  if (const auto* holds = record.if_contains("holds")) {
    for (const auto& hold : holds->as_array()) {
      for (const auto& version : hold.at("versions").as_array()) exceptions.held.emplace(version.as_string());
    }
  }
  if (const auto* baseline = record.if_contains("baseline"))
    exceptions.baseline = read_plain_version(base::string_member(*baseline, "version").value_or(""));
  if (const auto* runs = record.if_contains("runs"))
    exceptions.runs_digest = base::string_member(*runs, "digest").value_or("");
  return exceptions;
}

bool may_run(const TownRule& rule, const std::string& tag, const TownTag& image, const Exceptions& exceptions,
             base::Time now) {
  const auto version = rule.version_of(tag);
  if (!version || !rule.allows(tag) || image.chart || exceptions.digests.contains(image.digest)) return false;
  if (exceptions.skipped.contains(to_string(*version)) || exceptions.held.contains(to_string(*version))) return false;
  if (exceptions.baseline && *version <= *exceptions.baseline) return false;
  for (const auto& held : exceptions.held) {
    const auto bound = held.starts_with("<=") ? read_plain_version(held.substr(2)) : std::nullopt;
    if (bound && *version <= *bound) return false;
  }
  return now >= std::max(image.pushed_at, image.moved_at) + rule.soak;
}

// An order goes before everything but what an image is, what became of it, and what people did since.
std::optional<std::string> wrong_with_pin(const TownRule& rule, const TownRepository& repository,
                                          const PlainVersion& running, const Exceptions& exceptions) {
  bool is_there = false;
  for (const auto& [tag, image] : repository.tags) {
    const auto version = rule.version_of(tag);
    if (!version || to_string(*version) != exceptions.pin) continue;
    if (image.chart || exceptions.digests.contains(image.digest)) return std::nullopt;
    is_there = true;
  }
  if (!is_there || exceptions.held.contains(exceptions.pin) || to_string(running) == exceptions.pin)
    return std::nullopt;
  return fmt::format("{} runs, and the service is pinned to {}", to_string(running), exceptions.pin);
}

std::optional<std::string> wrong_with(const Town& town, const Truth& truth, const TownService& service) {
  const auto& rule = service.rule;
  const auto seen = town.see(service.arn);
  if (service.deleted || rule.suspend || !seen || seen->status != "RUNNING" || seen->auto_deployments)
    return std::nullopt;
  const auto running = rule.version_of(seen->tag);
  const auto record = town.record_of(service);
  if (!running || !record) return std::nullopt;
  if (const auto operation = truth.newest_of_ours(service.arn);
      !operation.empty() && read_record(*record).set_operation != operation)
    return fmt::format("the last operation that a function started is {}, and the record does not know it", operation);
  const auto exceptions = read_exceptions(*record);
  if (!exceptions.pin.empty())
    return wrong_with_pin(rule, town.repositories()[service.repository], *running, exceptions);
  if (exceptions.left_alone) return std::nullopt;

  const auto& tags = town.repositories()[service.repository].tags;
  const auto now = town.world().now();
  std::optional<PlainVersion> highest;
  for (const auto& [tag, image] : tags) {
    const auto version = rule.version_of(tag);
    if (may_run(rule, tag, image, exceptions, now) && (!highest || *version > *highest)) highest = version;
  }
  // A rejected image above it means that nothing lower is taken instead, but for a rule that says so.
  const bool refused_above = std::ranges::any_of(tags, [&](const auto& entry) {
    const auto version = rule.version_of(entry.first);
    return version && rule.allows(entry.first) && exceptions.digests.contains(entry.second.digest) && highest &&
           *version > *highest;
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
  if (rule.redeploy && runs && runs->sure && now_there != tags.end() && runs->tag == seen->tag &&
      runs->digest != now_there->second.digest && !exceptions.runs_digest.empty() &&
      may_run(rule, seen->tag, now_there->second, exceptions, now))
    return fmt::format("{} has another image now, and the old one runs", seen->tag);
  return std::nullopt;
}

}  // namespace

std::optional<Violation> check_end(const Town& town, const Truth& truth) {
  for (const auto& service : town.services()) {
    if (auto wrong = wrong_with(town, truth, service))
      return Violation{4, town.world().now(), service.arn, "in the end " + *wrong};
  }
  return std::nullopt;
}

}  // namespace simulation
