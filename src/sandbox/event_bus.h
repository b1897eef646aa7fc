// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/event_pattern.h"
#include "sandbox/json_service.h"
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

// Amazon EventBridge: the default bus, its event rules, and SQS queues of the account as their targets.
class EventBus final : public JsonService {
 public:
  EventBus(World& world, Sqs& sqs) : world_(world), sqs_(sqs) {}

  void handle(std::string_view operation, const Input& input, Asker asker) override;

  // Sends it to the targets of the event rules that match.
  void emit(Event event);
  void add_rule(const std::string& name, std::string description, EventPattern pattern, std::string target_queue);

 private:
  struct EventRule {
    std::string description;
    EventPattern pattern;
    std::map<std::string, std::string> targets;  // ARNs of queues, by the target's id.
  };
  static const std::vector<Operation<EventBus>>& operations();

  Outcome put_events(const Input& input);
  Outcome list_rules(const Input& input);
  Outcome describe_rule(const Input& input);
  Outcome list_targets_by_rule(const Input& input);

  std::string publish(boost::json::object event);
  boost::json::object put_entry(const Input& entry);
  boost::json::object show_rule(const std::string& name, const EventRule& rule) const;

  World& world_;
  Sqs& sqs_;
  std::map<std::string, EventRule> rules_;
};

}  // namespace sandbox
