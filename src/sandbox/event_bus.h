// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/agenda.h"
#include "sandbox/event_pattern.h"
#include "sandbox/json_service.h"
#include "sandbox/schedule.h"
#include "sandbox/sqs.h"
#include "sandbox/world.h"

namespace sandbox {

// An event as a service of the account emits it.
struct Event {
  std::string source;
  std::string detail_type;
  boost::json::array resources;
  boost::json::object detail;
};

// Amazon EventBridge: the default bus, rules by pattern and by schedule, and SQS queues of the account as their targets,
// each with a dead-letter queue. Queue policies are not enforced. What cannot be delivered, because the queue is gone or the
// input is no JSON, is not tried again, as with AWS.
class EventBus final : public JsonService {
 public:
  EventBus(World& world, Sqs& sqs) : world_(world), sqs_(sqs) {}

  void handle(std::string_view operation, const Input& input, Asker asker) override;
  std::vector<Described> described() const override { return describe(operations()); }

  // Sends it to the targets of the event rules that match.
  void emit(Event event);

  // In event_bus_state.cc.
  void save(StateWriter& out) const;
  bool restore(std::string_view kind, MembersIn& m);

 private:
  using Tags = std::map<std::string, std::string>;
  struct EventRule {
    std::string description;
    std::optional<EventPattern> pattern;
    std::optional<Schedule> schedule;
    std::string state = "ENABLED";
    std::string role;
    std::map<std::string, boost::json::object> targets;  // As PutTargets took them, by id.
    Tags tags;
    std::optional<Agenda::Key> due;  // When the schedule fires next.

    bool enabled() const { return state != "DISABLED"; }
  };
  using Rules = std::map<std::string, EventRule>;
  static const std::vector<Operation<EventBus>>& operations();

  Outcome put_rule(const Input& input);
  Outcome delete_rule(const Input& input);
  Outcome enable_rule(const Input& input);
  Outcome disable_rule(const Input& input);
  Outcome describe_rule(const Input& input);
  Outcome list_rules(const Input& input);
  Outcome list_rule_names_by_target(const Input& input);
  Outcome describe_event_bus(const Input& input);
  Outcome list_event_buses(const Input& input);
  Outcome tag_resource(const Input& input);
  Outcome untag_resource(const Input& input);
  Outcome list_tags_for_resource(const Input& input);
  // Targets, in event_targets.cc.
  Outcome put_targets(const Input& input);
  Outcome remove_targets(const Input& input);
  Outcome list_targets_by_rule(const Input& input);
  // Events, in event_delivery.cc.
  Outcome put_events(const Input& input);
  Outcome test_event_pattern(const Input& input);

  Answer<void> check_bus(const Input& input, std::string_view member = "EventBusName") const;
  Answer<Rules::iterator> rule_of(const Input& input, std::string_view member);
  Answer<Tags*> tags_of(const Input& input);
  Answer<void> check_quotas(const std::string& name, const EventRule& rule) const;
  Answer<void> check_target(const boost::json::object& target) const;
  Outcome set_state(const Input& input, std::string state);
  boost::json::object show_rule(const std::string& name, const EventRule& rule) const;
  boost::json::object show_bus() const;
  std::string rule_arn(std::string_view name) const { return world_.arn("events", "rule/" + std::string(name)); }

  void arm(const std::string& name, base::Time last);
  void disarm(EventRule& rule);
  void fire(const std::string& name);
  Agenda::Task firing(const std::string& name);
  void restore_rule(MembersIn& m);
  boost::json::object envelope(Event event, base::Time time);
  void publish(const boost::json::object& event, const std::string& trace_header);
  void deliver(const std::string& rule_name, const boost::json::object& target, const boost::json::object& event,
               const std::string& trace_header);
  void bury(const std::string& rule_name, const boost::json::object& target, const boost::json::object& event,
            std::string_view code, std::string message);
  boost::json::object put_entry(const Input& entry);

  World& world_;
  Sqs& sqs_;
  Rules rules_;
  Tags bus_tags_;
};

inline constexpr std::string_view default_event_bus = "default";

}  // namespace sandbox
