// SPDX-License-Identifier: Apache-2.0
#include "cli/difference.h"

// The only place that sees dtl.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <dtl/dtl.hpp>
#include <set>
#include <sstream>

#include "base/json.h"
#include "names/names.h"

namespace cli {
namespace {

namespace json = boost::json;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    lines.emplace_back(text.substr(begin, end - begin));
    // As diff says it; else two files that differ in this alone would look the same.
    if (end == text.size()) lines.back() += "\n\\ No newline at end of file";
    begin = end + 1;
  }
  return lines;
}

struct OneRule {
  std::string service;
  json::object members;  // With the file's defaults.
};

struct File {
  std::vector<OneRule> rules;
  json::value retry;
};

File read(std::string_view text) {
  const auto root = base::parse_json(text);
  File file;
  if (!root) return file;
  const auto* list = root->is_array() ? &*root : base::member(*root, "rules");
  const auto* defaults = base::member(*root, "defaults");
  if (const auto* retry = base::member(*root, "retry")) file.retry = *retry;
  if (!list || !list->is_array()) return file;
  for (const auto& one : list->get_array()) {
    const auto service = base::string_member(one, "serviceArn");
    if (!service) continue;
    OneRule rule{std::string(*service), one.get_object()};
    if (defaults && defaults->is_object()) {
      for (const auto& [name, value] : defaults->get_object()) rule.members.emplace(name, value);
    }
    file.rules.push_back(std::move(rule));
  }
  return file;
}

std::string shown(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  // Tests and other lists are read in the difference of the texts.
  return value.is_array() || value.is_object() ? "…" : json::serialize(value);
}

std::vector<std::string> members_changed(const json::object& before, const json::object& after) {
  std::vector<std::string> what;
  for (const auto& [name, value] : after) {
    const auto* old = before.if_contains(name);
    const std::string member(name);
    if (!old) {
      what.push_back(fmt::format("{} {} added", member, shown(value)));
    } else if (*old != value) {
      what.push_back(value.is_array() ? member : fmt::format("{} {} → {}", member, shown(*old), shown(value)));
    }
  }
  for (const auto& [name, value] : before) {
    if (!after.contains(name)) what.push_back(fmt::format("{} {} removed", std::string(name), shown(value)));
  }
  return what;
}

const OneRule* find(const File& file, const std::string& service) {
  const auto found = std::ranges::find(file.rules, service, &OneRule::service);
  return found == file.rules.end() ? nullptr : &*found;
}

RuleChange change(RuleChange::Kind kind, const std::string& service, std::vector<std::string> what = {}) {
  const auto arn = names::parse_service_arn(service);
  return {.kind = kind, .service = service, .name = arn ? arn->name : service, .what = std::move(what)};
}

}  // namespace

std::string unified_difference(std::string_view before, std::string_view after) {
  if (before == after) return {};
  dtl::Diff<std::string, std::vector<std::string>> difference(lines_of(before), lines_of(after));
  difference.onHuge();
  difference.compose();
  difference.composeUnifiedHunks();
  std::ostringstream out;
  difference.printUnifiedFormat(out);
  return std::move(out).str();
}

std::vector<RuleChange> rule_changes(std::string_view before, std::string_view after) {
  const auto old = read(before);
  const auto now = read(after);
  std::vector<RuleChange> changes;
  if (old.retry != now.retry) changes.push_back({.service = {}, .name = "all rules", .what = {"retry"}});
  for (const auto& rule : now.rules) {
    const auto* was = find(old, rule.service);
    if (!was) {
      changes.push_back(change(RuleChange::Kind::Added, rule.service));
    } else if (auto what = members_changed(was->members, rule.members); !what.empty()) {
      changes.push_back(change(RuleChange::Kind::Changed, rule.service, std::move(what)));
    }
  }
  for (const auto& rule : old.rules) {
    if (!find(now, rule.service)) changes.push_back(change(RuleChange::Kind::Removed, rule.service));
  }
  return changes;
}

std::string summary(const std::vector<RuleChange>& changes) {
  struct Word {
    RuleChange::Kind kind;
    std::string_view text;
  };
  std::vector<std::string> parts;
  for (const auto& [kind, word] : {Word{RuleChange::Kind::Added, "added"}, Word{RuleChange::Kind::Changed, "changed"},
                                   Word{RuleChange::Kind::Removed, "removed"}}) {
    const auto count = std::ranges::count(changes, kind, &RuleChange::kind);
    if (count == 0) continue;
    const auto noun = parts.empty() ? (count == 1 ? " rule" : " rules") : "";
    parts.push_back(fmt::format("{}{} {}", count, noun, word));
  }
  return parts.empty() ? "no rule changed" : fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace cli
