// SPDX-License-Identifier: Apache-2.0
#include "delivery/event.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"

namespace delivery {
namespace {

namespace json = boost::json;

constexpr std::string_view own_source = "caretaker";
constexpr std::string_view own_detail_type = "Reconcile";
// App Runner's have less, but an event may hold anything.
constexpr std::size_t status_max = 100;

std::unexpected<NoPush> no_event(std::string word, std::string text, bool broken) {
  return std::unexpected(NoPush{std::move(word), std::move(text), broken});
}

std::vector<std::string> texts(const json::value* list) {
  std::vector<std::string> texts;
  const auto* array = list ? list->if_array() : nullptr;
  if (!array) return texts;
  for (const auto& element : *array) {
    if (element.is_string()) texts.emplace_back(element.get_string());
  }
  return texts;
}

// AWS App Runner developer guide, "Handling App Runner events in EventBridge".
std::expected<Event, NoPush> read_operation(const json::value& event) {
  const auto* detail = base::member(event, "detail");
  const auto status = detail ? base::string_member(*detail, "operationStatus") : std::nullopt;
  auto services = texts(base::member(event, "resources"));
  if (!status || services.empty()) {
    return no_event("malformed", "the event of App Runner names no service or no operation", true);
  }
  if (status->ends_with("Started")) {
    return no_event("operation-started",
                    fmt::format("an operation has only begun ({})", base::cut_text(*status, status_max)), false);
  }
  return Look{std::move(services)};
}

// Amazon S3 user guide, "EventBridge event message structure".
std::expected<Event, NoPush> read_object(const json::value& event) {
  const auto* detail = base::member(event, "detail");
  const auto* bucket = detail ? base::member(*detail, "bucket") : nullptr;
  const auto* object = detail ? base::member(*detail, "object") : nullptr;
  const auto name = bucket ? base::string_member(*bucket, "name") : std::nullopt;
  const auto key = object ? base::string_member(*object, "key") : std::nullopt;
  if (!name || !key) return no_event("malformed", "the event of S3 names no bucket or no object", true);
  return ObjectCreated{std::string(*name), std::string(*key)};
}

std::expected<Event, NoPush> read_look(const json::value& event) {
  const auto* detail = base::member(event, "detail");
  auto services = texts(detail ? base::member(*detail, "services") : nullptr);
  if (services.empty()) return no_event("malformed", "the message names no services", true);
  const auto* wake_up = base::member(*detail, "wakeUp");
  return Look{std::move(services), wake_up && wake_up->is_bool() && wake_up->get_bool()};
}

std::string message(const std::vector<std::string>& services, std::string_view more) {
  std::string list;
  for (const auto& service : services) list += (list.empty() ? "" : ",") + base::json_quote(service);
  return fmt::format(R"({{"source":"{}","detail-type":"{}","detail":{{"services":[{}]{}}}}})", own_source,
                     own_detail_type, list, more);
}

}  // namespace

std::expected<Event, NoPush> parse_event(std::string_view body) {
  const auto event = base::parse_json(body);
  if (event && event->is_object()) {
    const auto source = base::string_member(*event, "source").value_or("");
    const auto type = base::string_member(*event, "detail-type").value_or("");
    if (source == "aws.events" && type == "Scheduled Event") return Sweep{};
    if (source == "aws.apprunner" && type == "AppRunner Service Operation Status Change") return read_operation(*event);
    if (source == "aws.s3" && type == "Object Created") return read_object(*event);
    if (source == own_source && type == own_detail_type) return read_look(*event);
  }
  auto push = parse_push(body);
  if (!push) return std::unexpected(std::move(push.error()));
  return std::move(*push);
}

std::string look_message(const std::vector<std::string>& services) { return message(services, ""); }
std::string wake_up_message(const std::string& service) { return message({service}, R"(,"wakeUp":true)"); }

}  // namespace delivery
