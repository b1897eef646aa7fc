// SPDX-License-Identifier: Apache-2.0
#include "cli/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/json.h"

namespace cli {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& value, std::string_view name) {
  return std::string(base::string_member(value, name).value_or(""));
}

// CloudTrail's record of a PutImage as the event that ECR sends after it (CloudTrail user guide, "CloudTrail record
// contents"; ECR user guide, "Logging Amazon ECR actions with AWS CloudTrail").
json::object push_of(const json::value& record) {
  static const json::value none = json::object();
  const auto* request = base::member(record, "requestParameters");
  const auto* response = base::member(record, "responseElements");
  const auto* image = response ? base::member(*response, "image") : nullptr;
  const auto* id = image ? base::member(*image, "imageId") : nullptr;
  const auto& asked = request ? *request : none;
  const auto& given = id ? *id : none;
  const auto either = [&](std::string_view name) {
    const auto answered = text_of(given, name);
    return answered.empty() ? text_of(asked, name) : answered;
  };
  json::object detail{{"action-type", "PUSH"},
                      {"result", base::member(record, "errorCode") ? "FAILURE" : "SUCCESS"},
                      {"repository-name", json::string(text_of(asked, "repositoryName"))},
                      {"image-digest", json::string(either("imageDigest"))}};
  if (const auto tag = either("imageTag"); !tag.empty()) detail["image-tag"] = json::string(tag);
  const auto registry = text_of(asked, "registryId");
  return {{"source", "aws.ecr"},
          {"detail-type", "ECR Image Action"},
          {"account", json::string(registry.empty() ? text_of(record, "recipientAccountId") : registry)},
          {"region", json::string(text_of(record, "awsRegion"))},
          {"time", json::string(text_of(record, "eventTime"))},
          {"detail", std::move(detail)}};
}

bool is_trail(const json::value& value) {
  return base::string_member(value, "eventSource") && base::string_member(value, "eventName");
}

class Taking {
 public:
  std::vector<FiledEvent> events;

  void value(const json::value& value) {
    if (const auto* array = value.if_array()) return each(*array);
    if (each_of(value, "Records") || each_of(value, "Messages") || each_of(value, "Events") || each_of(value, "events"))
      return;
    if (wrapped(value)) return;
    if (is_trail(value)) return trail(value);
    const auto* detail = base::member(value, "detail");
    if (detail && is_trail(*detail)) return trail(*detail);
    add(json::serialize(value));
  }

  void add(std::string body, std::string place = {}, std::string reason = {}) {
    if (place.empty()) place = fmt::format("event {}", events.size() + 1);
    events.push_back({std::move(body), std::move(place), std::move(reason)});
  }

 private:
  void each(const json::array& array) {
    for (const auto& element : array) value(element);
  }

  bool each_of(const json::value& value, std::string_view name) {
    const auto* member = base::member(value, name);
    const auto* array = member ? member->if_array() : nullptr;
    if (array) each(*array);
    return array != nullptr;
  }

  // An event as a string in a message, a log line or a list.
  bool wrapped(const json::value& value) {
    struct Form {
      std::string_view body, id, name;
    };
    static constexpr Form forms[] = {{"body", "messageId", "message"},
                                     {"Body", "MessageId", "message"},
                                     {"CloudTrailEvent", "EventId", "CloudTrail event"},
                                     {"message", "eventId", "log event"}};
    return std::ranges::any_of(forms, [&](const Form& form) {
      const auto body = base::string_member(value, form.body);
      if (!body) return false;
      const auto id = text_of(value, form.id);
      inside(*body, fmt::format("{} {}", form.name, id.empty() ? fmt::format("{}", events.size() + 1) : id),
             reason_of(value));
      return true;
    });
  }

  void inside(std::string_view body, std::string place, std::string reason) {
    const auto tree = base::parse_json(body);
    if (tree && is_trail(*tree)) return trail(*tree, std::move(place));
    add(std::string(body), std::move(place), std::move(reason));
  }

  // What Caretaker wrote beside a dead letter, in either spelling of message attributes.
  static std::string reason_of(const json::value& message) {
    for (const auto& [attributes, value] :
         {std::pair("MessageAttributes", "StringValue"), std::pair("messageAttributes", "stringValue")}) {
      const auto* all = base::member(message, attributes);
      const auto* one = all ? base::member(*all, "CaretakerReason") : nullptr;
      if (one) return text_of(*one, value);
    }
    return {};
  }

  // Whatever else CloudTrail tells keeps its own words, and gets its reason like any event that is no push.
  void trail(const json::value& record, std::string place = {}) {
    if (place.empty()) {
      const auto id = text_of(record, "eventID");
      place = fmt::format("CloudTrail event {}", id.empty() ? fmt::format("{}", events.size() + 1) : id);
    }
    const bool put =
        text_of(record, "eventSource") == "ecr.amazonaws.com" && text_of(record, "eventName") == "PutImage";
    if (put) return add(json::serialize(push_of(record)), std::move(place));
    add(json::serialize(json::object{{"source", json::string(text_of(record, "eventSource"))},
                                     {"detail-type", json::string("CloudTrail " + text_of(record, "eventName"))}}),
        std::move(place));
  }
};

}  // namespace

base::Result<std::vector<FiledEvent>> read_events(std::string_view text) {
  Taking taking;
  const auto whole = base::parse_json(text);
  if (whole) {
    taking.value(*whole);
    return std::move(taking.events);
  }
  bool any = false;
  for (std::size_t begin = 0, number = 1; begin < text.size(); ++number) {
    const auto end = std::min(text.find('\n', begin), text.size());
    auto line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto value = base::parse_json(line);
    any = any || value.has_value();
    if (value) {
      taking.value(*value);
    } else {
      taking.add(std::string(line), fmt::format("line {}", number));
    }
  }
  if (!any) {
    return base::fail(
        base::ErrorKind::Invalid,
        "no events: it is neither JSON nor JSON lines (" + whole.error().message +
            "); expected events of EventBridge, SQS or CloudTrail, as `caretaker replay --help` lists them");
  }
  return std::move(taking.events);
}

}  // namespace cli
