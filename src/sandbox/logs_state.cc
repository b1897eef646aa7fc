// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "sandbox/logs.h"

namespace sandbox {
namespace {

template <class Members, class Event>
void describe_event(Members& m, Event& event) {
  m("number", event.number);
  m("timestamp", event.timestamp);
  m("ingestion", event.ingestion);
  m.bytes("message", event.message);
}

}  // namespace

void Logs::save(StateWriter& out) const {
  for (const auto& [name, group] : groups_) {
    out.line("logs.group", [&](MembersOut& m) {
      m("name", name);
      m("created", group.created);
      m("retentionDays", group.retention_days);
    });
    for (const auto& [stream_name, stream] : group.streams) {
      out.line("logs.stream", [&](MembersOut& m) {
        m("group", name);
        m("name", stream_name);
        m("created", stream.created);
        m("put", stream.put_count);
      });
      for (const auto& event : stream.events) {
        out.line("logs.event", [&](MembersOut& m) {
          m("group", name);
          m("stream", stream_name);
          describe_event(m, event);
        });
      }
    }
  }
}

bool Logs::restore(std::string_view kind, MembersIn& m) {
  if (kind == "logs.group") {
    std::string name;
    m("name", name);
    m.demand(!groups_.contains(name), "there are two of that name");
    auto& group = groups_[name];
    m("created", group.created);
    m("retentionDays", group.retention_days);
    return true;
  }
  if (kind != "logs.stream" && kind != "logs.event") return false;
  std::string group;
  std::string name;
  m("group", group);
  m(kind == "logs.stream" ? "name" : "stream", name);
  const auto found = groups_.find(group);
  if (found == groups_.end()) return m.fail("there is no such group"), true;
  auto& streams = found->second.streams;
  if (kind == "logs.stream") {
    m.demand(!streams.contains(name), "there are two of that name");
    ++streams_;
    m("created", streams[name].created);
    m("put", streams[name].put_count);
  } else {
    const auto stream = streams.find(name);
    if (stream == streams.end()) return m.fail("there is no such stream"), true;
    auto& event = stream->second.events.emplace_back();
    describe_event(m, event);
    bytes_ += event.message.size() + event_bytes;
    m.demand(event.number < stream->second.put_count, "its number is none of its stream's");
  }
  return true;
}

}  // namespace sandbox
