// SPDX-License-Identifier: Apache-2.0
// EventBridge's events: where they come from, and where they go.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/json.h"
#include "sandbox/event_bus.h"
#include "sandbox/event_input.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t request_max = 1'048'576;  // Bytes of all entries.
constexpr std::size_t time_size = 14;           // What an entry's Time counts for.

// What an event is about, for a person: `PUSH shop:1.2.4`.
std::string subject_of(const json::object& event) {
  const auto* detail = object_of(event, "detail");
  if (!detail) return {};
  const auto repository = text_of(*detail, "repository-name");
  if (repository.empty()) return {};
  return fmt::format(" {} {}:{}", text_of(*detail, "action-type"), repository,
                     optional_text(*detail, "image-tag").value_or("(no tag)"));
}

std::size_t size_of(const Input& entry) {
  std::size_t size = entry.contains("Time") ? time_size : 0;
  for (const auto* name : {"Source", "DetailType", "Detail"}) size += text_of(entry, name).size();
  for (const auto& resource : list_of(entry, "Resources")) size += resource.get_string().size();
  return size;
}

json::object failed(std::string_view code, std::string_view message) {
  return {{"ErrorCode", code}, {"ErrorMessage", message}};
}

json::object missing(std::string_view member) {
  return failed("InvalidArgument",
                fmt::format("Parameter {} is not valid. Reason: {} is a required argument.", member, member));
}

}  // namespace

json::object EventBus::envelope(Event event, base::Time time) {
  return {{"version", "0"},
          {"id", world_.ids().uuid()},
          {"detail-type", std::move(event.detail_type)},
          {"source", std::move(event.source)},
          {"account", world_.settings().account},
          {"time", base::to_iso8601(std::chrono::floor<std::chrono::seconds>(time))},
          {"region", world_.settings().region},
          {"resources", std::move(event.resources)},
          {"detail", std::move(event.detail)}};
}

void EventBus::emit(Event event) { publish(envelope(std::move(event), world_.now()), {}); }

void EventBus::publish(const json::object& event, const std::string& trace_header) {
  for (const auto& [name, rule] : rules_) {
    if (!rule.enabled() || !rule.pattern || !rule.pattern->matches(event)) continue;
    for (const auto& [id, target] : rule.targets) deliver(name, target, event, trace_header);
  }
}

void EventBus::deliver(const std::string& rule_name, const json::object& target, const json::object& event,
                       const std::string& trace_header) {
  const auto arn = text_of(target, "Arn");
  const auto queue_name = queue_name_of_arn(arn);
  auto body = target_input(target, event, {rule_name, rule_arn(rule_name), world_.now()});
  if (!body) return bury(rule_name, target, event, "INVALID_JSON", std::move(body.error()));
  Queue* queue = sqs_.find(queue_name);
  if (!queue) return bury(rule_name, target, event, "NO_RESOURCE", "The specified queue does not exist.");
  if (body->size() > queue->settings().size_max) {
    return bury(rule_name, target, event, "INVALID_PARAMETER",
                fmt::format("Message must be shorter than {} bytes.", queue->settings().size_max));
  }
  world_.tell("event", fmt::format("{}{} matches event rule {}, goes to queue {}", text_of(event, "detail-type"),
                                   subject_of(event), rule_name, queue_name));
  queue->take_event({std::move(*body), {}, trace_header});
}

// What cannot be delivered goes to the target's dead-letter queue, or nowhere.
void EventBus::bury(const std::string& rule_name, const json::object& target, const json::object& event,
                    std::string_view code, std::string message) {
  const auto* config = object_of(target, "DeadLetterConfig");
  Queue* queue = config ? sqs_.find(queue_name_of_arn(text_of(*config, "Arn"))) : nullptr;
  const auto arn = text_of(target, "Arn");
  world_.tell("event", fmt::format("{}{} matches event rule {}, but {} can't take it ({}): {}",
                                   text_of(event, "detail-type"), subject_of(event), rule_name, queue_name_of_arn(arn),
                                   code, queue ? "goes to dead letters " + queue->name() : "is lost"));
  if (!queue || !queue->has_room()) return;
  Queue::Draft draft;
  draft.body = json::serialize(event);
  draft.attributes = {{"RULE_ARN", {"String", rule_arn(rule_name)}},
                      {"TARGET_ARN", {"String", arn}},
                      {"ERROR_CODE", {"String", std::string(code)}},
                      {"ERROR_MESSAGE", {"String", std::move(message)}}};
  queue->send(std::move(draft), std::nullopt);
}

void EventBus::arm(const std::string& name, base::Time last) {
  auto& rule = rules_.at(name);
  if (!rule.schedule || !rule.enabled()) return;
  const auto next = rule.schedule->next(last);
  if (!next) return;
  rule.due = world_.agenda().add(*next, firing(name));
}

Agenda::Task EventBus::firing(const std::string& name) {
  return [this, name] { fire(name); };
}

void EventBus::disarm(EventRule& rule) {
  if (rule.due) world_.agenda().cancel(*rule.due);
  rule.due.reset();
}

// A schedule's event goes to the targets of its own rule.
void EventBus::fire(const std::string& name) {
  auto& rule = rules_.at(name);
  const auto at = std::exchange(rule.due, std::nullopt)->at;
  const auto event = envelope({"aws.events", "Scheduled Event", {json::string(rule_arn(name))}, {}}, at);
  for (const auto& [id, target] : rule.targets) deliver(name, target, event, {});
  arm(name, at);
}

json::object EventBus::put_entry(const Input& entry) {
  const auto source = text_of(entry, "Source");
  const auto text = text_of(entry, "Detail");
  if (source.empty()) return missing("Source");
  if (text_of(entry, "DetailType").empty()) return missing("DetailType");
  if (text.empty()) return missing("Detail");
  // Only AWS's own services may speak as `aws.…`.
  if (source.starts_with("aws.")) return failed("NotAuthorizedForSourceException", "Not authorized for the source.");
  auto detail = base::parse_json(text);
  if (!detail || !detail->is_object()) return failed("MalformedDetail", "Detail is malformed.");
  auto time = world_.now();
  if (const auto* given = entry.if_contains("Time"); given && given->is_number())
    time = base::Time(std::chrono::milliseconds(std::llround(given->to_number<double>() * 1'000)));
  auto event = envelope(
      {source, text_of(entry, "DetailType"), list_of(entry, "Resources"), std::move(detail->get_object())}, time);
  json::object answer{{"EventId", event.at("id")}};
  // An event for a bus that does not exist is taken and dropped.
  if (check_bus(entry)) publish(event, text_of(entry, "TraceHeader"));
  return answer;
}

Outcome EventBus::put_events(const Input& input) {
  if (input.contains("EndpointId")) return std::unexpected(not_emulated("EventBridge's global endpoints (EndpointId)"));
  const auto& given = list_of(input, "Entries");
  std::size_t size = 0;
  for (const auto& entry : given) {
    size += size_of(entry.get_object());
    const auto* time = entry.get_object().if_contains("Time");
    if (time && !time->is_null() && (!time->is_number() || std::abs(time->to_number<double>()) > 1e11))
      return refuse("SerializationException", "Unable to parse date at 'Entries[].Time'");
  }
  if (size > request_max)
    return refuse("ValidationException", "Total size of the entries in the request is over the limit.");
  json::array entries;
  int failures = 0;
  for (const auto& entry : given) {
    entries.emplace_back(put_entry(entry.get_object()));
    failures += entries.back().get_object().contains("ErrorCode") ? 1 : 0;
  }
  return json::object{{"FailedEntryCount", failures}, {"Entries", std::move(entries)}};
}

Outcome EventBus::test_event_pattern(const Input& input) {
  const auto pattern = EventPattern::parse(text_of(input, "EventPattern"));
  if (!pattern) return std::unexpected(pattern.error());
  const auto event = base::parse_json(text_of(input, "Event"));
  if (!event || !event->is_object()) return refuse("ValidationException", "Parameter Event is not valid.");
  for (const auto* name : {"id", "account", "source", "time", "region", "resources", "detail-type"}) {
    if (!event->get_object().contains(name))
      return refuse("ValidationException",
                    fmt::format("Parameter Event is not valid. Reason: {} is a required field.", name));
  }
  return json::object{{"Result", pattern->matches(event->get_object())}};
}

}  // namespace sandbox
