// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "aws/events.h"
#include "base/json.h"
#include "cli/examination.h"

namespace cli {
namespace {

using Weight = Finding::Weight;

// An event that should come to the queue.
struct Wanted {
  Weight weight;
  std::string_view id;
  std::string subject;
  std::string event;
  std::string missing;  // What is wrong when no event rule takes it.
  std::string remedy;
};

std::string event(std::string_view source, std::string_view type, std::string_view account, std::string_view region,
                  boost::json::object detail) {
  return boost::json::serialize(boost::json::object{{"version", "0"},
                                                    {"id", "00000000-0000-0000-0000-000000000000"},
                                                    {"detail-type", boost::json::string(type)},
                                                    {"source", boost::json::string(source)},
                                                    {"account", boost::json::string(account)},
                                                    {"time", "2026-01-02T03:04:05Z"},
                                                    {"region", boost::json::string(region)},
                                                    {"resources", boost::json::array()},
                                                    {"detail", std::move(detail)}});
}

class Events {
 public:
  explicit Events(Examination& on) : on_(on) {}

  void examine() {
    on_.findings.look();
    const auto names = aws::events::list_rule_names_by_target(on_.caller(), on_.region(), on_.queues->main.arn,
                                                              on_.account.deadline());
    if (!names) return unseen(aws::events::list_rule_names_by_target_operation, "event rules", names.error());
    for (const auto& name : *names) describe(name);
    if (is_unseen_) return;
    schedule();
    for (const auto& wanted : wanted_events()) look_for(wanted);
  }

 private:
  void unseen(const aws::Operation& operation, std::string subject, const base::Error& error) {
    is_unseen_ = true;
    on_.findings.unseen("event-rules", operation, std::move(subject), error);
  }

  void describe(const std::string& name) {
    auto rule = aws::events::describe_rule(on_.caller(), on_.region(), name, on_.account.deadline());
    if (!rule) return unseen(aws::events::describe_rule_operation, "event rule " + name, rule.error());
    rules_.push_back(std::move(*rule));
    on_.findings.look();
    const auto targets = aws::events::list_targets_by_rule(on_.caller(), on_.region(), name, on_.account.deadline());
    if (!targets) {
      on_.findings.unseen("event-rule-input", aws::events::list_targets_by_rule_operation, "event rule " + name,
                          targets.error());
      return;
    }
    const auto ours = std::ranges::find(*targets, on_.queues->main.arn, &aws::events::RuleTarget::arn);
    // A schedule's event may well be written by hand.
    if (ours == targets->end() || !ours->changes_input || rules_.back().pattern.empty()) return;
    on_.findings.add({Weight::Error, "event-rule-input", "event rule " + name,
                      "it sends something else than the event, which Caretaker cannot read",
                      "take Input, InputPath and InputTransformer from its target"});
  }

  static bool is_enabled(const aws::events::EventRule& rule) { return rule.state.starts_with("ENABLED"); }

  void schedule() {
    on_.findings.look();
    std::string disabled;
    for (const auto& rule : rules_) {
      if (rule.schedule.empty()) continue;
      if (is_enabled(rule)) return;
      disabled = rule.name;
    }
    on_.findings.add({Weight::Warning, "event-rule-sweep", disabled.empty() ? "event rules" : "event rule " + disabled,
                      disabled.empty()
                          ? "none sends to the queue by a schedule, so that a lost event is never made up for"
                          : "it is disabled, so that a lost event is never made up for",
                      disabled.empty() ? fmt::format("aws events put-rule --name caretaker-sweep --schedule-expression "
                                                     "'rate(15 minutes)', with {} as target",
                                                     on_.queues->main.arn)
                                       : "aws events enable-rule --name " + disabled});
  }

  std::vector<Wanted> wanted_events() const {
    std::vector<Wanted> all;
    std::vector<std::string> seen;
    for (const auto& rule : on_.rules ? on_.rules->rules : std::vector<rules::Rule>()) {
      const auto repository = rules::repository_of(rule, on_.account_id, on_.region());
      // Events of other accounts and regions are forwarded to this bus, and look the same here.
      const auto subject = "repository " + names::to_string(repository);
      if (std::ranges::find(seen, subject) != seen.end()) continue;
      seen.push_back(subject);
      all.push_back({Weight::Error, "event-rule-pushes", subject,
                     event("aws.ecr", "ECR Image Action", repository.account, repository.region,
                           {{"action-type", "PUSH"},
                            {"result", "SUCCESS"},
                            {"repository-name", repository.name},
                            {"image-tag", "1.2.3"},
                            {"image-digest", "sha256:" + std::string(64, '0')}}),
                     "no event rule sends its pushes to the queue",
                     "add an event rule for aws.ecr's `ECR Image Action` of this repository"});
    }
    if (on_.rules && !on_.rules->rules.empty()) {
      const auto& service = on_.rules->rules.front().service;
      all.push_back(
          {Weight::Hint, "event-rule-operations", "event rules",
           event("aws.apprunner", "AppRunner Service Operation Status Change", service.account, service.region,
                 {{"serviceId", service.id},
                  {"serviceName", service.name},
                  {"operationStatus", "UpdateServiceCompletedSuccessfully"}}),
           "none tells of the end of an operation: what comes after it waits for the next sweep",
           "add an event rule for aws.apprunner's `AppRunner Service Operation Status Change`"});
    }
    const auto& settings = on_.account.installation().settings();
    all.push_back(
        {Weight::Hint, "event-rule-rules", "event rules",
         event("aws.s3", "Object Created", on_.account_id, on_.region(),
               {{"bucket", boost::json::object{{"name", settings.config_bucket}}},
                {"object", boost::json::object{{"key", settings.config_file}, {"size", 2}}},
                {"reason", "PutObject"}}),
         "none tells of new rules: they take effect with the next event or sweep",
         "add an event rule for aws.s3's `Object Created` of the rules, and let the bucket tell EventBridge"});
    return all;
  }

  void look_for(const Wanted& wanted) {
    on_.findings.look();
    const aws::events::EventRule* disabled = nullptr;
    for (const auto& rule : rules_) {
      if (rule.pattern.empty()) continue;
      const auto takes = aws::events::test_event_pattern(on_.caller(), on_.region(), rule.pattern, wanted.event,
                                                         on_.account.deadline());
      if (!takes) {
        on_.findings.unseen(wanted.id, aws::events::test_event_pattern_operation, "event rule " + rule.name,
                            takes.error());
        return;
      }
      if (*takes && is_enabled(rule)) return;
      if (*takes) disabled = &rule;
    }
    if (!disabled) {
      on_.findings.add({wanted.weight, wanted.id, wanted.subject, wanted.missing, wanted.remedy});
      return;
    }
    on_.findings.add({wanted.weight, wanted.id, wanted.subject,
                      fmt::format("{}: {} would, but is disabled", wanted.missing, disabled->name),
                      "aws events enable-rule --name " + disabled->name});
  }

  Examination& on_;
  std::vector<aws::events::EventRule> rules_;
  bool is_unseen_ = false;
};

}  // namespace

void examine_events(Examination& on) {
  if (on.queues) Events(on).examine();
}

}  // namespace cli
