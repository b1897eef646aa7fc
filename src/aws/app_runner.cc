// SPDX-License-Identifier: Apache-2.0
#include "aws/app_runner.h"

#include <fmt/format.h>

#include <utility>

#include "aws/page_tokens.h"
#include "aws/timestamp.h"

namespace aws::app_runner {
namespace {

constexpr std::string_view source_pointer = "/Service/SourceConfiguration";
constexpr std::string_view image_pointer = "/Service/SourceConfiguration/ImageRepository/ImageIdentifier";

std::string about_service(std::string_view arn) { return fmt::format(R"({{"ServiceArn":{}}})", base::json_quote(arn)); }

std::string text(const boost::json::value& value, std::string_view name) {
  return std::string(base::string_member(value, name).value_or(""));
}

base::Result<std::string> operation_id(const Operation& operation, const Caller::Answer& answer) {
  const auto id = base::string_member(answer.tree, "OperationId");
  if (!id || id->empty()) return malformed(operation, "no OperationId in the answer");
  return std::string(*id);
}

// What the service runs, as far as we read it; false if the answer lacks what every image service has.
bool read_source(const boost::json::value& service, ServiceDescription& description) {
  const auto* source = base::member(service, "SourceConfiguration");
  if (source == nullptr || !source->is_object()) return false;
  description.auto_deployments = base::bool_member(*source, "AutoDeploymentsEnabled").value_or(false);
  if (const auto* authentication = base::member(*source, "AuthenticationConfiguration")) {
    description.access_role = text(*authentication, "AccessRoleArn");
  }
  const auto* image = base::member(*source, "ImageRepository");
  if (image == nullptr) return true;
  const auto identifier = base::string_member(*image, "ImageIdentifier");
  if (!identifier) return false;
  description.image_identifier = std::string(*identifier);
  description.image_repository_type = text(*image, "ImageRepositoryType");
  return true;
}

// The described SourceConfiguration with another image: its own bytes, but for one string.
base::Result<std::string> with_image(const ServiceDescription& described, std::string_view image_identifier) {
  const auto answer = base::JsonDocument::parse(described.answer);
  const auto* source = answer ? answer->find(source_pointer) : nullptr;
  const auto* image = answer ? answer->find(image_pointer) : nullptr;
  // With duplicate members the one that was found might belong to an object that was not.
  const bool nested = source != nullptr && image != nullptr && source->value.begin < image->value.begin &&
                      image->value.end < source->value.end;
  if (!nested) {
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("apprunner UpdateService {}: it does not run an image", described.arn));
  }
  const std::string_view text = described.answer;
  return fmt::format("{}{}{}", text.substr(source->value.begin, image->value.begin - source->value.begin),
                     base::json_quote(image_identifier),
                     text.substr(image->value.end, source->value.end - image->value.end));
}

}  // namespace

base::Result<ServiceDescription> describe_service(Caller& caller, std::string_view region, std::string_view arn,
                                                  const Deadline& deadline) {
  auto answer = caller.json(describe_service_operation, region, about_service(arn), deadline);
  if (!answer) return std::unexpected(answer.error());
  const auto* service = base::member(answer->tree, "Service");
  if (service == nullptr) return malformed(describe_service_operation, "no Service in the answer");
  ServiceDescription description;
  description.arn = text(*service, "ServiceArn");
  description.name = text(*service, "ServiceName");
  description.status = text(*service, "Status");
  description.created_at = time_member(*service, "CreatedAt");
  description.updated_at = time_member(*service, "UpdatedAt");
  if (description.arn.empty() || description.status.empty() || !read_source(*service, description)) {
    return malformed(describe_service_operation, "no ServiceArn, Status or SourceConfiguration in the answer");
  }
  description.answer = std::move(answer->text);
  return description;
}

base::Result<std::vector<OperationSummary>> list_operations(Caller& caller, std::string_view region,
                                                            std::string_view arn, const Deadline& deadline) {
  const std::string body = fmt::format(R"({{"ServiceArn":{},"MaxResults":20}})", base::json_quote(arn));
  const auto answer = caller.json(list_operations_operation, region, body, deadline);
  if (!answer) return std::unexpected(answer.error());
  const auto* list = base::member(answer->tree, "OperationSummaryList");
  if (list == nullptr || !list->is_array())
    return malformed(list_operations_operation, "no OperationSummaryList in the answer");
  std::vector<OperationSummary> operations;
  for (const auto& one : list->get_array()) {
    operations.push_back({.id = text(one, "Id"),
                          .type = text(one, "Type"),
                          .status = text(one, "Status"),
                          .started_at = time_member(one, "StartedAt"),
                          .ended_at = time_member(one, "EndedAt")});
  }
  return operations;
}

base::Result<std::vector<ServiceSummary>> list_services(Caller& caller, std::string_view region,
                                                        const Deadline& deadline) {
  std::vector<ServiceSummary> services;
  PageTokens tokens(list_services_operation, "NextToken");
  std::string token;
  while (true) {
    const auto body = token.empty() ? std::string(R"({"MaxResults":20})")
                                    : fmt::format(R"({{"MaxResults":20,"NextToken":{}}})", base::json_quote(token));
    const auto answer = caller.json(list_services_operation, region, body, deadline);
    if (!answer) return std::unexpected(answer.error());
    const auto* list = base::member(answer->tree, "ServiceSummaryList");
    if (list == nullptr || !list->is_array())
      return malformed(list_services_operation, "no ServiceSummaryList in the answer");
    for (const auto& one : list->get_array()) {
      services.push_back(
          {.name = text(one, "ServiceName"), .arn = text(one, "ServiceArn"), .status = text(one, "Status")});
    }
    token = text(answer->tree, "NextToken");
    if (token.empty()) return services;
    if (const auto added = tokens.add(token); !added) return std::unexpected(added.error());
  }
}

base::Result<std::string> update_service(Caller& caller, std::string_view region, const ServiceDescription& described,
                                         std::string_view image_identifier, const Deadline& deadline) {
  const auto source = with_image(described, image_identifier);
  if (!source) return std::unexpected(source.error());
  const std::string body =
      fmt::format(R"({{"ServiceArn":{},"SourceConfiguration":{}}})", base::json_quote(described.arn), *source);
  const auto answer = caller.json(update_service_operation, region, body, deadline);
  if (!answer) return std::unexpected(answer.error());
  return operation_id(update_service_operation, *answer);
}

base::Result<std::string> start_deployment(Caller& caller, std::string_view region, std::string_view arn,
                                           const Deadline& deadline) {
  const auto answer = caller.json(start_deployment_operation, region, about_service(arn), deadline);
  if (!answer) return std::unexpected(answer.error());
  return operation_id(start_deployment_operation, *answer);
}

std::string event_log_group(std::string_view name, std::string_view id) {
  return fmt::format("/aws/apprunner/{}/{}/service", name, id);
}

}  // namespace aws::app_runner
