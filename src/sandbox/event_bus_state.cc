// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "sandbox/event_bus.h"

namespace sandbox {
namespace {

struct NamedTarget {
  std::string id;
  boost::json::object target;
};

template <class Members, class Rule>
void rule_members(Members& m, Rule& rule) {
  m("description", rule.description);
  m("state", rule.state);
  m("role", rule.role);
  m("tags", rule.tags);
  m("due", rule.due);
}

}  // namespace

void EventBus::save(StateWriter& out) const {
  if (!bus_tags_.empty()) out.line("events.bus", [&](MembersOut& m) { m("tags", bus_tags_); });
  for (const auto& [name, rule] : rules_) {
    boost::json::array targets;
    for (const auto& [id, target] : rule.targets) targets.push_back(target);
    out.line("events.rule", [&](MembersOut& m) {
      m("name", name);
      rule_members(m, rule);
      if (rule.pattern) m("pattern", rule.pattern->text());
      if (rule.schedule) m("schedule", rule.schedule->text());
      m("targets", targets);
    });
  }
}

bool EventBus::restore(std::string_view kind, MembersIn& m) {
  if (kind == "events.bus") {
    m("tags", bus_tags_);
  } else if (kind == "events.rule") {
    restore_rule(m);
  } else {
    return false;
  }
  return true;
}

void EventBus::restore_rule(MembersIn& m) {
  std::string name;
  EventRule rule;
  std::optional<std::string> pattern;
  std::optional<std::string> schedule;
  boost::json::array targets;
  m("name", name);
  rule_members(m, rule);
  m("pattern", pattern);
  m("schedule", schedule);
  m("targets", targets);
  if (pattern) {
    auto parsed = EventPattern::parse(*pattern);
    if (!parsed) return m.fail(parsed.error().message);
    rule.pattern = std::move(*parsed);
  }
  if (schedule) {
    auto parsed = Schedule::parse(*schedule);
    if (!parsed) return m.fail(parsed.error().message);
    rule.schedule = std::move(*parsed);
  }
  for (const auto& target : targets) {
    if (!target.is_object()) return m.fail("a target is an object");
    if (const auto checked = check_target(target.get_object()); !checked) return m.fail(checked.error().message);
    m.demand(rule.targets.emplace(text_of(target.get_object(), "Id"), target.get_object()).second,
             "there are two targets of one id");
  }
  m.demand(!rule.due || (rule.schedule && rule.enabled()), "it has a time to fire and no schedule");
  const auto due = rule.due;
  m.demand(rules_.emplace(name, std::move(rule)).second, "there are two rules of that name");
  if (due && m.ok()) world_.agenda().put(*due, firing(name));
}

}  // namespace sandbox
