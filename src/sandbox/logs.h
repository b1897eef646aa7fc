// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/json_service.h"
#include "sandbox/state.h"
#include "sandbox/world.h"

namespace sandbox {

// CloudWatch Logs: groups, streams and their events. A stream keeps its last 10,000 events, in the order they came, and
// fewer where all streams together would be above 256 MiB.
class Logs final : public JsonService {
 public:
  explicit Logs(World& world) : world_(world) {}

  void handle(std::string_view operation, const Input& input, Asker asker) override;
  std::vector<Described> described() const override { return describe(operations()); }

  // Writes one event now, creating group and stream where they are missing, as AWS's services do.
  void write(const std::string& group, const std::string& stream, std::string message);
  // The same without telling the watch.
  void record(const std::string& group, const std::string& stream, std::string message);

  // In logs_state.cc.
  void save(StateWriter& out) const;
  bool restore(std::string_view kind, MembersIn& m);

 private:
  struct LogEvent {
    std::uint64_t number = 0;  // Its place in the stream.
    std::int64_t timestamp = 0;
    std::int64_t ingestion = 0;
    std::string message;
  };
  struct Stream {
    std::int64_t created = 0;
    std::uint64_t put_count = 0;
    std::deque<LogEvent> events;
  };
  struct Group {
    std::int64_t created = 0;
    std::optional<std::int64_t> retention_days;
    std::map<std::string, Stream> streams;
  };
  static const std::vector<Operation<Logs>>& operations();

  Outcome create_log_group(const Input& input);
  Outcome create_log_stream(const Input& input);
  Outcome delete_log_group(const Input& input);
  Outcome delete_log_stream(const Input& input);
  Outcome put_retention_policy(const Input& input);
  Outcome delete_retention_policy(const Input& input);
  Outcome put_log_events(const Input& input);
  Outcome get_log_events(const Input& input);
  Outcome filter_log_events(const Input& input);
  Outcome describe_log_groups(const Input& input);
  Outcome describe_log_streams(const Input& input);

  Answer<Group*> group_of(const Input& input);
  Answer<Stream*> stream_of(const Input& input);
  Stream* make_stream(Group& group, const std::string& name);
  void forget(Stream& stream, std::size_t count);
  void add(Stream& stream, std::int64_t timestamp, std::string message);
  void tell(std::string_view group, std::string_view stream, std::string_view message);
  // Events before this have expired; 0 where the group keeps them for ever.
  std::int64_t oldest_kept(const Group& group) const;
  std::int64_t now() const { return world_.now().time_since_epoch().count(); }

  World& world_;
  static constexpr std::size_t event_bytes = 64;  // Of an event besides its message.
  std::map<std::string, Group> groups_;
  std::size_t bytes_ = 0;    // Of all events.
  std::size_t streams_ = 0;  // In all groups.
};

}  // namespace sandbox
