// SPDX-License-Identifier: Apache-2.0
#include "aws/app_runner.h"

#include <utility>

#include "target/target.h"

namespace target {
namespace {

namespace api = aws::app_runner;

class AppRunnerDescribed final : public Described {
 public:
  AppRunnerDescribed(decide::Running seen, api::ServiceDescription answer)
      : Described(std::move(seen)), service(std::move(answer)) {}
  const api::ServiceDescription service;
};

decide::Running::State read_state(std::string_view status) {
  using State = decide::Running::State;
  if (status == "RUNNING") return State::Running;
  if (status == "OPERATION_IN_PROGRESS") return State::Busy;
  if (status == "PAUSED") return State::Paused;
  if (status == "CREATE_FAILED" || status == "DELETE_FAILED") return State::Failed;
  if (status == "DELETED") return State::Deleted;
  return State::Other;
}

decide::Operation::Kind read_kind(std::string_view type) {
  using Kind = decide::Operation::Kind;
  if (type == "CREATE_SERVICE") return Kind::Create;
  if (type == "UPDATE_SERVICE") return Kind::Update;
  if (type == "START_DEPLOYMENT") return Kind::Deployment;
  return Kind::Other;
}

decide::Operation::State read_operation_state(std::string_view status) {
  using State = decide::Operation::State;
  if (status == "SUCCEEDED") return State::Succeeded;
  if (status == "FAILED" || status == "ROLLBACK_SUCCEEDED" || status == "ROLLBACK_FAILED") return State::Failed;
  if (status == "ROLLBACK_IN_PROGRESS") return State::RollingBack;
  // PENDING, IN_PROGRESS, and any status of the future: not ended, as far as we know.
  return State::Underway;
}

decide::Operation read_operation(const api::OperationSummary& summary) {
  return {.id = summary.id,
          .kind = read_kind(summary.type),
          .state = read_operation_state(summary.status),
          .status = summary.status,
          .started_at = summary.started_at,
          .ended_at = summary.ended_at};
}

base::Result<decide::Running> read_running(const api::ServiceDescription& service,
                                           const std::vector<api::OperationSummary>& operations) {
  decide::Running running;
  running.state = read_state(service.status);
  running.status = service.status;
  running.auto_deploys = service.auto_deployments;
  running.created_at = service.created_at;
  if (service.image_identifier) {
    auto image = names::parse_image_reference(*service.image_identifier);
    if (!image) return base::fail(image, "apprunner DescribeService " + service.name);
    running.image = std::move(*image);
  }
  for (const auto& operation : operations) running.operations.push_back(read_operation(operation));
  return running;
}

class AppRunner final : public Target {
 public:
  explicit AppRunner(aws::Caller& caller) : caller_(caller) {}

  base::Result<std::unique_ptr<Described>> describe(const names::ServiceArn& service,
                                                    const aws::Deadline& deadline) override {
    auto described = api::describe_service(caller_, service.region, service.text, deadline);
    if (!described) return std::unexpected(described.error());
    auto operations = api::list_operations(caller_, service.region, service.text, deadline);
    if (!operations) return std::unexpected(operations.error());
    auto running = read_running(*described, *operations);
    if (!running) return std::unexpected(running.error());
    return std::make_unique<AppRunnerDescribed>(std::move(*running), std::move(*described));
  }

  base::Result<bool> unchanged(const names::ServiceArn& service, const Described& described,
                               const aws::Deadline& deadline) override {
    const auto& before = static_cast<const AppRunnerDescribed&>(described).service;
    const auto now = api::describe_service(caller_, service.region, service.text, deadline);
    if (!now) return std::unexpected(now.error());
    return now->status == before.status && now->image_identifier == before.image_identifier &&
           now->auto_deployments == before.auto_deployments && now->created_at == before.created_at &&
           now->updated_at == before.updated_at;
  }

  base::Result<std::string> update(const names::ServiceArn& service, const Described& described, std::string_view image,
                                   const aws::Deadline& deadline) override {
    const auto& before = static_cast<const AppRunnerDescribed&>(described).service;
    return api::update_service(caller_, service.region, before, image, deadline);
  }

  base::Result<std::string> redeploy(const names::ServiceArn& service, const aws::Deadline& deadline) override {
    return api::start_deployment(caller_, service.region, service.text, deadline);
  }

  EventLog event_log(const names::ServiceArn& service) const override {
    return {api::event_log_group(service.name, service.id), std::string(api::event_log_stream)};
  }

 private:
  aws::Caller& caller_;
};

}  // namespace

std::unique_ptr<Target> make_app_runner(aws::Caller& caller) { return std::make_unique<AppRunner>(caller); }

}  // namespace target
