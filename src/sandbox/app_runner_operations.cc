// SPDX-License-Identifier: Apache-2.0
// What App Runner's operations do in time: PENDING, IN_PROGRESS with the pull of the image, then their end.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sandbox/app_runner.h"
#include "sandbox/ecr_names.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t operations_max = 1'000;  // Kept of a service.
constexpr std::chrono::hours described_after_deletion{1};

bool deploys(std::string_view type) {
  return type == "CREATE_SERVICE" || type == "UPDATE_SERVICE" || type == "START_DEPLOYMENT";
}

// The image without its registry: `shop:1.2.4`.
std::string short_image(std::string_view image) {
  return std::string(image.substr(std::min(image.find('/') + 1, image.size())));
}

// `UpdateService`, as events name the operation of that type.
std::string_view event_name(std::string_view type) {
  if (type == "CREATE_SERVICE") return "CreateService";
  if (type == "UPDATE_SERVICE") return "UpdateService";
  if (type == "PAUSE_SERVICE") return "PauseService";
  if (type == "RESUME_SERVICE") return "ResumeService";
  if (type == "DELETE_SERVICE") return "DeleteService";
  return "Deployment";
}

}  // namespace

std::optional<EcrImage> parse_ecr_image(std::string_view identifier) {
  const auto slash = identifier.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  EcrImage image{std::string(identifier.substr(0, slash)), {}, "latest"};
  auto rest = identifier.substr(slash + 1);
  if (const auto at = rest.find('@'); at != std::string_view::npos) {
    image.tag_or_digest = rest.substr(at + 1);
    rest = rest.substr(0, at);
    // With both, the digest says which image it is.
    rest = rest.substr(0, rest.find(':'));
  } else if (const auto colon = rest.find(':'); colon != std::string_view::npos) {
    image.tag_or_digest = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
  }
  image.repository = rest;
  // App Runner's own pattern lacks the doubled separators that ECR allows in a repository's name.
  const bool named = is_repository_name(rest) && !rest.contains("__") && !rest.contains("--");
  const bool registry = image.registry.size() > 12 && image.registry.substr(12).starts_with(".dkr.ecr.") &&
                        image.registry.ends_with(".amazonaws.com") &&
                        std::ranges::all_of(image.registry.substr(0, 12), [](char c) { return c >= '0' && c <= '9'; });
  if (!named || !registry || image.tag_or_digest.empty()) return std::nullopt;
  return image;
}

bool AppRunner::decide_deployments(DeploymentFate fate) {
  if (fates_.size() >= fates_max && !fates_.contains(fate.tag)) return false;
  const auto* text = fate.outcome == DeploymentOutcome::Success    ? "succeed"
                     : fate.outcome == DeploymentOutcome::Rollback ? "be rolled back"
                                                                   : "fail";
  const auto which = fate.times == 0 ? std::string("deployments") : fmt::format("the next {} deployments", fate.times);
  world_.tell("operation", fmt::format("{} of {} will {}{}", which, fate.tag.empty() ? "any tag" : "tag " + fate.tag,
                                       text, fate.time ? " after " + base::to_text(*fate.time) : ""));
  auto tag = fate.tag;
  fates_.insert_or_assign(std::move(tag), std::move(fate));
  return true;
}

// What was decided of the deployment that begins, the decision about its own tag before that about any.
void AppRunner::decide(const Service& service, Progress& operation) {
  operation.time = world_.settings().operation_time;
  if (!deploys(operation.type)) return;
  const auto image = parse_ecr_image(image_of(service.configuration));
  auto decided = image ? fates_.find(image->tag_or_digest) : fates_.end();
  if (decided == fates_.end()) decided = fates_.find("");
  if (decided == fates_.end()) return;
  auto& fate = decided->second;
  operation.outcome = fate.outcome;
  operation.time = fate.time.value_or(operation.time);
  if (fate.times != 0 && --fate.times == 0) fates_.erase(decided);
}

void AppRunner::log(const Service& service, std::string_view text) {
  logs_.write(fmt::format("/aws/apprunner/{}/{}/service", service.name, service.id), "events",
              fmt::format("[AppRunner] {}", text));
}

void AppRunner::set_status(Service& service, std::string status) {
  const auto before = std::exchange(service.status, std::move(status));
  service.updated = std::chrono::floor<std::chrono::seconds>(world_.now());
  world_.tell("service", before.empty() ? fmt::format("{} is {}", service.name, service.status)
                                        : fmt::format("{} was {}, is {}", service.name, before, service.status));
  log(service, fmt::format("Service status is set to {}.", service.status));
  bus_.emit({"aws.apprunner",
             "AppRunner Service Status Change",
             {json::string(service.arn)},
             {{"previousServiceStatus", before},
              {"currentServiceStatus", service.status},
              {"serviceName", service.name},
              {"serviceId", service.id},
              {"message", fmt::format("Service status is set to {}.", service.status)},
              {"severity", "INFO"}}});
}

bool AppRunner::maintain(std::string_view arn) {
  const auto service = services_.find(std::string(arn));
  if (service == services_.end() || service->second.status != "RUNNING") return false;
  service->second.former = service->second.configuration;
  begin(service->second, std::string(maintenance));
  return true;
}

void AppRunner::emit_operation(const Service& service, const Progress& operation, bool started) {
  if (operation.type == maintenance) return;
  const bool succeeded = operation.status == "SUCCEEDED";
  bus_.emit({"aws.apprunner",
             "AppRunner Service Operation Status Change",
             {json::string(service.arn)},
             {{"operationStatus", fmt::format("{}{}", event_name(operation.type),
                                              started     ? "Started"
                                              : succeeded ? "CompletedSuccessfully"
                                                          : "Failed")},
              {"serviceName", service.name},
              {"serviceId", service.id},
              {"message", fmt::format("Operation {} is {}.", operation.type, operation.status)},
              {"severity", started || succeeded ? "INFO" : "ERROR"}}});
}

const AppRunner::Progress& AppRunner::begin(Service& service, std::string type) {
  Progress operation;
  operation.id = world_.ids().uuid();
  operation.type = std::move(type);
  operation.status = "PENDING";
  operation.started = world_.now();
  operation.updated = world_.now();
  operation.status_before = service.status;
  decide(service, operation);
  service.operations.push_front(std::move(operation));
  if (service.operations.size() > operations_max) service.operations.pop_back();
  Progress& begun = service.operations.front();
  const auto image = image_of(service.configuration);
  world_.tell("operation", fmt::format("{} {} begins{}", service.name, begun.type,
                                       deploys(begun.type) && !image.empty() ? ": " + short_image(image) : ""));
  log(service, fmt::format("Operation {} with ID : {} started.", begun.type, begun.id));
  set_status(service, "OPERATION_IN_PROGRESS");
  emit_operation(service, begun, true);
  begun.due = world_.agenda().add(world_.now() + begun.time / 10, going_on(service.arn, begun.id));
  return begun;
}

Agenda::Task AppRunner::going_on(const std::string& arn, const std::string& operation_id) {
  return [this, arn, operation_id] { go_on(arn, operation_id); };
}

Agenda::Task AppRunner::forgetting(const std::string& arn) {
  return [this, arn] { services_.erase(arn); };
}

void AppRunner::go_on(const std::string& arn, const std::string& operation_id) {
  Progress* operation = find_operation(arn, operation_id);
  if (!operation) return;
  operation->due.reset();
  Service& service = services_.at(arn);
  if (operation->status == "PENDING") {
    pull(service, *operation);
  } else if (operation->status == "IN_PROGRESS") {
    operation->trouble.empty() ? succeed(service, *operation) : fail(service, *operation);
  } else {
    service.configuration = service.former;
    end(service, *operation, "ROLLBACK_SUCCEEDED", operation->status_before);
  }
}

AppRunner::Progress* AppRunner::find_operation(const std::string& arn, const std::string& operation_id) {
  const auto service = services_.find(arn);
  if (service == services_.end()) return nullptr;
  auto& operations = service->second.operations;
  const auto found = std::ranges::find(operations, operation_id, &Progress::id);
  return found == operations.end() ? nullptr : &*found;
}

// Why the image cannot be pulled; empty if it can.
std::string AppRunner::trouble_with(const std::string& image) const {
  if (image.empty() || image.starts_with("public.ecr.aws/")) return {};
  const auto parsed = parse_ecr_image(image);
  const auto own = fmt::format("{}.dkr.ecr.{}.amazonaws.com", world_.settings().account, world_.settings().region);
  if (parsed && parsed->registry == own && ecr_.find_digest(parsed->repository, parsed->tag_or_digest)) return {};
  return "Failed to pull your application image from ECR: no such image.";
}

void AppRunner::pull(Service& service, Progress& operation) {
  operation.status = "IN_PROGRESS";
  operation.updated = world_.now();
  operation.due = world_.agenda().add(operation.started + operation.time, going_on(service.arn, operation.id));
  if (!deploys(operation.type)) return;
  const auto image = image_of(service.configuration);
  operation.trouble = trouble_with(image);
  operation.roll_back = !operation.trouble.empty();
  if (operation.trouble.empty()) log(service, "Successfully pulled your application image from ECR.");
  if (operation.outcome == DeploymentOutcome::Success || !operation.trouble.empty()) return;
  operation.trouble = "Health check failed on protocol `TCP` [Port: '8080'].";
  operation.roll_back = operation.outcome == DeploymentOutcome::Rollback;
}

void AppRunner::succeed(Service& service, Progress& operation) {
  if (deploys(operation.type)) log(service, "Successfully deployed your application image.");
  const auto status = operation.type == "PAUSE_SERVICE"    ? "PAUSED"
                      : operation.type == "DELETE_SERVICE" ? "DELETED"
                                                           : "RUNNING";
  if (operation.type == "DELETE_SERVICE") {
    // Deleted services can be described for a while.
    service.deleted = world_.now();
    service.due = world_.agenda().add(world_.now() + described_after_deletion, forgetting(service.arn));
  }
  end(service, operation, "SUCCEEDED", status);
}

// A service that never ran has nothing to go back to; any other gets its former configuration back, at once or after the
// time of a rollback.
void AppRunner::fail(Service& service, Progress& operation) {
  log(service, operation.trouble);
  if (operation.type == "CREATE_SERVICE") return end(service, operation, "FAILED", "CREATE_FAILED");
  if (!operation.roll_back) {
    service.configuration = service.former;
    return end(service, operation, "FAILED", operation.status_before);
  }
  operation.status = "ROLLBACK_IN_PROGRESS";
  operation.updated = world_.now();
  world_.tell("operation", fmt::format("{} {} is rolled back: {}", service.name, operation.type, operation.trouble));
  log(service, "Deployment failed. Rolling back to the previous configuration.");
  operation.due = world_.agenda().add(world_.now() + operation.time, going_on(service.arn, operation.id));
}

void AppRunner::end(Service& service, Progress& operation, std::string status, std::string service_status) {
  operation.status = std::move(status);
  operation.updated = world_.now();
  operation.ended = world_.now();
  const auto image = image_of(service.configuration);
  world_.tell("operation",
              fmt::format("{} {} {}{}", service.name, operation.type, operation.status,
                          deploys(operation.type) && !image.empty() ? ", runs " + short_image(image) : ""));
  log(service, fmt::format("Operation {} with ID : {} {}.", operation.type, operation.id, operation.status));
  set_status(service, std::move(service_status));
  emit_operation(service, operation, false);
}

}  // namespace sandbox
