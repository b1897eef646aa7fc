// SPDX-License-Identifier: Apache-2.0
#include "stack/event_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace stack {
namespace {

namespace json = boost::json;

using MakePattern = std::function<json::object(json::array names)>;

// Adds event rules of that pattern over all names, as few as their length allows: `Push1`, `Push2` …
void add_split(std::vector<EventRule>& rules, std::string_view id, std::string_view description,
               const std::set<std::string>& names, const MakePattern& pattern_of) {
  auto number = std::ranges::count_if(rules, [&](const EventRule& rule) { return rule.id.starts_with(id); });
  json::array some;
  const auto add = [&] {
    if (some.empty()) return;
    rules.push_back({fmt::format("{}{}", id, ++number), std::string(description), pattern_of(std::move(some))});
    some = {};
  };
  for (const auto& name : names) {
    some.emplace_back(name);
    if (json::serialize(pattern_of(some)).size() <= pattern_size_max) continue;
    some.pop_back();
    add();
    some.emplace_back(name);
  }
  add();
}

}  // namespace

std::vector<EventRule> event_rules_for(const rules::Rules& rules, const Where& where) {
  std::map<std::pair<std::string, std::string>, std::set<std::string>> repositories;  // By account and region.
  std::set<std::string> services;
  for (const auto& rule : rules.rules) {
    const auto repository = rules::repository_of(rule, where.account, where.region);
    repositories[{repository.account, repository.region}].insert(repository.name);
    // Events of another region stay there.
    if (rule.service.region == where.region && rule.service.account == where.account)
      services.insert(rule.service.text);
  }

  std::vector<EventRule> event_rules;
  for (const auto& [registry, names] : repositories) {
    add_split(
        event_rules, "Push",
        fmt::format("Pushes to the watched repositories of {} in {}", registry.first, registry.second), names,
        [&](json::array repository_names) -> json::object {
          return {
              {"source", {"aws.ecr"}},
              {"detail-type", {"ECR Image Action"}},
              {"account", {registry.first}},
              {"region", {registry.second}},
              {"detail",
               {{"action-type", {"PUSH"}}, {"result", {"SUCCESS"}}, {"repository-name", std::move(repository_names)}}}};
        });
  }
  add_split(event_rules, "OperationEnded", "An operation of a watched service has ended", services,
            [](json::array arns) -> json::object {
              return {{"source", {"aws.apprunner"}},
                      {"detail-type", {"AppRunner Service Operation Status Change"}},
                      {"resources", std::move(arns)},
                      {"detail",
                       {{"operationStatus", json::array{json::object{{"suffix", "CompletedSuccessfully"}},
                                                        json::object{{"suffix", "Failed"}}}}}}};
            });
  event_rules.push_back({"RulesChanged", "The rules object was written",
                         json::object{{"source", {"aws.s3"}},
                                      {"detail-type", {"Object Created"}},
                                      {"detail",
                                       {{"bucket", {{"name", {placeholder::bucket_name}}}},
                                        {"object", {{"key", {placeholder::rules_key}}}}}}}});
  return event_rules;
}

}  // namespace stack
