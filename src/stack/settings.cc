// SPDX-License-Identifier: Apache-2.0
#include "stack/settings.h"

#include <string_view>
#include <utility>

#include "stack/stack.h"

namespace stack {
namespace {

namespace json = boost::json;

constexpr int day = 24 * 60 * 60;
constexpr int sweep_minutes = 15;

// Each is this stack's own, whatever else is deployed beside it.
json::object of_function(std::string_view space, std::string_view name) {
  return {{"namespace", space}, {"name", name}, {"dimensions", {{"FunctionName", placeholder::function_name}}}};
}
json::object counted_by_caretaker(std::string_view name) { return of_function("Caretaker", name); }
json::object of_dead_letters(std::string_view name) {
  return {
      {"namespace", "AWS/SQS"}, {"name", name}, {"dimensions", {{"QueueName", placeholder::dead_letter_queue_name}}}};
}

json::object alarm(std::string_view id, json::object metric, std::string_view statistic, std::string_view description) {
  return {{"id", id},
          {"metric", std::move(metric)},
          {"statistic", statistic},
          {"periodSeconds", 300},
          {"evaluationPeriods", 1},
          {"comparison", "GreaterThanOrEqualToThreshold"},
          {"threshold", 1},
          // What should not be is counted, and nothing is said while it is not.
          {"missingData", "notBreaching"},
          {"description", description}};
}

// Lambda says nothing of a function that is not invoked, so missing data are what it rings for. The sweep is the one thing that
// always comes, and three of four may get lost.
json::object alarm_of_silence(std::string_view id, json::object metric, std::string_view description) {
  auto made = alarm(id, std::move(metric), "Sum", description);
  made["periodSeconds"] = 4 * sweep_minutes * 60;
  made["comparison"] = "LessThanThreshold";
  made["missingData"] = "breaching";
  return made;
}

// What passes by itself is trouble only where each sweep meets it.
json::object alarm_of_standing(std::string_view id, json::object metric, std::string_view description) {
  auto made = alarm(id, std::move(metric), "Sum", description);
  made["periodSeconds"] = sweep_minutes * 60;
  made["evaluationPeriods"] = 4;
  return made;
}

}  // namespace

json::object settings() {
  return {
      {"function",
       {{"runtime", "provided.al2023"},
        {"handler", "bootstrap"},
        {"timeoutSeconds", 60},
        {"memoryMegabytes", 256},
        {"environment",
         {{"QUEUE_NAME", placeholder::queue_name},
          {"CONFIG_BUCKET", placeholder::bucket_name},
          {"CONFIG_FILE", placeholder::rules_key},
          {"CARETAKER_NOTICE_BUS", placeholder::notice_bus_name}}}}},
      // Six times the function's timeout, as Lambda's guide wants it; a message that nobody can handle goes after 20 attempts.
      {"queue", {{"visibilityTimeoutSeconds", 360}, {"retentionSeconds", 14 * day}, {"maxReceiveCount", 20}}},
      {"deadLetterQueue", {{"retentionSeconds", 14 * day}}},
      {"mapping",
       {{"batchSize", 10},
        {"maximumBatchingWindowSeconds", 0},
        {"maximumConcurrency", 5},
        {"functionResponseTypes", {"ReportBatchItemFailures"}}}},
      {"schedule", {{"rateMinutes", sweep_minutes}}},
      {"alarms",
       json::array{
           alarm(
               "DeadLetters", of_dead_letters("ApproximateNumberOfMessagesVisible"), "Maximum",
               "Pushes were given up. `caretaker redrive` shows why; after the repair `caretaker redrive --all` sends "
               "them again."),
           alarm("Errors", of_function("AWS/Lambda", "Errors"), "Sum",
                 "Invocations failed as a whole. The function's log says why; the messages come back by themselves."),
           alarm_of_silence("NotInvoked", of_function("AWS/Lambda", "Invocations"),
                            "Nothing was taken from the queue for an hour, though a sweep comes every 15 minutes: the "
                            "event source mapping or the schedule is disabled, or the function's concurrency is 0. "
                            "`caretaker doctor` looks at mapping and schedule."),
           alarm(
               "RulesBroken", counted_by_caretaker("RulesBroken"), "Sum",
               "The rules object is broken, missing or can't be read, and the last valid rules stay in force where the "
               "function has them. Its log says which. `caretaker check` names the place of a mistake; "
               "`caretaker rules restore` brings an earlier version back."),
           alarm("DeploymentsFailed", counted_by_caretaker("DeploymentsFailed"), "Sum",
                 "A deployment failed or was rolled back. `caretaker history` names it; the image is not tried for "
                 "ever."),
           alarm("DeploymentsOverdue", counted_by_caretaker("DeploymentsOverdue"), "Sum",
                 "A deployment takes longer than it is followed. Look at the service in App Runner."),
           alarm(
               "ServicesStopped", counted_by_caretaker("ServicesStopped"), "Sum",
               "Two deployments of a service failed in a row, and nothing more is tried. After the repair: `caretaker "
               "release`."),
           alarm_of_standing("LooksFailed", counted_by_caretaker("LooksFailed"),
                             "For an hour each sweep has failed to look at a service: AWS throttles or fails, the "
                             "network is closed, or a repository takes too long to list. The log's `decision` lines "
                             "say why."),
           alarm(
               "ServicesRefused", counted_by_caretaker("ServicesRefused"), "Sum",
               "A service or its repository is out of reach: access is denied, or it is not there. `caretaker doctor` "
               "says what is missing."),
           alarm("RulesNotCovered", counted_by_caretaker("RulesNotCovered"), "Sum",
                 "A rule names a service or a repository that the deployed stack does not cover. Deploy again with the "
                 "present rules.")}}};
}

}  // namespace stack
