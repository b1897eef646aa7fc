// SPDX-License-Identifier: Apache-2.0
// The operations of CloudWatch Logs that read.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "sandbox/log_filter.h"
#include "sandbox/logs.h"
#include "sandbox/page.h"

namespace sandbox {
namespace {

namespace json = boost::json;

std::unexpected<Refusal> bad_token() {
  return refuse("InvalidParameterException", "The specified nextToken is invalid.");
}

struct Times {
  std::int64_t start;
  std::int64_t end;

  bool contain(std::int64_t timestamp) const { return timestamp >= start && timestamp < end; }
};

Times read_times(const Input& input, std::int64_t oldest) {
  return {std::max(oldest, integer_of(input, "startTime", 0)), integer_of(input, "endTime", INT64_MAX)};
}

// `f/12` goes on with event 12, `b/12` goes back from the event before it.
struct EventToken {
  bool forward = true;
  std::uint64_t number = 0;
};

std::optional<EventToken> parse_event_token(std::string_view text) {
  if (!text.starts_with("f/") && !text.starts_with("b/")) return std::nullopt;
  EventToken token{text[0] == 'f', 0};
  const auto digits = text.substr(2);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), token.number);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return std::nullopt;
  return token;
}

std::optional<Answer<std::string>> read_token(const Input& input) {
  const auto token = optional_text(input, "nextToken");
  if (!token) return std::nullopt;
  auto item = page_item(*token);
  if (!item) return Answer<std::string>(bad_token());
  return Answer<std::string>(std::move(*item));
}

}  // namespace

Outcome Logs::get_log_events(const Input& input) {
  auto stream = stream_of(input);
  if (!stream) return std::unexpected(std::move(stream.error()));
  const auto& events = (*stream)->events;
  const auto times = read_times(input, oldest_kept(**group_of(input)));
  const auto limit = static_cast<std::size_t>(integer_of(input, "limit", 10'000));
  EventToken token{boolean_of(input, "startFromHead", false), 0};
  if (!token.forward) token.number = (*stream)->put_count;
  if (const auto text = optional_text(input, "nextToken")) {
    const auto parsed = parse_event_token(*text);
    if (!parsed) return bad_token();
    token = *parsed;
  }
  std::vector<const LogEvent*> found;
  const auto wanted = [&](const LogEvent& event) {
    return times.contain(event.timestamp) &&
           (token.forward ? event.number >= token.number : event.number < token.number);
  };
  if (token.forward) {
    for (auto it = events.begin(); it != events.end() && found.size() < limit; ++it) {
      if (wanted(*it)) found.push_back(&*it);
    }
  } else {
    for (auto it = events.rbegin(); it != events.rend() && found.size() < limit; ++it) {
      if (wanted(*it)) found.push_back(&*it);
    }
    std::ranges::reverse(found);
  }
  json::array shown;
  for (const auto* event : found) {
    shown.emplace_back(json::object{
        {"timestamp", event->timestamp}, {"message", event->message}, {"ingestionTime", event->ingestion}});
  }
  // The end is where a token repeats.
  const auto forward = found.empty() ? token.number : found.back()->number + 1;
  const auto backward = found.empty() ? token.number : found.front()->number;
  return json::object{{"events", std::move(shown)},
                      {"nextForwardToken", fmt::format("f/{}", forward)},
                      {"nextBackwardToken", fmt::format("b/{}", backward)}};
}

Outcome Logs::filter_log_events(const Input& input) {
  auto group = group_of(input);
  if (!group) return std::unexpected(std::move(group.error()));
  const auto filter = LogFilter::parse(text_of(input, "filterPattern"));
  if (!filter) return std::unexpected(filter.error());
  const auto names = texts_of(input, "logStreamNames");
  const auto prefix = text_of(input, "logStreamNamePrefix");
  if (!names.empty() && !prefix.empty())
    return refuse("InvalidParameterException", "LogStreamNames and LogStreamNamePrefix can't be used together.");
  const auto times = read_times(input, oldest_kept(**group));
  // By time, then stream, then place: the key's order, as text.
  std::map<std::string, json::object> found;
  for (const auto& [name, stream] : (*group)->streams) {
    if (!name.starts_with(prefix) || (!names.empty() && std::ranges::find(names, name) == names.end())) continue;
    for (const auto& event : stream.events) {
      if (!times.contain(event.timestamp) || !filter->passes(event.message)) continue;
      found.emplace(fmt::format("{:020} {} {:020}", event.timestamp, name, event.number),
                    json::object{{"logStreamName", name},
                                 {"timestamp", event.timestamp},
                                 {"message", event.message},
                                 {"ingestionTime", event.ingestion},
                                 {"eventId", fmt::format("{:020}{:036}", event.timestamp, event.number)}});
    }
  }
  std::optional<std::string> after;
  if (auto token = read_token(input)) {
    if (!*token) return std::unexpected(std::move(token->error()));
    after = std::move(**token);
  }
  const auto limit = static_cast<std::size_t>(integer_of(input, "limit", 10'000));
  const auto page = take_page(found, after, limit, [](const auto& entry) { return entry.first; });
  json::array events;
  for (const auto& [key, event] : page.items) events.emplace_back(event);
  json::object output{{"events", std::move(events)}, {"searchedLogStreams", json::array()}};
  if (page.next_token) output["nextToken"] = *page.next_token;
  return output;
}

Outcome Logs::describe_log_groups(const Input& input) {
  const auto prefix = text_of(input, "logGroupNamePrefix");
  const auto part = text_of(input, "logGroupNamePattern");
  if (!prefix.empty() && !part.empty())
    return refuse("InvalidParameterException", "LogGroupNamePrefix and LogGroupNamePattern are mutually exclusive.");
  std::vector<std::string> names;
  for (const auto& [name, group] : groups_) {
    if (name.starts_with(prefix) && name.contains(part)) names.push_back(name);
  }
  std::optional<std::string> after;
  if (auto token = read_token(input)) {
    if (!*token) return std::unexpected(std::move(token->error()));
    after = std::move(**token);
  }
  const auto limit = static_cast<std::size_t>(integer_of(input, "limit", 50));
  const auto page = take_page(names, after, limit, [](const std::string& name) { return name; });
  json::array groups;
  for (const auto& name : page.items) {
    const auto arn = world_.arn("logs", "log-group:" + name);
    json::object shown{{"logGroupName", name},       {"creationTime", groups_.at(name).created},
                       {"metricFilterCount", 0},     {"arn", arn + ":*"},
                       {"logGroupArn", arn},         {"storedBytes", 0},
                       {"logGroupClass", "STANDARD"}};
    if (const auto days = groups_.at(name).retention_days) shown["retentionInDays"] = *days;
    groups.emplace_back(std::move(shown));
  }
  json::object output{{"logGroups", std::move(groups)}};
  if (page.next_token) output["nextToken"] = *page.next_token;
  return output;
}

Outcome Logs::describe_log_streams(const Input& input) {
  auto group = group_of(input);
  if (!group) return std::unexpected(std::move(group.error()));
  const auto group_name =
      std::ranges::find_if(groups_, [&](const auto& entry) { return &entry.second == *group; })->first;
  const bool by_time = text_of(input, "orderBy") == "LastEventTime";
  if (by_time && input.contains("logStreamNamePrefix"))
    return refuse("InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix.");
  std::vector<std::pair<std::string, std::string>> keys;  // What it is sorted by, and the name.
  for (const auto& [name, stream] : (*group)->streams) {
    if (!name.starts_with(text_of(input, "logStreamNamePrefix"))) continue;
    const auto last = stream.events.empty() ? 0 : stream.events.back().timestamp;
    keys.emplace_back(by_time ? fmt::format("{:020} {}", last, name) : name, name);
  }
  std::ranges::sort(keys);
  if (boolean_of(input, "descending", false)) std::ranges::reverse(keys);
  std::size_t begin = 0;
  if (auto token = read_token(input)) {
    if (!*token) return std::unexpected(std::move(token->error()));
    const auto at = std::ranges::find(keys, **token, &std::pair<std::string, std::string>::second);
    if (at == keys.end()) return bad_token();
    begin = static_cast<std::size_t>(at - keys.begin()) + 1;
  }
  const auto end = std::min(keys.size(), begin + static_cast<std::size_t>(integer_of(input, "limit", 50)));
  json::array streams;
  for (std::size_t at = begin; at < end; ++at) {
    const auto& name = keys[at].second;
    const auto& stream = (*group)->streams.at(name);
    json::object shown{{"logStreamName", name},
                       {"creationTime", stream.created},
                       {"arn", world_.arn("logs", fmt::format("log-group:{}:log-stream:{}", group_name, name))},
                       {"storedBytes", 0}};
    if (!stream.events.empty()) {
      shown["firstEventTimestamp"] = stream.events.front().timestamp;
      shown["lastEventTimestamp"] = stream.events.back().timestamp;
      shown["lastIngestionTime"] = stream.events.back().ingestion;
    }
    streams.emplace_back(std::move(shown));
  }
  json::object output{{"logStreams", std::move(streams)}};
  if (end < keys.size()) output["nextToken"] = page_token(keys[end - 1].second);
  return output;
}

}  // namespace sandbox
