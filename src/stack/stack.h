// SPDX-License-Identifier: Apache-2.0
#pragma once

// stack/: what the account must hold for a rules file, worked out of the rules alone. Pure.
//   stack.h        all of it as one JSON text, which deploys and is read again by the function
//   event_rules.h  which events come to the queue
//   permissions.h  what the function may do
//   settings.h     how function, queue and schedule are set up, and when to raise an alarm
//   coverage.h     which services and repositories a deployed stack covers

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rules.h"

namespace stack {

// Where the stack is deployed.
struct Where {
  std::string account;
  std::string region;
};

// Names that only the deployment knows stand in all texts as CloudFormation's Fn::Sub has them.
namespace placeholder {
inline constexpr std::string_view bucket_name = "${BucketName}";
inline constexpr std::string_view bucket_arn = "${BucketArn}";
inline constexpr std::string_view rules_key = "${RulesKey}";
inline constexpr std::string_view queue_name = "${QueueName}";
inline constexpr std::string_view queue_arn = "${QueueArn}";
inline constexpr std::string_view dead_letter_queue_name = "${DeadLetterQueueName}";
inline constexpr std::string_view dead_letter_queue_arn = "${DeadLetterQueueArn}";
inline constexpr std::string_view function_name = "${FunctionName}";
inline constexpr std::string_view notice_bus_name = "${NoticeBusName}";
inline constexpr std::string_view notice_bus_arn = "${NoticeBusArn}";
}  // namespace placeholder

// The stack for these rules, whose file has this text. `roles`: the ARNs of the roles that the services' descriptions name, which
// UpdateService passes on. The JSON is described in docs/deploy.md, "Without the CDK".
boost::json::object stack_for(const rules::Rules& rules, std::string_view rules_text, const Where& where,
                              const std::vector<std::string>& roles);

// What a person should know of it: services and repositories whose events come from elsewhere, roles that nobody named. Sentences.
std::vector<std::string> notes_on(const rules::Rules& rules, const Where& where, const std::vector<std::string>& roles);

// The same rules always give the same text: indented by two, members in their order.
std::string to_text(const boost::json::value& value);

}  // namespace stack
