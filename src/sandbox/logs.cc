// SPDX-License-Identifier: Apache-2.0
// The routes of CloudWatch Logs, its groups and streams, and writing; reading is in logs_read.cc.
#include "sandbox/logs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t groups_max = 10'000;
constexpr std::size_t streams_max = 50'000;                 // Of all groups.
constexpr std::size_t events_max = 10'000;                  // Kept of a stream.
constexpr std::size_t bytes_max = std::size_t{256} << 20U;  // Kept of all streams.
constexpr std::int64_t hour = 3'600'000;

std::unexpected<Refusal> not_found(std::string_view what) {
  return refuse("ResourceNotFoundException", fmt::format("The specified log {} does not exist.", what));
}

std::unexpected<Refusal> exists(std::string_view what) {
  return refuse("ResourceAlreadyExistsException", fmt::format("The specified log {} already exists", what));
}

}  // namespace

const std::vector<Operation<Logs>>& Logs::operations() {
  static constexpr auto required = Need::Required;
  static constexpr auto optional = Need::Optional;
  static constexpr std::string_view group_name = R"([\.\-_/#A-Za-z0-9]+)";
  static constexpr std::string_view stream_name = "[^:*]*";
  static const Field group{"logGroupName", Type::String, required, 1, 512, group_name};
  static const Field either_group{"logGroupName", Type::String, optional, 1, 512, group_name};
  static const Field identifier{"logGroupIdentifier", Type::String, optional, 1, 2'048, R"([\w#+=/:,.@-]*)"};
  static const Field stream{"logStreamName", Type::String, required, 1, 512, stream_name};
  static const Field prefix{"logStreamNamePrefix", Type::String, optional, 1, 512, stream_name};
  static const Field start{"startTime", Type::Integer, optional, 0};
  static const Field end{"endTime", Type::Integer, optional, 0};
  static const Field token{"nextToken", Type::String, optional, 1};
  static const Field events{"limit", Type::Integer, optional, 1, 10'000};
  static const Field fifty{"limit", Type::Integer, optional, 1, 50};
  static const std::vector<Operation<Logs>> table = {
      {"CreateLogGroup",
       {group, unemulated("kmsKeyId"), unemulated("tags"), unemulated("logGroupClass"),
        unemulated("deletionProtectionEnabled")},
       &Logs::create_log_group},
      {"CreateLogStream", {group, stream}, &Logs::create_log_stream},
      {"DeleteLogGroup", {group}, &Logs::delete_log_group},
      {"DeleteLogStream", {group, stream}, &Logs::delete_log_stream},
      {"PutRetentionPolicy", {group, {"retentionInDays", Type::Integer, required}}, &Logs::put_retention_policy},
      {"DeleteRetentionPolicy", {group}, &Logs::delete_retention_policy},
      {"PutLogEvents",
       {group,
        stream,
        {"logEvents", Type::List, required, 1, 10'000},
        {"logEvents[]", Type::Object},
        {"logEvents[].timestamp", Type::Integer, required, 0},
        {"logEvents[].message", Type::String, required, 1},
        {"sequenceToken", Type::String, optional, 1},
        unemulated("entity")},
       &Logs::put_log_events},
      {"GetLogEvents",
       {either_group,
        identifier,
        stream,
        start,
        end,
        token,
        events,
        {"startFromHead", Type::Boolean},
        {"unmask", Type::Boolean}},
       &Logs::get_log_events},
      {"FilterLogEvents",
       {either_group,
        identifier,
        {"logStreamNames", Type::List, optional, 1, 100},
        {"logStreamNames[]", Type::String, optional, 1, 512, stream_name},
        prefix,
        start,
        end,
        {"filterPattern", Type::String, optional, 0, 1'024},
        token,
        events,
        {"interleaved", Type::Boolean},
        {"unmask", Type::Boolean}},
       &Logs::filter_log_events},
      {"DescribeLogGroups",
       {{"logGroupNamePrefix", Type::String, optional, 1, 512, group_name},
        {"logGroupNamePattern", Type::String, optional, 0, 512, R"([\.\-_/#A-Za-z0-9]*)"},
        token,
        fifty,
        unemulated("accountIdentifiers"),
        unemulated("includeLinkedAccounts"),
        unemulated("logGroupClass"),
        unemulated("logGroupIdentifiers")},
       &Logs::describe_log_groups},
      {"DescribeLogStreams",
       {either_group,
        identifier,
        prefix,
        {.path = "orderBy", .values = {"LogStreamName", "LastEventTime"}},
        {"descending", Type::Boolean},
        token,
        fifty},
       &Logs::describe_log_streams},
  };
  return table;
}

void Logs::handle(std::string_view operation, const Input& input, Asker asker) {
  static const Wording wording = model_wording("InvalidParameterException");
  asker(run_operation(*this, "CloudWatch Logs", operations(), operation, input, wording));
}

Answer<Logs::Group*> Logs::group_of(const Input& input) {
  auto name = text_of(input, "logGroupName");
  if (name.empty()) {
    // A name, or `arn:aws:logs:REGION:ACCOUNT:log-group:NAME`.
    name = text_of(input, "logGroupIdentifier");
    if (name.empty())
      return refuse("InvalidParameterException", "Either logGroupName or logGroupIdentifier must be specified.");
    name = name.substr(name.rfind(':') + 1);
  }
  const auto found = groups_.find(name);
  if (found == groups_.end()) return not_found("group");
  return &found->second;
}

Answer<Logs::Stream*> Logs::stream_of(const Input& input) {
  auto group = group_of(input);
  if (!group) return std::unexpected(std::move(group.error()));
  const auto found = (*group)->streams.find(text_of(input, "logStreamName"));
  if (found == (*group)->streams.end()) return not_found("stream");
  return &found->second;
}

Outcome Logs::create_log_group(const Input& input) {
  const auto name = text_of(input, "logGroupName");
  if (groups_.contains(name)) return exists("group");
  if (groups_.size() >= groups_max) return refuse("LimitExceededException", "Resource limit exceeded.");
  groups_[name].created = now();
  return std::nullopt;
}

Outcome Logs::create_log_stream(const Input& input) {
  auto group = group_of(input);
  if (!group) return std::unexpected(std::move(group.error()));
  const auto name = text_of(input, "logStreamName");
  if ((*group)->streams.contains(name)) return exists("stream");
  if (!make_stream(**group, name)) return refuse("LimitExceededException", "Resource limit exceeded.");
  return std::nullopt;
}

Outcome Logs::delete_log_group(const Input& input) {
  const auto found = groups_.find(text_of(input, "logGroupName"));
  if (found == groups_.end()) return not_found("group");
  for (auto& [name, stream] : found->second.streams) forget(stream, stream.events.size());
  streams_ -= found->second.streams.size();
  groups_.erase(found);
  return std::nullopt;
}

Outcome Logs::delete_log_stream(const Input& input) {
  auto group = group_of(input);
  if (!group) return std::unexpected(std::move(group.error()));
  const auto found = (*group)->streams.find(text_of(input, "logStreamName"));
  if (found == (*group)->streams.end()) return not_found("stream");
  forget(found->second, found->second.events.size());
  --streams_;
  (*group)->streams.erase(found);
  return std::nullopt;
}

Outcome Logs::put_retention_policy(const Input& input) {
  constexpr std::int64_t allowed[] = {1,   3,   5,   7,   14,    30,    60,    90,    120,   150,   180,
                                      365, 400, 545, 731, 1'096, 1'827, 2'192, 2'557, 2'922, 3'288, 3'653};
  auto group = group_of(input);
  if (!group) return std::unexpected(std::move(group.error()));
  const auto days = integer_of(input, "retentionInDays", 0);
  if (std::ranges::find(allowed, days) == std::end(allowed)) {
    return refuse(
        "InvalidParameterException",
        fmt::format("1 validation error detected: Value '{}' at 'retentionInDays' failed to satisfy constraint: "
                    "Member must satisfy enum value set: [{}]",
                    days, fmt::join(allowed, ", ")));
  }
  (*group)->retention_days = days;
  return std::nullopt;
}

Outcome Logs::delete_retention_policy(const Input& input) {
  auto group = group_of(input);
  if (!group) return std::unexpected(std::move(group.error()));
  (*group)->retention_days.reset();
  return std::nullopt;
}

std::int64_t Logs::oldest_kept(const Group& group) const {
  return group.retention_days ? now() - *group.retention_days * 24 * hour : 0;
}

// Nullptr if there are too many. There is none of that name.
Logs::Stream* Logs::make_stream(Group& group, const std::string& name) {
  if (streams_ >= streams_max) return nullptr;
  ++streams_;
  auto& stream = group.streams[name];
  stream.created = now();
  return &stream;
}

// Drops its oldest events.
void Logs::forget(Stream& stream, std::size_t count) {
  for (; count > 0 && !stream.events.empty(); --count) {
    bytes_ -= stream.events.front().message.size() + event_bytes;
    stream.events.pop_front();
  }
}

void Logs::add(Stream& stream, std::int64_t timestamp, std::string message) {
  bytes_ += message.size() + event_bytes;
  stream.events.push_back({stream.put_count++, timestamp, now(), std::move(message)});
  while (!stream.events.empty() && (stream.events.size() > events_max || bytes_ > bytes_max)) forget(stream, 1);
}

void Logs::tell(std::string_view group, std::string_view stream, std::string_view message) {
  world_.tell("log", fmt::format("{} {}: {}", group, stream, message.substr(0, message.find('\n'))));
}

void Logs::write(const std::string& group, const std::string& stream, std::string message) {
  tell(group, stream, message);
  record(group, stream, std::move(message));
}

void Logs::record(const std::string& group, const std::string& stream, std::string message) {
  auto& into = groups_[group];
  if (into.created == 0) into.created = now();
  const auto known = into.streams.find(stream);
  auto* to = known == into.streams.end() ? make_stream(into, stream) : &known->second;
  if (to) add(*to, now(), std::move(message));
}

Outcome Logs::put_log_events(const Input& input) {
  auto stream = stream_of(input);
  if (!stream) return std::unexpected(std::move(stream.error()));
  const auto& events = list_of(input, "logEvents");
  const auto timestamp_at = [&](std::size_t at) { return integer_of(events[at].get_object(), "timestamp", 0); };
  std::size_t bytes = 0;
  for (std::size_t at = 0; at < events.size(); ++at) {
    bytes += events[at].at("message").get_string().size() + 26;
    if (at > 0 && timestamp_at(at) < timestamp_at(at - 1)) {
      return refuse("InvalidParameterException",
                    "Log events in a single PutLogEvents request must be in chronological order.");
    }
  }
  if (bytes > 1'048'576)
    return refuse("InvalidParameterException",
                  fmt::format("Upload too large: {} bytes exceeds limit of 1048576", bytes));
  if (timestamp_at(events.size() - 1) - timestamp_at(0) > 24 * hour) {
    return refuse("InvalidParameterException",
                  "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  }
  // Those before `old` are too old, those before `first` have expired as well, those from `last` on are too new: all of
  // them are dropped and the rest is kept.
  const auto oldest = oldest_kept(**group_of(input));
  std::size_t old = 0;
  std::size_t expired = 0;
  std::size_t last = events.size();
  while (old < events.size() && timestamp_at(old) < now() - 14 * 24 * hour) ++old;
  while (expired < events.size() && timestamp_at(expired) < oldest) ++expired;
  const auto first = std::max(old, expired);
  while (last > first && timestamp_at(last - 1) > now() + 2 * hour) --last;
  for (std::size_t at = first; at < last; ++at) {
    const auto message = text_of(events[at].get_object(), "message");
    tell(text_of(input, "logGroupName"), text_of(input, "logStreamName"), message);
    add(**stream, timestamp_at(at), message);
  }
  json::object rejected;
  if (old > 0) rejected["tooOldLogEventEndIndex"] = old;
  if (expired > 0) rejected["expiredLogEventEndIndex"] = expired;
  if (last < events.size()) rejected["tooNewLogEventStartIndex"] = last;
  json::object output{{"nextSequenceToken", fmt::format("{:056}", (*stream)->put_count)}};
  if (!rejected.empty()) output["rejectedLogEventsInfo"] = std::move(rejected);
  return output;
}

}  // namespace sandbox
