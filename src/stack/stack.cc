// SPDX-License-Identifier: Apache-2.0
#include "stack/stack.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "aws/partition.h"
#include "base/hash.h"
#include "stack/event_rules.h"
#include "stack/permissions.h"
#include "stack/settings.h"

namespace stack {
namespace {

namespace json = boost::json;

json::array strings(const auto& texts) {
  json::array array;
  for (const auto& text : texts) array.emplace_back(text);
  return array;
}

json::object to_json(const Statement& statement) {
  json::object object{{"Sid", statement.sid},
                      {"Effect", "Allow"},
                      {"Action", strings(statement.actions)},
                      {"Resource", strings(statement.resources)}};
  if (!statement.condition.empty()) object.emplace("Condition", statement.condition);
  return object;
}

void write(std::string& text, const json::value& value, std::size_t indent) {
  const auto line = [&](std::size_t by) { text.append("\n").append(by, ' '); };
  if (const auto* object = value.if_object(); object && !object->empty()) {
    text += '{';
    for (const auto& member : *object) {
      if (&member != object->begin()) text += ',';
      line(indent + 2);
      text += json::serialize(member.key()) + ": ";
      write(text, member.value(), indent + 2);
    }
    line(indent);
    text += '}';
  } else if (const auto* array = value.if_array(); array && !array->empty()) {
    text += '[';
    for (const auto& element : *array) {
      if (&element != array->begin()) text += ',';
      line(indent + 2);
      write(text, element, indent + 2);
    }
    line(indent);
    text += ']';
  } else {
    text += json::serialize(value);
  }
}

}  // namespace

json::object stack_for(const rules::Rules& rules, std::string_view rules_text, const Where& where,
                       const std::vector<std::string>& roles) {
  std::set<std::string> services;
  std::set<std::string> repositories;
  for (const auto& rule : rules.rules) {
    services.insert(rule.service.text);
    repositories.insert(to_string(rules::repository_of(rule, where.account, where.region)));
  }
  json::array event_rules;
  for (const auto& rule : event_rules_for(rules, where)) {
    event_rules.push_back(json::object{{"id", rule.id}, {"description", rule.description}, {"pattern", rule.pattern}});
  }
  json::array statements;
  for (const auto& statement : statements_for(rules, where, roles)) statements.push_back(to_json(statement));
  return {{"schema", 1},
          {"account", where.account},
          {"region", where.region},
          {"partition", aws::partition(where.region).name},
          {"rules",
           {{"sha256", base::sha256_hex(rules_text)},
            {"services", strings(services)},
            {"repositories", strings(repositories)}}},
          {"eventRules", std::move(event_rules)},
          {"statements", std::move(statements)},
          {"settings", settings()},
          {"notes", strings(notes_on(rules, where, roles))}};
}

std::vector<std::string> notes_on(const rules::Rules& rules, const Where& where,
                                  const std::vector<std::string>& roles) {
  std::set<std::string> notes;
  for (const auto& rule : rules.rules) {
    const auto repository = rules::repository_of(rule, where.account, where.region);
    if (repository.account != where.account || repository.region != where.region) {
      notes.insert(fmt::format(
          "pushes to {} are events of account {} in {}: an event rule there has to send them on to this account's "
          "default bus, or only the sweep sees them",
          to_string(repository), repository.account, repository.region));
    }
    if (repository.account != where.account) {
      notes.insert(fmt::format("{} has to permit ecr:DescribeImages to the function's role by its repository policy",
                               to_string(repository)));
    }
    if (rule.service.region != where.region || rule.service.account != where.account) {
      notes.insert(fmt::format("{} is in account {} and {}: that its operations end is seen by the sweep only",
                               rule.service.name, rule.service.account, rule.service.region));
    }
  }
  if (roles.empty() && !rules.rules.empty()) {
    notes.insert(
        "no role was found or named: without iam:PassRole on the services' access roles UpdateService is denied");
  }
  return {notes.begin(), notes.end()};
}

std::string to_text(const json::value& value) {
  std::string text;
  write(text, value, 0);
  return text + '\n';
}

}  // namespace stack
