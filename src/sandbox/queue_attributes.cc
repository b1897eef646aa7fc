// SPDX-License-Identifier: Apache-2.0
#include "sandbox/queue_attributes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/json.h"

namespace sandbox {
namespace {

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

struct NumberRule {
  std::string_view name;
  std::int64_t min;
  std::int64_t max;
  void (*set)(QueueSettings&, std::int64_t);
};

constexpr NumberRule number_rules[] = {
    {"VisibilityTimeout", 0, 43'200,
     [](QueueSettings& to, std::int64_t n) { to.visibility = std::chrono::seconds(n); }},
    {"DelaySeconds", 0, 900, [](QueueSettings& to, std::int64_t n) { to.delay = std::chrono::seconds(n); }},
    {"ReceiveMessageWaitTimeSeconds", 0, 20,
     [](QueueSettings& to, std::int64_t n) { to.wait = std::chrono::seconds(n); }},
    {"MessageRetentionPeriod", 60, 1'209'600,
     [](QueueSettings& to, std::int64_t n) { to.retention = std::chrono::seconds(n); }},
    {"MaximumMessageSize", 1'024, 1'048'576,
     [](QueueSettings& to, std::int64_t n) { to.size_max = static_cast<std::size_t>(n); }},
};

constexpr std::string_view stored_names[] = {"Policy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds",
                                             "SqsManagedSseEnabled", "RedriveAllowPolicy"};

// Others that may be asked for, although this queue may have none.
constexpr std::string_view absent_names[] = {
    "All", "RedrivePolicy", "FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"};

std::unexpected<Refusal> bad_value(std::string_view name, std::string_view value) {
  return std::unexpected(Refusal{"InvalidAttributeValue",
                                 fmt::format("Invalid value for the parameter {}: {}", name, value.substr(0, 200)),
                                 400,
                                 {},
                                 {}});
}

// `{"deadLetterTargetArn":"…","maxReceiveCount":5}`; the number comes as text in policies written by hand.
Answer<std::optional<Redrive>> parse_redrive(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto policy = base::parse_json(text);
  if (!policy) return bad_value("RedrivePolicy", text);
  const auto arn = base::string_member(*policy, "deadLetterTargetArn");
  auto count = base::int_member(*policy, "maxReceiveCount");
  if (const auto written = base::string_member(*policy, "maxReceiveCount")) count = number_of(*written);
  if (!arn || !count || *count < 1 || *count > 1'000) return bad_value("RedrivePolicy", text);
  return Redrive{std::string(*arn), static_cast<unsigned>(*count)};
}

Answer<void> apply(const std::string& name, const std::string& value, QueueSettings& settings, AttributeTexts& stored) {
  if (const auto* rule = std::ranges::find(number_rules, name, &NumberRule::name); rule != std::end(number_rules)) {
    const auto number = number_of(value);
    if (!number || *number < rule->min || *number > rule->max) return bad_value(name, value);
    rule->set(settings, *number);
    return {};
  }
  if (name == "RedrivePolicy") {
    auto redrive = parse_redrive(value);
    if (!redrive) return std::unexpected(std::move(redrive.error()));
    settings.redrive = std::move(*redrive);
    return {};
  }
  if (name == "FifoQueue" || name == "ContentBasedDeduplication") {
    return std::unexpected(no_fifo_queues());
  }
  if (std::ranges::find(stored_names, name) == std::end(stored_names)) {
    return std::unexpected(unknown_attribute(name));
  }
  stored[name] = value;
  return {};
}

std::string epoch_text(base::Time time) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
}

}  // namespace

Refusal no_fifo_queues() {
  return {"UnsupportedOperation",
          "The sandbox does not emulate FIFO queues.",
          400,
          "AWS.SimpleQueueService.UnsupportedOperation",
          {}};
}

Refusal unknown_attribute(std::string_view name) {
  return {"InvalidAttributeName", fmt::format("Unknown Attribute {}.", name.substr(0, 200)), 400, {}, {}};
}

Answer<void> apply_attributes(const AttributeTexts& given, QueueSettings& settings, AttributeTexts& stored) {
  for (const auto& [name, value] : given) {
    if (auto done = apply(name, value, settings, stored); !done) return done;
  }
  return {};
}

Answer<AttributeTexts> asked_attributes(const AttributeTexts& all, const std::vector<std::string>& names) {
  AttributeTexts asked;
  for (const auto& name : names) {
    if (const auto found = all.find(name); found != all.end()) {
      asked.insert(*found);
    } else if (std::ranges::find(stored_names, name) == std::end(stored_names) &&
               std::ranges::find(absent_names, name) == std::end(absent_names)) {
      return std::unexpected(unknown_attribute(name));
    }
  }
  return std::ranges::find(names, "All") == names.end() ? asked : all;
}

AttributeTexts show_attributes(Queue& queue, const AttributeTexts& stored) {
  const auto& settings = queue.settings();
  const auto counts = queue.counts();
  AttributeTexts shown = stored;
  shown["QueueArn"] = queue.arn();
  shown["VisibilityTimeout"] = std::to_string(settings.visibility.count());
  shown["DelaySeconds"] = std::to_string(settings.delay.count());
  shown["ReceiveMessageWaitTimeSeconds"] = std::to_string(settings.wait.count());
  shown["MessageRetentionPeriod"] = std::to_string(settings.retention.count());
  shown["MaximumMessageSize"] = std::to_string(settings.size_max);
  shown["ApproximateNumberOfMessages"] = std::to_string(counts.visible);
  shown["ApproximateNumberOfMessagesNotVisible"] = std::to_string(counts.in_flight);
  shown["ApproximateNumberOfMessagesDelayed"] = std::to_string(counts.delayed);
  shown["CreatedTimestamp"] = epoch_text(queue.created());
  shown["LastModifiedTimestamp"] = epoch_text(queue.modified());
  shown.emplace("SqsManagedSseEnabled", "true");
  if (settings.redrive) {
    shown["RedrivePolicy"] =
        fmt::format(R"({{"deadLetterTargetArn":{},"maxReceiveCount":{}}})",
                    base::json_quote(settings.redrive->dead_letter_arn), settings.redrive->receives_max);
  }
  return shown;
}

std::string queue_name_of_arn(std::string_view arn) { return std::string(arn.substr(arn.rfind(':') + 1)); }

}  // namespace sandbox
