// SPDX-License-Identifier: Apache-2.0
// The routes of EventBridge, its rules, bus and tags; targets are in event_targets.cc, events in event_delivery.cc.
#include "sandbox/event_bus.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sandbox/page.h"

namespace sandbox {
namespace {

namespace json = boost::json;

// EventBridge's default quotas.
constexpr std::size_t rules_max = 300;
constexpr std::size_t wildcard_rules_max = 30;
constexpr std::size_t tags_max = 50;

std::unexpected<Refusal> no_such_rule(std::string_view name) {
  return refuse("ResourceNotFoundException",
                fmt::format("Rule {} does not exist on EventBus {}.", name, default_event_bus));
}

std::unexpected<Refusal> too_many() {
  return refuse("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
}

Answer<std::optional<std::string>> page_start(const Input& input) {
  const auto token = optional_text(input, "NextToken");
  if (!token) return std::nullopt;
  auto item = page_item(*token);
  if (!item) return refuse("ValidationException", "Parameter NextToken is not valid.");
  return item;
}

std::size_t page_size(const Input& input) { return static_cast<std::size_t>(integer_of(input, "Limit", 100)); }

Answer<std::map<std::string, std::string>> read_tags(const Input& input, std::map<std::string, std::string> tags) {
  for (const auto& tag : list_of(input, "Tags")) {
    const auto key = text_of(tag.get_object(), "Key");
    if (key.starts_with("aws:"))
      return refuse("ValidationException", "System tags cannot be added/updated by requester.");
    tags[key] = text_of(tag.get_object(), "Value");
  }
  if (tags.size() > tags_max) return too_many();
  return tags;
}

}  // namespace

const std::vector<Operation<EventBus>>& EventBus::operations() {
  static constexpr auto required = Need::Required;
  static constexpr auto optional = Need::Optional;
  static constexpr std::string_view names = R"([\.\-_A-Za-z0-9]+)";
  static constexpr std::string_view bus_names = R"([/\.\-_A-Za-z0-9]+)";
  static constexpr std::string_view buses =
      R"((arn:aws[\w-]*:events:[a-z]{2}-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[/\.\-_A-Za-z0-9]+)";
  // A partner's bus takes no events of one's own.
  static constexpr std::string_view own_buses =
      R"((arn:aws[\w-]*:events:[a-z]{2}-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[\.\-_A-Za-z0-9]+)";
  static const Field bus{"EventBusName", Type::String, optional, 1, 1'600, buses};
  static const Field name{"Name", Type::String, required, 1, 64, names};
  static const Field rule{"Rule", Type::String, required, 1, 64, names};
  static const Field token{"NextToken", Type::String, optional, 1, 2'048};
  static const Field limit{"Limit", Type::Integer, optional, 1, 100};
  static const Field arn{"ResourceARN", Type::String, required, 1, 1'600};
  static const Field force{"Force", Type::Boolean};
  static const Field tag{"Tags[]", Type::Object};
  static const Field tag_key{"Tags[].Key", Type::String, required, 1, 128};
  static const Field tag_value{"Tags[].Value", Type::String, required, 0, 256};
  static const std::vector<Operation<EventBus>> table = {
      {"PutRule",
       {name,
        {"ScheduleExpression", Type::String, optional, 0, 256},
        {"EventPattern", Type::String, optional, 0, 4'096},
        {.path = "State", .values = {"ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}},
        {"Description", Type::String, optional, 0, 512},
        {"RoleArn", Type::String, optional, 1, 1'600},
        {"Tags", Type::List},
        tag,
        tag_key,
        tag_value,
        bus},
       &EventBus::put_rule},
      {"DeleteRule", {name, bus, force}, &EventBus::delete_rule},
      {"EnableRule", {name, bus}, &EventBus::enable_rule},
      {"DisableRule", {name, bus}, &EventBus::disable_rule},
      {"DescribeRule", {name, bus}, &EventBus::describe_rule},
      {"ListRules", {{"NamePrefix", Type::String, optional, 1, 64, names}, bus, token, limit}, &EventBus::list_rules},
      {"ListRuleNamesByTarget",
       {{"TargetArn", Type::String, required, 1, 1'600}, bus, token, limit},
       &EventBus::list_rule_names_by_target},
      {"PutTargets",
       {rule,
        bus,
        {"Targets", Type::List, required, 1, 100},
        {"Targets[]", Type::Object},
        {"Targets[].Id", Type::String, required, 1, 64, names},
        {"Targets[].Arn", Type::String, required, 1, 1'600},
        {"Targets[].RoleArn", Type::String, optional, 1, 1'600},
        {"Targets[].Input", Type::String, optional, 0, 8'192},
        {"Targets[].InputPath", Type::String, optional, 0, 256},
        {"Targets[].InputTransformer", Type::Object},
        {"Targets[].InputTransformer.InputPathsMap", Type::Strings, optional, INT64_MIN, 100},
        {"Targets[].InputTransformer.InputPathsMap{key}", Type::String, optional, 1, 256, R"([A-Za-z0-9\_\-]+)"},
        {"Targets[].InputTransformer.InputPathsMap{}", Type::String, optional, 0, 256},
        {"Targets[].InputTransformer.InputTemplate", Type::String, required, 1, 8'192},
        {"Targets[].SqsParameters", Type::Object},
        {"Targets[].SqsParameters.MessageGroupId", Type::String, optional, 0, 100},
        // Not valid for a queue, and the sandbox has no other targets.
        {"Targets[].KinesisParameters", Type::Object},
        {"Targets[].RunCommandParameters", Type::Object},
        {"Targets[].EcsParameters", Type::Object},
        {"Targets[].BatchParameters", Type::Object},
        {"Targets[].HttpParameters", Type::Object},
        {"Targets[].RedshiftDataParameters", Type::Object},
        {"Targets[].SageMakerPipelineParameters", Type::Object},
        {"Targets[].AppSyncParameters", Type::Object},
        {"Targets[].DeadLetterConfig", Type::Object},
        {"Targets[].DeadLetterConfig.Arn", Type::String, optional, 1, 1'600},
        {"Targets[].RetryPolicy", Type::Object},
        {"Targets[].RetryPolicy.MaximumRetryAttempts", Type::Integer, optional, 0, 185},
        {"Targets[].RetryPolicy.MaximumEventAgeInSeconds", Type::Integer, optional, 60, 86'400}},
       &EventBus::put_targets},
      {"RemoveTargets",
       {rule, bus, {"Ids", Type::List, required, 1, 100}, {"Ids[]", Type::String, optional, 1, 64, names}, force},
       &EventBus::remove_targets},
      {"ListTargetsByRule", {rule, bus, token, limit}, &EventBus::list_targets_by_rule},
      {"TestEventPattern",
       {{"EventPattern", Type::String, required, 0, 4'096}, {"Event", Type::String, required}},
       &EventBus::test_event_pattern},
      {"PutEvents",
       {{"Entries", Type::List, required, 1, 10},
        {"Entries[]", Type::Object},
        {"Entries[].Source"},
        {"Entries[].DetailType"},
        {"Entries[].Detail"},
        {"Entries[].EventBusName", Type::String, optional, 1, 1'600, own_buses},
        {"Entries[].Resources[]", Type::String, optional, 0, 2'048},
        {"Entries[].Time", Type::Timestamp},
        {"Entries[].TraceHeader", Type::String, optional, 1, 500},
        {"EndpointId", Type::String, optional, 1, 50, R"(^[A-Za-z0-9\-]+[\.][A-Za-z0-9\-]+$)"}},
       &EventBus::put_events},
      {"DescribeEventBus", {{"Name", Type::String, optional, 1, 1'600, buses}}, &EventBus::describe_event_bus},
      {"ListEventBuses",
       {{"NamePrefix", Type::String, optional, 1, 256, bus_names}, token, limit},
       &EventBus::list_event_buses},
      {"TagResource", {arn, {"Tags", Type::List, required}, tag, tag_key, tag_value}, &EventBus::tag_resource},
      {"UntagResource",
       {arn, {"TagKeys", Type::List, required}, {"TagKeys[]", Type::String, optional, 1, 128}},
       &EventBus::untag_resource},
      {"ListTagsForResource", {arn}, &EventBus::list_tags_for_resource},
  };
  return table;
}

void EventBus::handle(std::string_view operation, const Input& input, Asker asker) {
  static const Wording wording = model_wording("ValidationException");
  asker(run_operation(*this, "EventBridge", operations(), operation, input, wording));
}

// The bus may be named or given by its ARN; there is one.
Answer<void> EventBus::check_bus(const Input& input, std::string_view member) const {
  const auto bus = optional_text(input, member);
  if (!bus || *bus == default_event_bus || *bus == world_.arn("events", "event-bus/default")) return {};
  return refuse("ResourceNotFoundException", fmt::format("Event bus {} does not exist.", *bus));
}

Answer<EventBus::Rules::iterator> EventBus::rule_of(const Input& input, std::string_view member) {
  if (auto bus = check_bus(input); !bus) return std::unexpected(std::move(bus.error()));
  const auto found = rules_.find(text_of(input, member));
  if (found == rules_.end()) return no_such_rule(text_of(input, member));
  return found;
}

Answer<void> EventBus::check_quotas(const std::string& name, const EventRule& rule) const {
  if (rules_.size() >= rules_max && !rules_.contains(name)) return too_many();
  const auto has_wildcard = [](const EventRule& one) { return one.pattern && one.pattern->has_wildcard(); };
  const auto others = std::ranges::count_if(
      rules_, [&](const auto& other) { return other.first != name && has_wildcard(other.second); });
  if (has_wildcard(rule) && static_cast<std::size_t>(others) >= wildcard_rules_max) return too_many();
  return {};
}

// A rule that is there keeps its targets and tags; everything else is what this request says or the default.
Outcome EventBus::put_rule(const Input& input) {
  if (auto bus = check_bus(input); !bus) return std::unexpected(std::move(bus.error()));
  const auto name = text_of(input, "Name");
  const auto pattern = text_of(input, "EventPattern");
  const auto schedule = text_of(input, "ScheduleExpression");
  if (pattern.empty() && schedule.empty())
    return refuse("ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified.");
  EventRule rule;
  if (!pattern.empty()) {
    auto parsed = EventPattern::parse(pattern);
    if (!parsed) return std::unexpected(std::move(parsed.error()));
    rule.pattern = std::move(*parsed);
  }
  if (!schedule.empty()) {
    auto parsed = Schedule::parse(schedule);
    if (!parsed) return std::unexpected(std::move(parsed.error()));
    rule.schedule = std::move(*parsed);
  }
  rule.description = text_of(input, "Description");
  rule.role = text_of(input, "RoleArn");
  rule.state = optional_text(input, "State").value_or("ENABLED");
  if (auto quotas = check_quotas(name, rule); !quotas) return std::unexpected(std::move(quotas.error()));
  if (const auto found = rules_.find(name); found != rules_.end()) {
    disarm(found->second);
    rule.targets = std::move(found->second.targets);
    rule.tags = std::move(found->second.tags);
  } else {
    auto tags = read_tags(input, {});
    if (!tags) return std::unexpected(std::move(tags.error()));
    rule.tags = std::move(*tags);
  }
  rules_.insert_or_assign(name, std::move(rule));
  arm(name, world_.now());
  return json::object{{"RuleArn", rule_arn(name)}};
}

// A rule that is not there counts as deleted.
Outcome EventBus::delete_rule(const Input& input) {
  if (auto bus = check_bus(input); !bus) return std::unexpected(std::move(bus.error()));
  const auto found = rules_.find(text_of(input, "Name"));
  if (found == rules_.end()) return std::nullopt;
  if (!found->second.targets.empty())
    return refuse("ValidationException", "Rule can't be deleted since it has targets.");
  disarm(found->second);
  rules_.erase(found);
  return std::nullopt;
}

Outcome EventBus::set_state(const Input& input, std::string state) {
  auto found = rule_of(input, "Name");
  if (!found) return std::unexpected(std::move(found.error()));
  auto& [name, rule] = **found;
  const bool was_enabled = rule.enabled();
  rule.state = std::move(state);
  if (!rule.enabled()) disarm(rule);
  if (!was_enabled) arm(name, world_.now());
  return std::nullopt;
}

Outcome EventBus::enable_rule(const Input& input) { return set_state(input, "ENABLED"); }

Outcome EventBus::disable_rule(const Input& input) { return set_state(input, "DISABLED"); }

json::object EventBus::show_rule(const std::string& name, const EventRule& rule) const {
  json::object shown{
      {"Name", name}, {"Arn", rule_arn(name)}, {"State", rule.state}, {"EventBusName", default_event_bus}};
  if (rule.pattern) shown["EventPattern"] = rule.pattern->text();
  if (rule.schedule) shown["ScheduleExpression"] = rule.schedule->text();
  if (!rule.description.empty()) shown["Description"] = rule.description;
  if (!rule.role.empty()) shown["RoleArn"] = rule.role;
  return shown;
}

Outcome EventBus::describe_rule(const Input& input) {
  const auto found = rule_of(input, "Name");
  if (!found) return std::unexpected(found.error());
  auto shown = show_rule((*found)->first, (*found)->second);
  shown["CreatedBy"] = world_.settings().account;
  return shown;
}

Outcome EventBus::list_rules(const Input& input) {
  if (auto bus = check_bus(input); !bus) return std::unexpected(std::move(bus.error()));
  const auto after = page_start(input);
  if (!after) return std::unexpected(after.error());
  std::vector<std::string> names;
  for (const auto& [name, rule] : rules_) {
    if (name.starts_with(text_of(input, "NamePrefix"))) names.push_back(name);
  }
  const auto page = take_page(names, *after, page_size(input), [](const std::string& name) { return name; });
  json::array rules;
  for (const auto& name : page.items) rules.emplace_back(show_rule(name, rules_.at(name)));
  json::object output{{"Rules", std::move(rules)}};
  if (page.next_token) output["NextToken"] = *page.next_token;
  return output;
}

Outcome EventBus::list_rule_names_by_target(const Input& input) {
  if (auto bus = check_bus(input); !bus) return std::unexpected(std::move(bus.error()));
  const auto after = page_start(input);
  if (!after) return std::unexpected(after.error());
  std::vector<std::string> names;
  for (const auto& [name, rule] : rules_) {
    if (std::ranges::any_of(rule.targets, [&](const auto& target) {
          return text_of(target.second, "Arn") == text_of(input, "TargetArn");
        })) {
      names.push_back(name);
    }
  }
  const auto page = take_page(names, *after, page_size(input), [](const std::string& name) { return name; });
  json::object output{{"RuleNames", json::array(page.items.begin(), page.items.end())}};
  if (page.next_token) output["NextToken"] = *page.next_token;
  return output;
}

json::object EventBus::show_bus() const {
  return {{"Name", default_event_bus}, {"Arn", world_.arn("events", "event-bus/default")}};
}

Outcome EventBus::describe_event_bus(const Input& input) {
  if (auto bus = check_bus(input, "Name"); !bus) return std::unexpected(std::move(bus.error()));
  return show_bus();
}

Outcome EventBus::list_event_buses(const Input& input) {
  json::array buses;
  if (default_event_bus.starts_with(text_of(input, "NamePrefix"))) buses.emplace_back(show_bus());
  return json::object{{"EventBuses", std::move(buses)}};
}

Answer<EventBus::Tags*> EventBus::tags_of(const Input& input) {
  const auto arn = text_of(input, "ResourceARN");
  if (arn == world_.arn("events", "event-bus/default")) return &bus_tags_;
  const auto start = rule_arn("");
  const auto found = arn.starts_with(start) ? rules_.find(arn.substr(start.size())) : rules_.end();
  if (found != rules_.end()) return &found->second.tags;
  return refuse("ResourceNotFoundException", fmt::format("Resource {} does not exist.", arn));
}

Outcome EventBus::tag_resource(const Input& input) {
  auto tags = tags_of(input);
  if (!tags) return std::unexpected(std::move(tags.error()));
  auto merged = read_tags(input, **tags);
  if (!merged) return std::unexpected(std::move(merged.error()));
  **tags = std::move(*merged);
  return json::object();
}

Outcome EventBus::untag_resource(const Input& input) {
  auto tags = tags_of(input);
  if (!tags) return std::unexpected(std::move(tags.error()));
  for (const auto& key : texts_of(input, "TagKeys")) (*tags)->erase(key);
  return json::object();
}

Outcome EventBus::list_tags_for_resource(const Input& input) {
  auto tags = tags_of(input);
  if (!tags) return std::unexpected(std::move(tags.error()));
  json::array shown;
  for (const auto& [key, value] : **tags) shown.emplace_back(json::object{{"Key", key}, {"Value", value}});
  return json::object{{"Tags", std::move(shown)}};
}

}  // namespace sandbox
