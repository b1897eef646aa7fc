// SPDX-License-Identifier: Apache-2.0
#include "stack/permissions.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string_view>

#include "aws/app_runner.h"
#include "aws/ecr.h"
#include "aws/events.h"
#include "aws/logs.h"
#include "aws/partition.h"
#include "aws/s3.h"
#include "aws/sqs.h"

namespace stack {
namespace {

// A statement of some 20 ARNs is far below the 6,144 characters of a managed policy, into which several are packed.
constexpr std::size_t resources_max = 20;

std::vector<std::string> actions(std::initializer_list<aws::Operation> operations) {
  std::vector<std::string> actions;
  for (const auto& operation : operations) actions.emplace_back(operation.iam_action);
  return actions;
}

void add_split(std::vector<Statement>& statements, std::string_view sid, const std::vector<std::string>& actions,
               const std::set<std::string>& resources, const boost::json::object& condition = {}) {
  const std::vector<std::string> all(resources.begin(), resources.end());
  for (std::size_t i = 0; i < all.size(); i += resources_max) {
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(i + resources_max, all.size()));
    statements.push_back(
        {.sid = all.size() > resources_max ? fmt::format("{}{}", sid, i / resources_max + 1) : std::string(sid),
         .actions = actions,
         .resources = {all.begin() + static_cast<std::ptrdiff_t>(i), end},
         .condition = condition});
  }
}

std::string repository_arn(const names::Repository& repository) {
  return fmt::format("arn:{}:ecr:{}:{}:repository/{}", aws::partition(repository.region).name, repository.region,
                     repository.account, repository.name);
}

std::string event_log_arn(const names::ServiceArn& service) {
  return fmt::format("arn:{}:logs:{}:{}:log-group:{}:log-stream:{}", service.partition, service.region, service.account,
                     aws::app_runner::event_log_group(service.name, service.id), aws::app_runner::event_log_stream);
}

}  // namespace

std::vector<Statement> statements_for(const rules::Rules& rules, const Where& where,
                                      const std::vector<std::string>& roles) {
  std::set<std::string> services;
  std::set<std::string> event_logs;
  std::set<std::string> repositories;
  for (const auto& rule : rules.rules) {
    services.insert(rule.service.text);
    event_logs.insert(event_log_arn(rule.service));
    repositories.insert(repository_arn(rules::repository_of(rule, where.account, where.region)));
  }
  const auto objects = fmt::format("{}/", placeholder::bucket_arn);
  const std::string queue(placeholder::queue_arn);
  const std::string dead_letter_queue(placeholder::dead_letter_queue_arn);

  std::vector<Statement> statements;
  statements.push_back({.sid = "ReadRules",
                        .actions = actions({aws::s3::get_object_operation}),
                        .resources = {objects + std::string(placeholder::rules_key)},
                        .condition = {}});
  statements.push_back({.sid = "KeepRecords",
                        .actions = actions({aws::s3::get_object_operation, aws::s3::put_object_operation}),
                        .resources = {objects + "records/*"},
                        .condition = {}});
  // Without it S3 says of rules that are gone, and of a record that is not there yet, that access to them is denied (API reference, GetObject).
  statements.push_back(
      {.sid = "MissObjects",
       .actions = {"s3:ListBucket"},
       .resources = {std::string(placeholder::bucket_arn)},
       .condition = {{"StringLike", {{"s3:prefix", boost::json::array{"records/*", placeholder::rules_key}}}}}});
  statements.push_back(
      {.sid = "UseQueue",
       .actions = actions({aws::sqs::get_queue_url_operation, aws::sqs::get_queue_attributes_operation,
                           aws::sqs::change_message_visibility_operation, aws::sqs::send_message_operation}),
       .resources = {queue},
       .condition = {}});
  // Lambda's event source mapping takes messages in the function's name (Lambda developer guide, "Execution role permissions" of SQS).
  statements.push_back({.sid = "LambdaTakesMessages",
                        .actions = {"sqs:ReceiveMessage", "sqs:DeleteMessage"},
                        .resources = {queue},
                        .condition = {}});
  statements.push_back({.sid = "SendDeadLetters",
                        .actions = actions({aws::sqs::get_queue_url_operation, aws::sqs::send_message_operation}),
                        .resources = {dead_letter_queue},
                        .condition = {}});
  statements.push_back({.sid = "TellNotices",
                        .actions = actions({aws::events::put_events_operation}),
                        .resources = {std::string(placeholder::notice_bus_arn)},
                        .condition = {{"StringEquals", {{"events:source", "caretaker"}}}}});
  add_split(statements, "ListImages", actions({aws::ecr::describe_images_operation}), repositories);
  add_split(statements, "Deploy",
            actions({aws::app_runner::describe_service_operation, aws::app_runner::list_operations_operation,
                     aws::app_runner::update_service_operation, aws::app_runner::start_deployment_operation}),
            services);
  add_split(statements, "WriteEventLogs", actions({aws::logs::put_log_events_operation}), event_logs);
  // UpdateService sends the described SourceConfiguration back, and with it the role by which App Runner pulls the image. Which of
  // its names App Runner presents is not documented.
  add_split(statements, "PassRoles", {"iam:PassRole"}, {roles.begin(), roles.end()},
            {{"StringEquals",
              {{"iam:PassedToService",
                {"apprunner.amazonaws.com", "build.apprunner.amazonaws.com", "tasks.apprunner.amazonaws.com"}}}}});
  return statements;
}

}  // namespace stack
