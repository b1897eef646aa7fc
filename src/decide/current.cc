// SPDX-License-Identifier: Apache-2.0
#include "decide/current.h"

#include "decide/follow.h"

namespace decide {
namespace {

// Whether the operation that keeps the service busy is the one we started, and still puts our image into service. Or it has, and the
// service is not described with it yet.
bool deploys_ours(const Facts& facts) {
  if (facts.record && awaits_description(*facts.record, facts.running)) return true;
  if (!facts.record || !facts.record->set || facts.running.operations.empty()) return false;
  const auto& set = *facts.record->set;
  const auto& newest = facts.running.operations.front();
  if (newest.id.empty() || newest.id != set.operation) return false;
  // It may be described as it is after the operation, of which is not known yet how it ended.
  if (facts.running.state == Running::State::Running) {
    return set.outcome.empty() && newest.state == Operation::State::Underway && is_listed_under_way(facts);
  }
  if (facts.running.state != Running::State::Busy) return false;
  // The service may have been described just before the operation ended well.
  return newest.state == Operation::State::Underway || newest.state == Operation::State::Succeeded;
}

void read_version(Current& current, const rules::Rule& rule) {
  auto version = rules::version_of(current.tag, rule);
  if (!version && rule.tag_pattern) {
    if (const auto plain = semver::parse_version(std::string_view(current.tag))) version = *plain;
    current.beside_pattern = version.has_value();
  }
  if (!version) return;
  const auto form = form_of(current.tag, *version);
  current.before = form.before;
  current.behind = form.behind;
  current.version.emplace(*version);
}

}  // namespace

TagForm form_of(std::string_view tag, const semver::Version& version) {
  const auto written = version.written();
  const auto begin = static_cast<std::size_t>(written.data() - tag.data());
  return {tag.substr(0, begin), tag.substr(begin + written.size())};
}

std::string described_tag(const Facts& facts, const std::optional<Record>& record) {
  if (!facts.running.image) return {};
  const auto& image = *facts.running.image;
  if (!image.tag.empty() || image.digest.empty()) return image.tag;
  const Candidate* highest = nullptr;
  for (const auto& candidate : facts.listing.candidates()) {
    if (candidate.digest != image.digest || !candidate.version) continue;
    const auto order = highest ? *candidate.version <=> *highest->version : std::weak_ordering::greater;
    if (order > 0 || (order == 0 && candidate.tag < highest->tag)) highest = &candidate;
  }
  if (highest) return std::string(highest->tag);
  if (!record) return {};
  const auto is_it = [&](const std::optional<Record::Runs>& runs) { return runs && runs->digest == image.digest; };
  if (is_it(record->runs)) return record->runs->tag;
  return record->set && is_it(record->set->before) ? record->set->before->tag : std::string();
}

bool runs_repository(const Facts& facts) {
  return facts.running.image && facts.running.image->ecr() == facts.repository;
}

Current current(const Facts& facts) {
  Current current;
  if (deploys_ours(facts)) {
    current.tag = facts.record->set->tag;
    current.digest = facts.record->set->digest;
    current.being_deployed = true;
  } else {
    current.tag = described_tag(facts, facts.record);
    const auto& runs = facts.record ? facts.record->runs : std::nullopt;
    if (runs && runs->tag == current.tag) current.digest = runs->digest;
  }
  read_version(current, facts.rule);
  return current;
}

}  // namespace decide
