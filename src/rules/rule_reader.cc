// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules/members.h"
#include "rules/range_reader.h"

namespace rules {
namespace {

constexpr std::array<std::string_view, 10> rule_keys = {
    "name",      "repository", "semVersion", "serviceArn", "includePrerelease",
    "downgrade", "suspend",    "redeploy",   "adopt",      "fallback"};
constexpr std::array<std::string_view, 3> required_keys = {"repository", "semVersion", "serviceArn"};
constexpr std::size_t identity_keys = 4;  // The first of rule_keys: they can have no default.

void read_bool(const Members& members, std::string_view key, bool& value, Problems& problems) {
  const auto* node = members.find(key);
  if (!node) return;
  if (node->type() != Node::Type::Boolean) return report_type(*node, "true or false", problems);
  value = node->text() == "true";
}

void read_adopt(const Members& members, Adopt& value, Problems& problems) {
  const auto* node = members.find("adopt");
  if (!node) return;
  const auto text = node->type() == Node::Type::String ? node->string() : std::string();
  if (text != "wait" && text != "act") return report_type(*node, "\"wait\" or \"act\"", problems);
  value = text == "act" ? Adopt::Act : Adopt::Wait;
}

Options read_options(const Members& members, Options options, Problems& problems) {
  read_bool(members, "includePrerelease", options.include_prerelease, problems);
  read_bool(members, "downgrade", options.downgrade, problems);
  read_bool(members, "suspend", options.suspend, problems);
  read_bool(members, "redeploy", options.redeploy, problems);
  read_bool(members, "fallback", options.fallback, problems);
  read_adopt(members, options.adopt, problems);
  return options;
}

// The member, if it is a string; else reports what it is.
const Node* find_string(const Members& members, std::string_view key, std::string_view what, Problems& problems) {
  const auto* node = members.find(key);
  if (!node || node->type() == Node::Type::String) return node;
  report_type(*node, what, problems);
  return nullptr;
}

void report_missing(const Node& rule, const Members& members, Problems& problems) {
  for (const auto key : required_keys) {
    // A name that was mistyped is reported as that already.
    const bool meant = std::ranges::find(members.meant, key) != members.meant.end();
    if (!members.find(key) && !meant) problems.error(rule, fmt::format("the rule has no `{}`", key));
  }
}

std::string read_repository(const Node& node, Problems& problems) {
  auto name = node.string();
  if (name.empty()) {
    problems.error(node, "expected the name of a repository, as in \"team/shop\", and this is empty");
  } else if (const auto image = names::parse_image_reference(name); image && image->ecr()) {
    problems.error(
        node,
        fmt::format("`{}` names a registry; rules are about repositories of their own account and region: write `{}`",
                    name, image->path));
  } else if (std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; })) {
    problems.warning(
        node, fmt::format("`{}` can never match: names of repositories have no upper-case letters in ECR", name));
  } else if (!names::is_repository_name(name)) {
    problems.warning(node, fmt::format("`{}` can never match: ECR takes no such name for a repository", name));
  } else if (name.contains("__") || name.contains("--")) {
    problems.warning(node, fmt::format("`{}` can't be run by App Runner, which refuses names with `__` or `--`", name));
  }
  return name;
}

std::optional<names::ServiceArn> read_service(const Node& node, Problems& problems) {
  auto service = names::parse_service_arn(node.string());
  if (service) return std::move(*service);
  problems.error(node, service.error().message);
  return std::nullopt;
}

}  // namespace

Options read_defaults(const Node& node, Problems& problems) {
  if (node.type() != Node::Type::Object) {
    report_type(node, "an object of options", problems);
    return {};
  }
  Members members = read_members(node, "`defaults`", rule_keys, problems);
  const auto identity = std::span(rule_keys).first(identity_keys);
  for (const auto& member : members.known) {
    if (std::ranges::find(identity, member.key()) == identity.end()) continue;
    problems.error(member.key_offset(), member.pointer(),
                   fmt::format("`{}` can have no default: each rule has its own", member.key()));
  }
  return read_options(members, {}, problems);
}

std::optional<Rule> read_rule(const Node& node, const Options& defaults, Problems& problems) {
  if (node.type() != Node::Type::Object) {
    report_type(node, "a rule: an object with `repository`, `semVersion` and `serviceArn`", problems);
    return std::nullopt;
  }
  const auto members = read_members(node, "a rule", rule_keys, problems);
  report_missing(node, members, problems);
  const auto options = read_options(members, defaults, problems);

  const auto* name = find_string(members, "name", "a string", problems);
  const auto* repository =
      find_string(members, "repository", "the name of a repository, as in \"team/shop\"", problems);
  const auto* range_node = find_string(members, "semVersion", "a range of versions, as in \"^1.2\"", problems);
  const auto* service_node = find_string(members, "serviceArn", "the ARN of a service", problems);
  auto repository_name = repository ? read_repository(*repository, problems) : std::string();
  auto range = range_node ? read_range(*range_node, options.include_prerelease, problems) : std::nullopt;
  auto service = service_node ? read_service(*service_node, problems) : std::nullopt;
  if (!range || !service) return std::nullopt;
  return Rule{.name = name ? name->string() : std::string(),
              .repository = std::move(repository_name),
              .range_text = range_node->string(),
              .range = std::move(*range),
              .service = std::move(*service),
              .include_prerelease = options.include_prerelease,
              .downgrade = options.downgrade,
              .suspend = options.suspend,
              .redeploy = options.redeploy,
              .fallback = options.fallback,
              .adopt = options.adopt,
              .position = problems.source().position(node.offset())};
}

}  // namespace rules
