// SPDX-License-Identifier: Apache-2.0
#include "cli/rule_tests.h"

#include <fmt/format.h>

#include <algorithm>

#include "decide/explain.h"
#include "decide/observe.h"
#include "rules/problem_ids.h"
#include "rules/source.h"

namespace cli {
namespace {

using Expect = rules::RuleTest::Expect;

std::string_view word(Expect expect) {
  switch (expect) {
    case Expect::Update: return "update";
    case Expect::Redeploy: return "redeploy";
    case Expect::Wait: return "wait";
    case Expect::Keep: return "keep";
  }
  return "?";
}

// Any text that tells images apart would do.
std::string digest_of(std::string_view tag) { return "image-of-" + std::string(tag); }

// The repository as the push left it.
decide::Listing list(const rules::Rule& rule, const rules::RuleTest& test, base::Time now) {
  std::vector<std::string> tags = {test.running, test.tag};
  tags.insert(tags.end(), test.listed.begin(), test.listed.end());
  std::ranges::sort(tags);
  tags.erase(std::ranges::unique(tags).begin(), tags.end());
  decide::Listing listing;
  for (const auto& tag : tags) listing.add(digest_of(tag), {tag}, now, true);
  return rule.tag_pattern ? listing.read_by(*rule.tag_pattern) : std::move(listing);
}

decide::Running describe(const rules::RuleTest& test, const names::Repository& repository) {
  decide::Running running;
  running.status = "RUNNING";
  running.image = names::ImageReference{
      .registry = fmt::format("{}.dkr.ecr.{}.amazonaws.com", repository.account, repository.region),
      .path = repository.name,
      .tag = test.running,
      .digest = {}};
  if (test.busy) {
    running.state = decide::Running::State::Busy;
    running.status = "OPERATION_IN_PROGRESS";
    running.operations.push_back({.id = "somebody's",
                                  .kind = decide::Operation::Kind::Other,
                                  .state = decide::Operation::State::Underway,
                                  .status = "IN_PROGRESS",
                                  .started_at = {}});
  }
  return running;
}

// The service was seen before, and the running tag had its image then.
decide::Record remember(const rules::RuleTest& test) {
  decide::Record record;
  record.runs = decide::Record::Runs{.tag = test.running,
                                     .digest = test.running == test.tag ? "the image before" : digest_of(test.running)};
  return record;
}

// Empty: it decides as expected.
std::string failure(const rules::RuleTest& test, const decide::Decided& decided, const decide::Facts& facts) {
  const auto name = decide::name(decided.decision);
  const auto* update = std::get_if<decide::Update>(&decided.decision);
  const bool other = update && test.expect == Expect::Update && update->to->tag != test.tag;
  if (name == word(test.expect) && !other) return {};
  const auto done = update ? fmt::format("{} to {}", name, update->to->tag) : std::string(name);
  auto text = fmt::format("expected {}{} when {} runs and {} is pushed, and the decision is {}: {}", word(test.expect),
                          test.expect == Expect::Update ? " to " + test.tag : std::string(), test.running, test.tag,
                          done, explain(decided, facts));
  const auto* pushed = facts.listing.find(test.tag);
  const auto index = static_cast<std::size_t>(pushed - facts.listing.candidates().data());
  const auto verdict = explain(decided.verdicts[index], *pushed, facts, decided.current);
  if (!update && !text.contains(verdict)) text += "; " + verdict;
  return text;
}

std::string run(const rules::Rule& rule, const rules::RuleTest& test) {
  const auto repository = repository_of(rule, rule.service.account, rule.service.region);
  const base::Time now{std::chrono::hours(24)};
  const auto listing = list(rule, test, now);
  decide::Facts facts{.rule = rule,
                      .repository = repository,
                      .listing = listing,
                      .running = describe(test, repository),
                      .record = remember(test),
                      .trigger = {.kind = decide::Trigger::Kind::Push, .pushes = {{test.tag, digest_of(test.tag)}}},
                      .now = now};
  facts.record = observe(facts);
  return failure(test, decide::decide(facts), facts);
}

}  // namespace

std::vector<rules::Problem> failed_tests(const rules::Rules& rules) {
  std::vector<rules::Problem> problems;
  for (const auto& rule : rules.rules) {
    for (const auto& test : rule.tests) {
      // The range stands in it as it was written.
      const auto message = rules::one_line(run(rule, test));
      if (message.empty()) continue;
      problems.push_back({.severity = rules::Problem::Severity::Error,
                          .id = rules::id::failed_test,
                          .place = test.place,
                          .message = message});
    }
  }
  return problems;
}

}  // namespace cli
