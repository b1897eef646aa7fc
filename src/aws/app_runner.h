// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/caller.h"
#include "base/json.h"

// AWS App Runner, API version 2020-05-15: https://docs.aws.amazon.com/apprunner/latest/api/
namespace aws::app_runner {

inline constexpr Operation describe_service_operation{Service::AppRunner, "DescribeService", true,
                                                      "apprunner:DescribeService"};
inline constexpr Operation update_service_operation{Service::AppRunner, "UpdateService", false,
                                                    "apprunner:UpdateService"};
inline constexpr Operation start_deployment_operation{Service::AppRunner, "StartDeployment", false,
                                                      "apprunner:StartDeployment"};
inline constexpr Operation list_operations_operation{Service::AppRunner, "ListOperations", true,
                                                     "apprunner:ListOperations"};
inline constexpr Operation list_services_operation{Service::AppRunner, "ListServices", true, "apprunner:ListServices"};

// A service as DescribeService tells it: what we read, and the answer itself.
struct ServiceDescription {
  std::string arn;
  std::string name;
  std::string status;  // RUNNING, OPERATION_IN_PROGRESS …; a value unknown to us stays as it is.
  std::optional<base::Time> created_at;
  std::optional<base::Time> updated_at;
  std::optional<std::string> image_identifier;  // None: the source is code.
  std::string image_repository_type;            // ECR, ECR_PUBLIC; empty: the source is code.
  std::string access_role;                      // ARN of the role that pulls the image; empty: none.
  bool auto_deployments = false;                // As described; absent counts as false.
  std::string answer;                           // For update_service, which sends it back. Holds secrets: never log it.
};

struct OperationSummary {
  std::string id;      // May be missing for a while: then empty.
  std::string type;    // UPDATE_SERVICE, START_DEPLOYMENT …
  std::string status;  // PENDING, IN_PROGRESS, SUCCEEDED, FAILED, ROLLBACK_…
  std::optional<base::Time> started_at;
  std::optional<base::Time> ended_at;
};

// The region is the one of the service's ARN. Errors: as Caller's; NotFound where there is no such service.
base::Result<ServiceDescription> describe_service(Caller& caller, std::string_view region, std::string_view arn,
                                                  const Deadline& deadline);

// The newest operations, newest first: one page of 20, which is what App Runner gives at most.
base::Result<std::vector<OperationSummary>> list_operations(Caller& caller, std::string_view region,
                                                            std::string_view arn, const Deadline& deadline);

struct ServiceSummary {
  std::string name;
  std::string arn;
  std::string status;
};

// The services of the region: all pages, or an error.
base::Result<std::vector<ServiceSummary>> list_services(Caller& caller, std::string_view region,
                                                        const Deadline& deadline);

// Sends the described SourceConfiguration back with ImageIdentifier replaced and nothing else changed: unknown members and
// the order, even the spelling of numbers, are kept. Returns the operation's id.
// Errors: Conflict (InvalidStateException: an operation runs, or the service is paused), Unknown (see Caller).
base::Result<std::string> update_service(Caller& caller, std::string_view region, const ServiceDescription& described,
                                         std::string_view image_identifier, const Deadline& deadline);

// Pulls the configured identifier again. Returns the operation's id. Errors: as update_service.
base::Result<std::string> start_deployment(Caller& caller, std::string_view region, std::string_view arn,
                                           const Deadline& deadline);

// Where App Runner writes what it does with a service. DescribeService names no log group; this is the console's, made of the ARN's last
// two parts.
std::string event_log_group(std::string_view name, std::string_view id);
inline constexpr std::string_view event_log_stream = "events";

}  // namespace aws::app_runner
