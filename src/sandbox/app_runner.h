// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/ecr.h"
#include "sandbox/event_bus.h"
#include "sandbox/json_service.h"
#include "sandbox/logs.h"
#include "sandbox/world.h"

namespace sandbox {

// AWS App Runner: services, and operations that take their time, fail and are rolled back. What AWS does not document is
// decided so: an update replaces each top-level member it names as a whole; an operation fails if its image is not in ECR
// when it is pulled; images of other registries than ECR Public and the account's own are never there. Nothing watches the
// tag of a service with automatic deployments.
class AppRunner final : public JsonService {
 public:
  AppRunner(World& world, Ecr& ecr, Logs& logs, EventBus& bus) : world_(world), ecr_(ecr), logs_(logs), bus_(bus) {}

  void handle(std::string_view operation, const Input& input, Asker asker) override;
  std::vector<Described> described() const override { return describe(operations()); }

  // A service that has run for ever.
  void plant(const SeedService& seed);
  // A later decision about the same tag replaces an earlier one.
  // False: there are `fates_max` decisions already.
  bool decide_deployments(DeploymentFate fate);
  static constexpr std::size_t fates_max = 1'000;

  // App Runner works on the platform beneath a service that runs: the service is busy, and no operation tells of it. False: there
  // is no such service, or it does not run.
  bool maintain(std::string_view arn);

  // As `GET /_sandbox/pipeline` has them: name, status, image and, while one runs, the operation.
  boost::json::array show_services() const;

  // In app_runner_state.cc.
  void save(StateWriter& out) const;
  bool restore(std::string_view kind, MembersIn& m);

 private:
  struct Progress {
    std::string id;
    std::string type;    // `UPDATE_SERVICE`
    std::string status;  // `IN_PROGRESS`
    base::Time started;
    base::Time updated;
    std::optional<base::Time> ended;
    std::string trouble;                                     // Why it will fail; empty if it will not.
    bool roll_back = false;                                  // If it fails.
    DeploymentOutcome outcome = DeploymentOutcome::Success;  // If its image is there.
    base::Duration time{0};                                  // It takes, and a rollback as long again.
    std::string status_before;                               // Of the service.
    std::optional<Agenda::Key> due;                          // When it goes on.
  };
  struct Service {
    std::string name;
    std::string id;
    std::string arn;
    std::string url;
    base::Time created;
    base::Time updated;
    std::optional<base::Time> deleted;
    std::string status;
    boost::json::object configuration;  // The members of DescribeService that the owner sets, as they were sent.
    boost::json::object former;         // What a rollback goes back to.
    std::deque<Progress> operations;    // The newest first.
    std::optional<Agenda::Key> due;     // When it is forgotten, deleted as it is.
  };
  static constexpr std::string_view maintenance = "MAINTENANCE";  // The type of what ListOperations does not list.
  static const std::vector<Operation<AppRunner>>& operations();

  Outcome create_service(const Input& input);
  Outcome describe_service(const Input& input);
  Outcome list_services(const Input& input);
  Outcome update_service(const Input& input);
  Outcome start_deployment(const Input& input);
  Outcome list_operations(const Input& input);
  Outcome pause_service(const Input& input);
  Outcome resume_service(const Input& input);
  Outcome delete_service(const Input& input);
  Outcome list_tags_for_resource(const Input& input);

  // The life of an operation, in app_runner_operations.cc.
  const Progress& begin(Service& service, std::string type);
  void go_on(const std::string& arn, const std::string& operation_id);
  void pull(Service& service, Progress& operation);
  void succeed(Service& service, Progress& operation);
  void fail(Service& service, Progress& operation);
  void end(Service& service, Progress& operation, std::string status, std::string service_status);
  void set_status(Service& service, std::string status);
  void log(const Service& service, std::string_view text);
  void emit_operation(const Service& service, const Progress& operation, bool started);
  void decide(const Service& service, Progress& operation);
  std::string trouble_with(const std::string& image) const;
  Agenda::Task going_on(const std::string& arn, const std::string& operation_id);
  Agenda::Task forgetting(const std::string& arn);
  Progress* find_operation(const std::string& arn, const std::string& operation_id);

  Answer<Service*> service_of(const Input& input);
  Answer<void> check_source(const boost::json::object& source) const;
  void complete_source(boost::json::object& source) const;
  boost::json::object first_configuration(const Input& input) const;
  Outcome begin_from(const Input& input, std::initializer_list<std::string_view> states, std::string_view verb,
                     std::string type);
  boost::json::object show(const Service& service, const boost::json::object& configuration) const;
  boost::json::object answer(const Service& service, const Progress& operation) const;

  World& world_;
  Ecr& ecr_;
  Logs& logs_;
  EventBus& bus_;
  std::map<std::string, Service> services_;                   // By ARN.
  std::map<std::string, DeploymentFate, std::less<>> fates_;  // By tag; those for any under the empty one.
};

// Repository and tag or digest of `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME[:TAG|@DIGEST]`; `latest` if it names neither.
struct EcrImage {
  std::string registry;
  std::string repository;
  std::string tag_or_digest;
};
std::optional<EcrImage> parse_ecr_image(std::string_view identifier);

// The ImageIdentifier of a service's configuration; empty if it runs source code.
std::string image_of(const boost::json::object& configuration);

}  // namespace sandbox
