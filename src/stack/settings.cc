// SPDX-License-Identifier: Apache-2.0
#include "stack/settings.h"

#include <string_view>

#include "stack/stack.h"

namespace stack {
namespace {

namespace json = boost::json;

constexpr int day = 24 * 60 * 60;

json::object alarm(std::string_view id, std::string_view of, std::string_view metric, std::string_view statistic,
                   std::string_view description) {
  const std::string_view space = of == "function" ? "AWS/Lambda" : of == "deadLetterQueue" ? "AWS/SQS" : "Caretaker";
  return {{"id", id},
          {"metric", {{"namespace", space}, {"name", metric}, {"of", of}}},
          {"statistic", statistic},
          {"periodSeconds", 300},
          {"threshold", 1},
          {"description", description}};
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
      {"schedule", {{"rateMinutes", 15}}},
      {"alarms",
       json::array{
           alarm(
               "DeadLetters", "deadLetterQueue", "ApproximateNumberOfMessagesVisible", "Maximum",
               "Pushes were given up. `caretaker redrive` shows why; after the repair `caretaker redrive --all` sends "
               "them again."),
           alarm("Errors", "function", "Errors", "Sum",
                 "Invocations failed as a whole. The function's log says why; the messages come back by themselves."),
           alarm(
               "RulesBroken", "caretaker", "RulesBroken", "Sum",
               "The rules object is broken, and the last valid rules stay in force. `caretaker check` names the place; "
               "`caretaker rules restore` brings an earlier version back."),
           alarm("DeploymentsFailed", "caretaker", "DeploymentsFailed", "Sum",
                 "A deployment failed or was rolled back. `caretaker history` names it; the image is not tried for "
                 "ever."),
           alarm("DeploymentsOverdue", "caretaker", "DeploymentsOverdue", "Sum",
                 "A deployment takes longer than it is followed. Look at the service in App Runner."),
           alarm(
               "ServicesStopped", "caretaker", "ServicesStopped", "Sum",
               "Two deployments of a service failed in a row, and nothing more is tried. After the repair: `caretaker "
               "release`."),
           alarm(
               "ServicesRefused", "caretaker", "ServicesRefused", "Sum",
               "A service or its repository is out of reach: access is denied, or it is not there. `caretaker doctor` "
               "says what is missing."),
           alarm("RulesNotCovered", "caretaker", "RulesNotCovered", "Sum",
                 "A rule names a service or a repository that the deployed stack does not cover. Deploy again with the "
                 "present rules.")}}};
}

}  // namespace stack
