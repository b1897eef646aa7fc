// SPDX-License-Identifier: Apache-2.0
#include "sandbox/event_bus.h"

#include <fmt/format.h>

#include <utility>

#include "base/json.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::string_view bus_name = "default";

std::unexpected<Refusal> no_such_rule(std::string_view name) {
  return refuse("ResourceNotFoundException", fmt::format("Rule {} does not exist on EventBus {}.", name, bus_name));
}

// What an event is about, for a person: `PUSH shop:1.2.4`.
std::string subject_of(const json::object& event) {
  const auto* detail = object_of(event, "detail");
  if (!detail) return {};
  const auto repository = text_of(*detail, "repository-name");
  if (repository.empty()) return {};
  return fmt::format(" {} {}:{}", text_of(*detail, "action-type"), repository,
                     optional_text(*detail, "image-tag").value_or("(no tag)"));
}

}  // namespace

const std::vector<Operation<EventBus>>& EventBus::operations() {
  static constexpr auto required = Need::Required;
  static const Field bus{"EventBusName"};
  static const std::vector<Operation<EventBus>> table = {
      {"PutEvents",
       {{"Entries", Type::List, required, 1, 10},
        {"Entries[]", Type::Object},
        {"Entries[].Source"},
        {"Entries[].DetailType"},
        {"Entries[].Detail"},
        {"Entries[].EventBusName"},
        {"Entries[].Resources[]"}},
       &EventBus::put_events},
      {"ListRules",
       {{"NamePrefix"}, bus, {"NextToken"}, {"Limit", Type::Integer, Need::Optional, 1, 100}},
       &EventBus::list_rules},
      {"DescribeRule", {{"Name", Type::String, required}, bus}, &EventBus::describe_rule},
      {"ListTargetsByRule",
       {{"Rule", Type::String, required}, bus, {"NextToken"}, {"Limit", Type::Integer, Need::Optional, 1, 100}},
       &EventBus::list_targets_by_rule},
  };
  return table;
}

void EventBus::handle(std::string_view operation, const Input& input, Asker asker) {
  static const Wording wording = model_wording("ValidationException");
  asker(run_operation(*this, "EventBridge", operations(), operation, input, wording));
}

void EventBus::add_rule(const std::string& name, std::string description, EventPattern pattern,
                        std::string target_queue) {
  rules_.insert_or_assign(
      name, EventRule{std::move(description), std::move(pattern), {{"queue", world_.arn("sqs", target_queue)}}});
}

void EventBus::emit(Event event) {
  publish({{"version", "0"},
           {"id", world_.ids().uuid()},
           {"detail-type", event.detail_type},
           {"source", event.source},
           {"account", world_.settings().account},
           {"time", base::to_iso8601(std::chrono::floor<std::chrono::seconds>(world_.now()))},
           {"region", world_.settings().region},
           {"resources", std::move(event.resources)},
           {"detail", std::move(event.detail)}});
}

// Sends an event to the queues of the rules that it matches; answers its id.
std::string EventBus::publish(json::object event) {
  auto id = text_of(event, "id");
  for (const auto& [name, rule] : rules_) {
    if (!rule.pattern.matches(event)) continue;
    for (const auto& [target_id, arn] : rule.targets) {
      // A queue that was deleted loses the event, as it does without a dead-letter queue of the rule's own.
      Queue* queue = sqs_.find(queue_name_of_arn(arn));
      if (!queue) continue;
      world_.tell("event", fmt::format("{}{} matches event rule {}, goes to queue {}", text_of(event, "detail-type"),
                                       subject_of(event), name, queue->name()));
      queue->send({json::serialize(event), {}, {}}, std::nullopt);
    }
  }
  return id;
}

json::object EventBus::put_entry(const Input& entry) {
  const auto failed = [](std::string_view code, std::string_view message) {
    return json::object{{"ErrorCode", code}, {"ErrorMessage", message}};
  };
  const auto source = text_of(entry, "Source");
  const auto detail_type = text_of(entry, "DetailType");
  const auto text = text_of(entry, "Detail");
  if (source.empty())
    return failed("InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument.");
  if (detail_type.empty())
    return failed("InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is a required argument.");
  if (text.empty())
    return failed("InvalidArgument", "Parameter Detail is not valid. Reason: Detail is a required argument.");
  // Only AWS's own services may speak as `aws.…`.
  if (source.starts_with("aws.")) return failed("NotAuthorizedForSourceException", "Not authorized for the source.");
  auto detail = base::parse_json(text);
  if (!detail || !detail->is_object()) return failed("MalformedDetail", "Detail is malformed.");
  const auto bus = text_of(entry, "EventBusName");
  const auto id = world_.ids().uuid();
  // An event for a bus that does not exist is taken and dropped.
  if (!bus.empty() && bus != bus_name && bus != world_.arn("events", "event-bus/default")) return {{"EventId", id}};
  return {{"EventId", publish({{"version", "0"},
                               {"id", id},
                               {"detail-type", detail_type},
                               {"source", source},
                               {"account", world_.settings().account},
                               {"time", base::to_iso8601(std::chrono::floor<std::chrono::seconds>(world_.now()))},
                               {"region", world_.settings().region},
                               {"resources", list_of(entry, "Resources")},
                               {"detail", std::move(*detail)}})}};
}

Outcome EventBus::put_events(const Input& input) {
  json::array entries;
  int failed = 0;
  for (const auto& entry : list_of(input, "Entries")) {
    entries.emplace_back(put_entry(entry.get_object()));
    failed += entries.back().get_object().contains("ErrorCode") ? 1 : 0;
  }
  return json::object{{"FailedEntryCount", failed}, {"Entries", std::move(entries)}};
}

json::object EventBus::show_rule(const std::string& name, const EventRule& rule) const {
  return {{"Name", name},
          {"Arn", world_.arn("events", "rule/" + name)},
          {"EventPattern", rule.pattern.text()},
          {"State", "ENABLED"},
          {"Description", rule.description},
          {"EventBusName", bus_name}};
}

Outcome EventBus::list_rules(const Input& input) {
  json::array rules;
  for (const auto& [name, rule] : rules_) {
    if (name.starts_with(text_of(input, "NamePrefix"))) rules.emplace_back(show_rule(name, rule));
  }
  return json::object{{"Rules", std::move(rules)}};
}

Outcome EventBus::describe_rule(const Input& input) {
  const auto found = rules_.find(text_of(input, "Name"));
  if (found == rules_.end()) return no_such_rule(text_of(input, "Name"));
  return show_rule(found->first, found->second);
}

Outcome EventBus::list_targets_by_rule(const Input& input) {
  const auto found = rules_.find(text_of(input, "Rule"));
  if (found == rules_.end()) return no_such_rule(text_of(input, "Rule"));
  json::array targets;
  for (const auto& [id, arn] : found->second.targets) targets.emplace_back(json::object{{"Id", id}, {"Arn", arn}});
  return json::object{{"Targets", std::move(targets)}};
}

}  // namespace sandbox
