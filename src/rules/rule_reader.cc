// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "rules/range_reader.h"
#include "rules/repository_reader.h"
#include "rules/service_reader.h"
#include "rules/suggest.h"
#include "rules/test_reader.h"

namespace rules {
namespace {

constexpr std::array<std::string_view, 15> rule_keys = {"name",      "repository",    "semVersion", "serviceArn",
                                                        "tests",     "silence",       "tagPattern", "includePrerelease",
                                                        "downgrade", "suspend",       "redeploy",   "adopt",
                                                        "fallback",  "foreignChange", "soak"};
constexpr std::array<std::string_view, 3> required_keys = {"repository", "semVersion", "serviceArn"};
constexpr std::size_t identity_keys = 6;  // The first of rule_keys: they can have no default.

constexpr std::array<std::string_view, 2> adopt_words = {"wait", "act"};
constexpr std::array<std::string_view, 2> foreign_change_words = {"hold", "reapply"};
constexpr DurationBounds soak_bounds{std::chrono::seconds(0), std::chrono::days(90), "an image can soak for up to 90d"};

void set(bool& value, const Members& members, std::string_view key, Problems& problems) {
  value = read_bool(members, key, problems).value_or(value);
}

Options read_options(const Members& members, Options options, PatternReader& patterns, Problems& problems) {
  if (const auto* node =
          find_string(members, "tagPattern", "a pattern, as in \"^(?P<version>.+)-alpine$\"", problems)) {
    options.tag_pattern = patterns.read(*node);
  }
  set(options.include_prerelease, members, "includePrerelease", problems);
  set(options.downgrade, members, "downgrade", problems);
  set(options.suspend, members, "suspend", problems);
  set(options.redeploy, members, "redeploy", problems);
  set(options.fallback, members, "fallback", problems);
  if (const auto word = read_word(members, "adopt", adopt_words, problems)) {
    options.adopt = *word == 1 ? Adopt::Act : Adopt::Wait;
  }
  if (const auto word = read_word(members, "foreignChange", foreign_change_words, problems)) {
    options.foreign_change = *word == 1 ? ForeignChange::Reapply : ForeignChange::Hold;
  }
  if (const auto* soak = members.find("soak"))
    options.soak = read_duration(*soak, soak_bounds, problems).value_or(options.soak);
  return options;
}

void report_missing(const Node& rule, const Members& members, Problems& problems) {
  for (const auto key : required_keys) {
    if (!members.has(key)) problems.error(id::missing_key, rule, fmt::format("the rule has no `{}`", key));
  }
}

}  // namespace

Options read_defaults(const Node& node, PatternReader& patterns, Problems& problems) {
  if (node.type() != Node::Type::Object) {
    report_type(node, "an object of options", problems);
    return {};
  }
  const auto members = read_members(node, "`defaults`", rule_keys, problems);
  const auto identity = std::span(rule_keys).first(identity_keys);
  for (const auto& member : members.known) {
    if (std::ranges::find(identity, member.key()) == identity.end()) continue;
    problems.error(id::unknown_key, member.key_offset(), member.pointer(),
                   fmt::format("`{}` can have no default: each rule has its own", member.key()));
  }
  return read_options(members, {}, patterns, problems);
}

std::optional<Rule> read_rule(const Node& node, const Options& defaults, PatternReader& patterns, Problems& problems) {
  if (node.type() != Node::Type::Object) {
    report_type(node, "a rule: an object with `repository`, `semVersion` and `serviceArn`", problems);
    return std::nullopt;
  }
  const auto members = read_members(node, "a rule", rule_keys, problems);
  if (const auto* silence = read_silence(members, problems)) problems.silence_rule(*silence);
  report_missing(node, members, problems);
  const auto options = read_options(members, defaults, patterns, problems);

  const auto* name = find_string(members, "name", "a string", problems);
  const auto* repository_node =
      find_string(members, "repository", "the name of a repository, as in \"team/shop\"", problems);
  const auto* range_node = find_string(members, "semVersion", "a range of versions, as in \"^1.2\"", problems);
  const auto* service_node = find_string(members, "serviceArn", "the ARN of a service", problems);
  auto repository = repository_node ? read_repository(*repository_node, problems) : std::nullopt;
  auto range = range_node ? read_range(*range_node, options.include_prerelease, problems) : std::nullopt;
  auto service = service_node ? read_service(*service_node, problems) : std::nullopt;
  if (repository && service && !repository->account.empty()) {
    check_reach(*repository_node, *repository, *service, problems);
  }
  auto tests = read_tests(members, problems);
  problems.unsilence_rule();
  if (!repository || !range || !service) return std::nullopt;
  return Rule{.name = name ? name->string() : std::string(),
              .repository = std::move(*repository),
              .range_text = range_node->string(),
              .range = std::move(*range),
              .service = std::move(*service),
              .tag_pattern = options.tag_pattern,
              .include_prerelease = options.include_prerelease,
              .downgrade = options.downgrade,
              .suspend = options.suspend,
              .redeploy = options.redeploy,
              .fallback = options.fallback,
              .adopt = options.adopt,
              .foreign_change = options.foreign_change,
              .soak = options.soak,
              .tests = std::move(tests),
              .position = problems.source().position(node.offset())};
}

const Node* read_silence(const Members& members, Problems& problems) {
  const auto* node = find_strings(members, "silence", "the ids of warnings, as \"en-dash\"", problems);
  if (!node) return nullptr;
  bool all = true;
  for (const auto& child : node->children()) {
    if (problems.is_full()) return nullptr;
    const auto text = child.string();
    if (std::ranges::find(silenceable_ids, text) != silenceable_ids.end()) continue;
    all = false;
    const auto meant = suggest(text, silenceable_ids);
    problems.error(id::bad_value, child,
                   meant ? fmt::format("{} is no warning's id; did you mean `{}`?", child.description(), *meant)
                         : fmt::format("{} is no warning's id; they are {}", child.description(),
                                       fmt::join(silenceable_ids, ", ")));
  }
  return all ? node : nullptr;
}

}  // namespace rules
