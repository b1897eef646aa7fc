// SPDX-License-Identifier: Apache-2.0
#include "decide/scenario_test.h"

#include <fmt/format.h>

#include <stdexcept>

#include "decide/explain.h"
#include "decide/observe.h"

namespace decide {
namespace {

const names::Repository repository{"123456789012", "us-east-1", "shop"};
const std::string host = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

[[noreturn]] void unreadable(std::string_view text) {
  throw std::invalid_argument("not a scenario: " + std::string(text));
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (auto at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
    parts.push_back(trimmed(text.substr(0, at)));
    text.remove_prefix(at + separator.size());
  }
  parts.push_back(trimmed(text));
  return parts;
}

// Cuts what follows `separator` off `text` and returns it; empty if there is none.
std::string_view cut(std::string_view& text, std::string_view separator) {
  const auto at = text.find(separator);
  if (at == std::string_view::npos) return {};
  const auto behind = trimmed(text.substr(at + separator.size()));
  text = trimmed(text.substr(0, at));
  return behind;
}

int number(std::string_view text) { return std::stoi(std::string(text)); }

struct Image {
  std::string tag;
  std::string digest;
};

Image read_image(std::string_view text) {
  const auto digest = std::string(cut(text, "="));
  return {std::string(text), digest.empty() ? "sha-" + std::string(text) : digest};
}

// As a service is described: TAG, DIGEST (sha…), TAG@DIGEST, or `other`, of another repository.
names::ImageReference described_image(std::string_view text) {
  names::ImageReference image{.registry = host, .path = text == "other" ? "other" : "shop", .tag = {}, .digest = {}};
  image.digest = cut(text, "@");
  if (text.starts_with("sha")) {
    image.digest = text;
  } else {
    image.tag = text == "none" ? "" : text;
  }
  return image;
}

// `DIGEST`, `nothing` or `TAG=DIGEST`, and then ` as of HOUR` and ` by us`.
Record::Runs read_runs(std::string_view text, const Running& running) {
  const bool by_us = text.ends_with(" by us");
  if (by_us) cut(text, " by us");
  const auto as_of = cut(text, " as of ");
  const auto image = read_image(text);
  Record::Runs runs = text.contains('=') ? Record::Runs{image.tag, image.digest}
                                         : Record::Runs{running.image->tag, std::string(text == "nothing" ? "" : text)};
  if (!as_of.empty()) runs.as_of = hour(number(as_of));
  runs.by_us = by_us;
  return runs;
}

std::vector<std::string> texts(std::string_view list) {
  std::vector<std::string> out;
  for (const auto one : split(list, ",")) out.emplace_back(one);
  return out;
}

Operation::Kind read_kind(std::string_view text) {
  if (text == "create") return Operation::Kind::Create;
  if (text == "update") return Operation::Kind::Update;
  if (text == "deploy") return Operation::Kind::Deployment;
  if (text == "pause") return Operation::Kind::Other;
  unreadable(text);
}

Operation::State read_operation_state(std::string_view text) {
  if (text == "underway") return Operation::State::Underway;
  if (text == "back") return Operation::State::RollingBack;
  if (text == "ok") return Operation::State::Succeeded;
  if (text == "failed") return Operation::State::Failed;
  unreadable(text);
}

std::string status_of(Operation::State state) {
  switch (state) {
    case Operation::State::Underway: return "IN_PROGRESS";
    case Operation::State::RollingBack: return "ROLLBACK_IN_PROGRESS";
    case Operation::State::Succeeded: return "SUCCEEDED";
    case Operation::State::Failed: return "ROLLBACK_SUCCEEDED";
  }
  return {};
}

semver::Range range(std::string_view text, bool include_prerelease) {
  auto range = semver::parse_range(text, {.loose = false, .include_prerelease = include_prerelease});
  if (!range) unreadable(text);
  return std::move(*range);
}

Record::Rejected read_rejected(std::string_view text) {
  const auto at = cut(text, "@");
  const auto attempts = cut(text, ":");
  const auto image = read_image(text);
  return {.digest = image.digest,
          .tag = image.tag,
          .operation = "op",
          .attempts = number(attempts),
          .at = hour(number(at))};
}

Record::Seen read_seen(std::string_view text) {
  const auto at = cut(text, "@");
  const auto image = read_image(text);
  return {.tag = image.tag, .digest = image.digest, .at = hour(number(at))};
}

Record::Set read_set(std::string_view text) {
  const auto action = text.ends_with(" redeploy") ? Record::Action::Redeploy : Record::Action::Update;
  cut(text, " redeploy");
  auto operation = cut(text, ":");
  const auto outcome = cut(operation, ":");
  const auto image = read_image(text);
  return {.intention = "i",
          .action = action,
          .image = host + "/shop:" + image.tag,
          .tag = image.tag,
          .digest = image.digest,
          .operation = std::string(operation),
          .outcome = std::string(outcome),
          .overdue_at = {},
          .at = hour(50)};
}

Record::Intention read_intention(std::string_view text) {
  const auto until = cut(text, " until ");
  const auto at = cut(text, " @");
  Record::Intention intention;
  intention.id = "i";
  intention.tag = text;
  intention.at = hour(number(at));
  intention.lease_until = hour(number(until));
  return intention;
}

std::string brief_until(const Wait& wait) {
  const auto best = wait.best ? " " + std::string(wait.best->tag) : std::string();
  if (!wait.until) return best;
  return fmt::format("{} until {}", best,
                     std::chrono::floor<std::chrono::hours>(wait.until->time_since_epoch()).count());
}

}  // namespace

base::Time hour(int hours) { return base::Time(std::chrono::hours(hours)); }

Scenario::Scenario(std::string_view text)
    : rule{.name = {},
           .repository = repository,
           .range_text = "*",
           .range = range("*", false),
           .service = {},
           .tag_pattern = {},
           .tests = {},
           .position = {}},
      record(Record{}),
      now(hour(100)) {
  running.created_at = hour(0);
  running.status = "RUNNING";
  for (const auto part : split(text, " | ")) {
    auto key = part;
    const auto value = cut(key, " ");
    read(key, value);
  }
  rule.range = range(rule.range_text, rule.include_prerelease);
  if (rule.tag_pattern) listing = listing.read_by(*rule.tag_pattern);
  if (!record) return;
  record->service_created_at = running.created_at;
  if (record->runs || !running.image) return;
  const auto* candidate = listing.find(running.image->tag);
  record->runs = Record::Runs{running.image->tag, candidate ? std::string(candidate->digest) : std::string()};
}

void Scenario::read(std::string_view key, std::string_view value) {
  if (key == "running") return read_running(value);
  if (key == "rule") return void(rule.range_text = value);
  if (key == "pattern") return void(rule.tag_pattern = rules::TagPattern::parse(value).value());
  if (key == "soak") return void(rule.soak = std::chrono::hours(number(value)));
  if (key == "options") {
    for (const auto option : split(value, " ")) read_option(option);
  } else if (key == "tags") {
    for (const auto tag : split(value, ",")) read_tag(tag);
  } else if (key == "state") {
    read_state(value);
  } else if (key == "created") {
    running.created_at = hour(number(value));
  } else if (key == "ops") {
    for (const auto operation : split(value, ",")) read_operation(operation);
  } else if (key == "push") {
    const auto at = cut(value, " @");
    const auto image = read_image(value);
    trigger.kind = Trigger::Kind::Push;
    trigger.pushes.push_back({.tag = image.tag, .digest = image.digest});
    if (!at.empty()) trigger.pushes.back().at = hour(number(at));
  } else if (key == "operator") {
    trigger.kind = Trigger::Kind::Operator;
  } else if (key == "now") {
    now = hour(number(value));
  } else if (key == "first") {
    record.reset();
  } else if (!read_record(key, value)) {
    unreadable(key);
  }
}

bool Scenario::read_record(std::string_view key, std::string_view value) {
  if (key == "known") {
    record->runs = read_runs(value, running);
  } else if (key == "baseline") {
    record->baseline = Record::Baseline{std::string(value), hour(10)};
  } else if (key == "held") {
    const auto by = cut(value, " by ");
    record->holds.push_back(
        {.versions = texts(value), .operation = by.empty() ? "op" : "", .by = std::string(by), .at = hour(20)});
  } else if (key == "skipped") {
    for (const auto& version : texts(value)) record->skips.push_back({version, "ann", hour(20)});
  } else if (key == "pin") {
    record->pin = Record::Pin{std::string(value), "ann", hour(20)};
  } else if (key == "stop") {
    record->stop = Record::Stop{hour(number(value))};
  } else if (key == "failures") {
    record->failures = number(value);
  } else if (key == "rejected") {
    for (const auto one : split(value, ",")) record->rejected.push_back(read_rejected(one));
  } else if (key == "under") {
    record->range = value;
  } else if (key == "deployed") {
    record->deployed = value;
  } else if (key == "unexplained") {
    record->unexplained_at = hour(number(value));
  } else if (key == "foreign") {
    auto version = cut(value, "=");
    const auto image = cut(version, " as ");
    const auto at = cut(version, "@");
    record->foreign = Record::Foreign{std::string(value), std::string(version)};
    if (!at.empty()) record->foreign->at = hour(number(at));
    if (!image.empty()) record->foreign->image = to_string(described_image(image));
  } else if (key == "seen") {
    for (const auto one : split(value, ",")) record->seen.push_back(read_seen(one));
  } else if (key == "told") {
    for (const auto one : split(value, ",")) record->told.push_back(read_seen(one));
  } else if (key == "set") {
    record->set = read_set(value);
  } else if (key == "before") {
    record->set->before = read_runs(value, running);
  } else if (key == "intention") {
    record->intention = read_intention(value);
  } else {
    return false;
  }
  return true;
}

void Scenario::read_running(std::string_view value) {
  if (value != "source") running.image = described_image(value);
}

void Scenario::read_state(std::string_view value) {
  using State = Running::State;
  if (value == "auto") return void(running.auto_deploys = true);
  running.state = value == "busy"      ? State::Busy
                  : value == "paused"  ? State::Paused
                  : value == "deleted" ? State::Deleted
                  : value == "failed"  ? State::Failed
                  : value == "odd"     ? State::Other
                                       : (unreadable(value), State::Other);
  running.status = value == "busy" ? "OPERATION_IN_PROGRESS" : value;
}

void Scenario::read_tag(std::string_view value) {
  if (value.empty()) return;
  const bool usable = !value.ends_with(" chart");
  if (!usable) cut(value, " chart");
  const auto pushed = cut(value, " @");
  const auto image = read_image(value);
  const auto at = pushed.empty()  ? std::optional(hour(1))
                  : pushed == "?" ? std::nullopt
                                  : std::optional(hour(number(pushed)));
  listing.add(image.digest, {image.tag}, at, usable);
}

void Scenario::read_operation(std::string_view value) {
  auto at = cut(value, "@");
  const auto ended = cut(at, "-");
  const auto parts = split(value, ":");
  const auto state = read_operation_state(parts.at(2));
  running.operations.push_back({.id = std::string(parts.at(0)),
                                .kind = read_kind(parts.at(1)),
                                .state = state,
                                .status = status_of(state),
                                .started_at = at.empty() ? std::nullopt : std::optional(hour(number(at))),
                                .ended_at = ended.empty() ? std::nullopt : std::optional(hour(number(ended)))});
}

void Scenario::read_option(std::string_view value) {
  if (value == "downgrade") {
    rule.downgrade = true;
  } else if (value == "suspend") {
    rule.suspend = true;
  } else if (value == "no-redeploy") {
    rule.redeploy = false;
  } else if (value == "fallback") {
    rule.fallback = true;
  } else if (value == "reapply") {
    rule.foreign_change = rules::ForeignChange::Reapply;
  } else if (value == "act") {
    rule.adopt = rules::Adopt::Act;
  } else if (value == "prerelease") {
    rule.include_prerelease = true;
  } else {
    unreadable(value);
  }
}

Facts Scenario::facts() const {
  return {.rule = rule,
          .repository = repository,
          .listing = listing,
          .running = running,
          .record = record,
          .trigger = trigger,
          .now = now};
}

Facts Scenario::observed() const {
  auto facts = this->facts();
  facts.record = observe(facts);
  return facts;
}

std::string brief(const Decision& decision) {
  auto text = fmt::format("{} {}", name(decision), reason(decision));
  if (const auto* update = std::get_if<Update>(&decision)) return text + " " + std::string(update->to->tag);
  if (const auto* redeploy = std::get_if<Redeploy>(&decision)) return text + " " + std::string(redeploy->to->tag);
  if (const auto* wait = std::get_if<Wait>(&decision)) return text + brief_until(*wait);
  return text;
}

}  // namespace decide
