// SPDX-License-Identifier: Apache-2.0
#include "sandbox/message_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "sandbox/queue.h"
#include "sandbox/shape.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t attributes_max = 10;
constexpr std::string_view sender_id = "AIDASANDBOXSANDBOX1234";

std::string epoch_millis(base::Time time) { return std::to_string(time.time_since_epoch().count()); }

bool is_attribute_name(std::string_view name) {
  return !name.empty() && name.size() <= 256 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  });
}

std::unexpected<Refusal> invalid(std::string message) { return std::unexpected(invalid_value(std::move(message))); }

Answer<MessageAttribute> read_attribute(std::string_view name, const json::value& value) {
  const auto* given = value.if_object();
  if (!given) return refuse("SerializationException", "A message attribute must be a structure.");
  MessageAttribute attribute;
  attribute.data_type = text_of(*given, "DataType");
  const auto kind = attribute.data_type.substr(0, attribute.data_type.find('.'));
  if (kind != "String" && kind != "Number" && kind != "Binary") {
    return invalid(
        fmt::format("The type of message (user) attribute '{}' is invalid. You must use only the following supported "
                    "type prefixes: Binary, Number, String.",
                    name));
  }
  if (kind == "Binary") {
    auto bytes = base::from_base64(text_of(*given, "BinaryValue"));
    if (!bytes)
      return refuse("SerializationException", fmt::format("The value of message attribute '{}' is not base64.", name));
    attribute.value = std::move(*bytes);
  } else {
    attribute.value = text_of(*given, "StringValue");
  }
  if (attribute.value.empty()) {
    return invalid(
        fmt::format("Message (user) attribute '{}' must contain a non-empty value of type '{}'.", name, kind));
  }
  if (kind != "Binary" && !is_message_text(attribute.value)) {
    return refuse("InvalidMessageContents",
                  fmt::format("Message attribute '{}' contains characters outside the allowed set.", name));
  }
  return attribute;
}

}  // namespace

Answer<MessageAttributes> read_message_attributes(const json::object* given) {
  MessageAttributes attributes;
  if (!given) return attributes;
  if (given->size() > attributes_max) {
    return invalid(fmt::format("Number of message attributes [{}] exceeds the allowed maximum [10].", given->size()));
  }
  for (const auto& member : *given) {
    const std::string name(member.key());
    if (!is_attribute_name(name)) return invalid(fmt::format("Message (user) attribute name '{}' is invalid.", name));
    auto attribute = read_attribute(name, member.value());
    if (!attribute) return std::unexpected(std::move(attribute.error()));
    attributes[name] = std::move(*attribute);
  }
  return attributes;
}

json::object show_system_attributes(const Message& message, const std::vector<std::string>& names) {
  const std::pair<std::string_view, std::string> all[] = {
      {"SenderId", std::string(sender_id)},
      {"SentTimestamp", epoch_millis(message.sent)},
      {"ApproximateReceiveCount", std::to_string(message.received)},
      {"ApproximateFirstReceiveTimestamp", message.first_received ? epoch_millis(*message.first_received) : ""},
      {"AWSTraceHeader", message.trace_header},
      {"DeadLetterQueueSourceArn", message.dead_letter_source},
  };
  const auto asked = [&](std::string_view name) { return std::ranges::find(names, name) != names.end(); };
  json::object shown;
  for (const auto& [name, value] : all) {
    if (!value.empty() && (asked("All") || asked(name))) shown[name] = value;
  }
  return shown;
}

MessageAttributes select_attributes(const MessageAttributes& attributes, const std::vector<std::string>& names) {
  const auto asked = [&](std::string_view name) {
    return std::ranges::any_of(names, [&](std::string_view wanted) {
      if (wanted == "All" || wanted == ".*" || wanted == name) return true;
      return wanted.ends_with(".*") && name.starts_with(wanted.substr(0, wanted.size() - 1));
    });
  };
  MessageAttributes selected;
  for (const auto& [name, attribute] : attributes) {
    if (asked(name)) selected.emplace(name, attribute);
  }
  return selected;
}

json::object show_message_attributes(const MessageAttributes& attributes) {
  json::object shown;
  for (const auto& [name, attribute] : attributes) {
    json::object value{{"DataType", attribute.data_type}};
    if (attribute.binary()) {
      value["BinaryValue"] = base::to_base64(attribute.value);
    } else {
      value["StringValue"] = attribute.value;
    }
    shown[name] = std::move(value);
  }
  return shown;
}

}  // namespace sandbox
