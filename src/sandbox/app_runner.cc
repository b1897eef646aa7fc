// SPDX-License-Identifier: Apache-2.0
// App Runner's API. Its routes are in app_runner_shapes.cc; what operations do in time is in app_runner_operations.cc.
#include "sandbox/app_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sandbox/page.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t services_max = 30;
constexpr std::string_view configuration_members[] = {"SourceConfiguration",     "InstanceConfiguration",
                                                      "EncryptionConfiguration", "HealthCheckConfiguration",
                                                      "NetworkConfiguration",    "ObservabilityConfiguration"};

std::unexpected<Refusal> invalid_request(std::string message) {
  return refuse("InvalidRequestException", std::move(message));
}

}  // namespace

std::string image_of(const json::object& configuration) {
  const auto* source = object_of(configuration, "SourceConfiguration");
  const auto* repository = source ? object_of(*source, "ImageRepository") : nullptr;
  return repository ? text_of(*repository, "ImageIdentifier") : std::string();
}

Answer<AppRunner::Service*> AppRunner::service_of(const Input& input) {
  const auto arn = text_of(input, "ServiceArn");
  const auto found = services_.find(arn);
  if (found != services_.end()) return &found->second;
  if (!arn.starts_with("arn:") || !arn.contains(":apprunner:") || !arn.contains(":service/")) {
    return invalid_request(fmt::format("The service ARN is not valid: {}", arn));
  }
  return refuse("ResourceNotFoundException", fmt::format("Service cannot be found for arn: {}", arn));
}

Answer<void> AppRunner::check_source(const json::object& source) const {
  const auto* image = object_of(source, "ImageRepository");
  const auto* code = object_of(source, "CodeRepository");
  if ((image != nullptr) == (code != nullptr)) {
    return invalid_request(
        "Exactly one of ImageRepository and CodeRepository must be specified in SourceConfiguration.");
  }
  if (!image) return {};
  const auto identifier = text_of(*image, "ImageIdentifier");
  const auto type = text_of(*image, "ImageRepositoryType");
  const bool fits = type == "ECR" ? parse_ecr_image(identifier).has_value()
                                  : type == "ECR_PUBLIC" && identifier.starts_with("public.ecr.aws/");
  if (!fits)
    return invalid_request(
        fmt::format("The ImageIdentifier is not valid for the repository type {}: {}", type.substr(0, 64), identifier));
  const auto* authentication = object_of(source, "AuthenticationConfiguration");
  if (type == "ECR" && (!authentication || text_of(*authentication, "AccessRoleArn").empty())) {
    return invalid_request(
        "Authentication configuration is invalid: an access role is required for a private ECR repository.");
  }
  if (type == "ECR_PUBLIC" && boolean_of(source, "AutoDeploymentsEnabled", false)) {
    return invalid_request("Automatic deployments are not supported for ECR Public.");
  }
  return {};
}

// Adds what App Runner adds to what the owner leaves out.
void AppRunner::complete_source(json::object& source) const {
  auto* image = source.contains("ImageRepository") ? source["ImageRepository"].if_object() : nullptr;
  const bool own = image && text_of(*image, "ImageRepositoryType") == "ECR";
  if (!source.contains("AutoDeploymentsEnabled"))
    source["AutoDeploymentsEnabled"] = own && world_.settings().auto_deployments_default;
  if (!image) return;
  auto& configuration = (*image)["ImageConfiguration"];
  if (!configuration.is_object()) configuration.emplace_object();
  if (!configuration.get_object().contains("Port")) configuration.get_object()["Port"] = "8080";
}

json::object AppRunner::first_configuration(const Input& input) const {
  json::object configuration;
  for (const auto name : configuration_members) {
    if (const auto* given = object_of(input, name)) configuration[name] = *given;
  }
  auto& source = configuration["SourceConfiguration"].get_object();
  complete_source(source);
  // Members that no client knows yet: one that updates must send them back as they came.
  source["SandboxExtension"] =
      json::object{{"Text", "unknown members are kept"}, {"List", json::array{1, 2.5, nullptr}}};
  if (source.contains("ImageRepository")) source["ImageRepository"].get_object()["SandboxArchitecture"] = "x86_64";
  auto& instance = configuration["InstanceConfiguration"];
  if (!instance.is_object()) instance.emplace_object();
  if (!instance.get_object().contains("Cpu")) instance.get_object()["Cpu"] = "1024";
  if (!instance.get_object().contains("Memory")) instance.get_object()["Memory"] = "2048";
  if (!configuration.contains("HealthCheckConfiguration")) {
    configuration["HealthCheckConfiguration"] =
        json::object{{"Protocol", "TCP"}, {"Path", "/"},           {"Interval", 5},
                     {"Timeout", 2},      {"HealthyThreshold", 1}, {"UnhealthyThreshold", 5}};
  }
  if (!configuration.contains("NetworkConfiguration")) {
    configuration["NetworkConfiguration"] =
        json::object{{"EgressConfiguration", json::object{{"EgressType", "DEFAULT"}}},
                     {"IngressConfiguration", json::object{{"IsPubliclyAccessible", true}}},
                     {"IpAddressType", "IPV4"}};
  }
  return configuration;
}

Outcome AppRunner::create_service(const Input& input) {
  const auto name = text_of(input, "ServiceName");
  for (const auto& [arn, other] : services_) {
    if (other.name == name && other.status != "DELETED") {
      return invalid_request(fmt::format("Service with the provided name already exists: {}.", name));
    }
  }
  if (auto checked = check_source(*object_of(input, "SourceConfiguration")); !checked)
    return std::unexpected(std::move(checked.error()));
  if (std::ranges::count_if(services_, [](const auto& entry) { return entry.second.status != "DELETED"; }) >=
      static_cast<std::ptrdiff_t>(services_max)) {
    return refuse("ServiceQuotaExceededException",
                  fmt::format("The account's quota of {} services is used up.", services_max));
  }
  Service service;
  service.name = name;
  service.id = world_.ids().hex(32);
  service.arn = world_.arn("apprunner", fmt::format("service/{}/{}", name, service.id));
  service.url = fmt::format("{}.{}.awsapprunner.com", world_.ids().hex(10), world_.settings().region);
  service.created = world_.now();
  service.updated = world_.now();
  service.configuration = first_configuration(input);
  Service& kept = services_[service.arn] = std::move(service);
  const auto& operation = begin(kept, "CREATE_SERVICE");
  return answer(kept, operation);
}

void AppRunner::plant(const SeedService& seed) {
  const auto& settings = world_.settings();
  const auto image = fmt::format("{}.dkr.ecr.{}.amazonaws.com/{}", settings.account, settings.region, seed.image);
  const json::object source{
      {"AuthenticationConfiguration",
       json::object{{"AccessRoleArn", fmt::format("arn:aws:iam::{}:role/AppRunnerAccess", settings.account)}}},
      {"AutoDeploymentsEnabled", seed.auto_deployments},
      {"ImageRepository", json::object{{"ImageIdentifier", image}, {"ImageRepositoryType", "ECR"}}}};
  Service service;
  service.name = seed.name;
  service.id = seed.id;
  service.arn = seed.arn;
  service.url = fmt::format("{}.{}.awsapprunner.com", world_.ids().hex(10), settings.region);
  service.created = world_.now();
  service.updated = world_.now();
  service.status = "RUNNING";
  service.configuration = first_configuration({{"SourceConfiguration", source}});
  Progress created;
  created.id = world_.ids().uuid();
  created.type = "CREATE_SERVICE";
  created.status = "SUCCEEDED";
  created.started = created.updated = world_.now();
  created.ended = world_.now();
  service.operations.push_front(std::move(created));
  world_.tell("service", fmt::format("{} is {}, runs {}", service.name, service.status, seed.image));
  log(service, fmt::format("Service status is set to {}.", service.status));
  services_[service.arn] = std::move(service);
}

Outcome AppRunner::describe_service(const Input& input) {
  const auto service = service_of(input);
  if (!service) return std::unexpected(service.error());
  const auto& one = **service;
  const auto& newest = one.operations.front();
  const bool as_before = world_.settings().describe_former && newest.type == "UPDATE_SERVICE" && !newest.ended;
  return json::object{{"Service", show(one, as_before ? one.former : one.configuration)}};
}

Outcome AppRunner::list_services(const Input& input) {
  std::vector<std::string> arns;
  for (const auto& [arn, service] : services_) {
    if (service.status != "DELETED") arns.push_back(arn);
  }
  std::optional<std::string> after;
  if (const auto token = optional_text(input, "NextToken")) {
    after = page_item(*token);
    if (!after) return invalid_request("The NextToken is not valid.");
  }
  const auto page = take_page(arns, after, static_cast<std::size_t>(integer_of(input, "MaxResults", 20)),
                              [](const std::string& arn) { return arn; });
  json::array summaries;
  for (const auto& arn : page.items) {
    const auto& service = services_.at(arn);
    summaries.emplace_back(json::object{{"ServiceName", service.name},
                                        {"ServiceId", service.id},
                                        {"ServiceArn", service.arn},
                                        {"ServiceUrl", service.url},
                                        {"CreatedAt", epoch_seconds(service.created)},
                                        {"UpdatedAt", epoch_seconds(service.updated)},
                                        {"Status", service.status}});
  }
  return json::object{
      {"ServiceSummaryList", std::move(summaries)},
      {"NextToken", page.next_token ? json::value(json::string(*page.next_token)) : json::value(nullptr)}};
}

Outcome AppRunner::update_service(const Input& input) {
  auto found = service_of(input);
  if (!found) return std::unexpected(std::move(found.error()));
  Service& service = **found;
  if (service.status != "RUNNING" && service.status != "CREATE_FAILED") {
    return refuse("InvalidStateException",
                  fmt::format("Service cannot be updated in the current state: {}.", service.status));
  }
  json::object configuration = service.configuration;
  if (const auto* source = object_of(input, "SourceConfiguration")) {
    if (auto checked = check_source(*source); !checked) return std::unexpected(std::move(checked.error()));
    if (source->contains("ImageRepository") !=
        service.configuration.at("SourceConfiguration").get_object().contains("ImageRepository")) {
      return invalid_request("The source type of a service cannot be changed between code and image.");
    }
  }
  for (const auto name : configuration_members) {
    if (name == "EncryptionConfiguration") continue;
    if (const auto* given = object_of(input, name)) configuration[name] = *given;
  }
  complete_source(configuration["SourceConfiguration"].get_object());
  service.former = std::exchange(service.configuration, std::move(configuration));
  const auto& operation = begin(service, "UPDATE_SERVICE");
  return answer(service, operation);
}

// Begins an operation if the service's state allows it.
Outcome AppRunner::begin_from(const Input& input, std::initializer_list<std::string_view> states, std::string_view verb,
                              std::string type) {
  auto service = service_of(input);
  if (!service) return std::unexpected(std::move(service.error()));
  if (std::ranges::find(states, (*service)->status) == states.end()) {
    return refuse("InvalidStateException",
                  fmt::format("Service cannot be {} in the current state: {}.", verb, (*service)->status));
  }
  (*service)->former = (*service)->configuration;
  const auto& operation = begin(**service, std::move(type));
  return answer(**service, operation);
}

Outcome AppRunner::start_deployment(const Input& input) {
  auto begun = begin_from(input, {"RUNNING"}, "deployed", "START_DEPLOYMENT");
  if (!begun) return begun;
  return json::object{{"OperationId", (**begun).at("OperationId")}};
}

Outcome AppRunner::pause_service(const Input& input) {
  return begin_from(input, {"RUNNING"}, "paused", "PAUSE_SERVICE");
}

Outcome AppRunner::resume_service(const Input& input) {
  return begin_from(input, {"PAUSED"}, "resumed", "RESUME_SERVICE");
}

Outcome AppRunner::delete_service(const Input& input) {
  return begin_from(input, {"RUNNING", "PAUSED", "CREATE_FAILED", "DELETE_FAILED"}, "deleted", "DELETE_SERVICE");
}

Outcome AppRunner::list_operations(const Input& input) {
  auto service = service_of(input);
  if (!service) return std::unexpected(std::move(service.error()));
  std::vector<const Progress*> operations;
  for (const auto& operation : (*service)->operations) {
    if (operation.type != maintenance) operations.push_back(&operation);
  }
  std::size_t begin = 0;
  if (const auto token = optional_text(input, "NextToken")) {
    const auto id = page_item(*token);
    const auto last =
        id ? std::ranges::find_if(operations, [&](const auto* one) { return one->id == *id; }) : operations.end();
    if (last == operations.end()) return invalid_request("The NextToken is not valid.");
    begin = static_cast<std::size_t>(last - operations.begin()) + 1;
  }
  const auto end = std::min(operations.size(), begin + static_cast<std::size_t>(integer_of(input, "MaxResults", 20)));
  json::array summaries;
  for (std::size_t at = begin; at < end; ++at) {
    const auto& operation = *operations[at];
    json::object shown{{"Id", operation.id},
                       {"Type", operation.type},
                       {"Status", operation.status},
                       {"TargetArn", (*service)->arn},
                       {"StartedAt", epoch_seconds(operation.started)}};
    if (operation.ended) shown["EndedAt"] = epoch_seconds(*operation.ended);
    shown["UpdatedAt"] = epoch_seconds(operation.updated);
    summaries.emplace_back(std::move(shown));
  }
  json::value token = nullptr;
  if (end < operations.size()) token = json::string(page_token(operations[end - 1]->id));
  return json::object{{"OperationSummaryList", std::move(summaries)}, {"NextToken", std::move(token)}};
}

Outcome AppRunner::list_tags_for_resource(const Input& input) {
  if (!services_.contains(text_of(input, "ResourceArn"))) {
    return refuse("ResourceNotFoundException",
                  fmt::format("Resource cannot be found for arn: {}", text_of(input, "ResourceArn")));
  }
  return json::object{{"Tags", json::array()}};
}

json::array AppRunner::show_services() const {
  json::array shown;
  for (const auto& [arn, service] : services_) {
    const auto& newest = service.operations.front();
    json::object one{{"name", service.name}, {"status", service.status}};
    // While an operation runs, what it is to bring is configured already.
    one["image"] = image_of(newest.ended ? service.configuration : service.former);
    if (!newest.ended) {
      one["operation"] = json::object{{"type", newest.type},
                                      {"status", newest.status},
                                      {"image", image_of(service.configuration)},
                                      {"started", base::to_iso8601(newest.started)},
                                      {"time", base::to_text(newest.time)}};
    }
    shown.push_back(std::move(one));
  }
  return shown;
}

json::object AppRunner::show(const Service& service, const json::object& configuration) const {
  json::object shown{{"ServiceName", service.name},
                     {"ServiceId", service.id},
                     {"ServiceArn", service.arn},
                     {"ServiceUrl", service.url},
                     {"CreatedAt", epoch_seconds(service.created)},
                     {"UpdatedAt", epoch_seconds(service.updated)}};
  if (service.deleted) shown["DeletedAt"] = epoch_seconds(*service.deleted);
  shown["Status"] = service.status;
  for (const auto& member : configuration) shown[member.key()] = member.value();
  shown["AutoScalingConfigurationSummary"] = json::object{
      {"AutoScalingConfigurationArn",
       world_.arn("apprunner", "autoscalingconfiguration/DefaultConfiguration/1/00000000000000000000000000000001")},
      {"AutoScalingConfigurationName", "DefaultConfiguration"},
      {"AutoScalingConfigurationRevision", 1}};
  return shown;
}

json::object AppRunner::answer(const Service& service, const Progress& operation) const {
  // "All configuration values in the returned Service structure reflect configuration changes that are being made by this request."
  return {{"Service", show(service, service.configuration)}, {"OperationId", operation.id}};
}

}  // namespace sandbox
