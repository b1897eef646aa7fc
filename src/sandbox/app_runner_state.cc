// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "sandbox/app_runner.h"

namespace sandbox {
namespace {

constexpr std::array<std::string_view, 3> outcomes = {"success", "rollback", "fail"};

template <class Members, class Fate>
void fate_members(Members& m, Fate& fate) {
  m("tag", fate.tag);
  m.choice("outcome", fate.outcome, outcomes);
  m("times", fate.times);
  m("operationTime", fate.time);
}

template <class Members, class Operation>
void operation_members(Members& m, Operation& operation) {
  m("id", operation.id);
  m("type", operation.type);
  m("status", operation.status);
  m("started", operation.started);
  m("updated", operation.updated);
  m("ended", operation.ended);
  m("trouble", operation.trouble);
  m("rollBack", operation.roll_back);
  m.choice("outcome", operation.outcome, outcomes);
  m("time", operation.time);
  m("statusBefore", operation.status_before);
  m("due", operation.due);
}

template <class Members, class Service>
void service_members(Members& m, Service& service) {
  m("name", service.name);
  m("id", service.id);
  m("arn", service.arn);
  m("url", service.url);
  m("created", service.created);
  m("updated", service.updated);
  m("deleted", service.deleted);
  m("status", service.status);
  m("configuration", service.configuration);
  m("former", service.former);
  m.list("operations", service.operations, [](auto& inner, auto& operation) { operation_members(inner, operation); });
  m("due", service.due);
}

bool has_source(const boost::json::object& configuration) {
  return object_of(configuration, "SourceConfiguration") != nullptr;
}

}  // namespace

void AppRunner::save(StateWriter& out) const {
  for (const auto& [arn, service] : services_)
    out.line("apprunner.service", [&](MembersOut& m) { service_members(m, service); });
  for (const auto& [tag, fate] : fates_)
    out.line("apprunner.deployments", [&](MembersOut& m) { fate_members(m, fate); });
}

bool AppRunner::restore(std::string_view kind, MembersIn& m) {
  if (kind == "apprunner.deployments") {
    DeploymentFate fate;
    fate_members(m, fate);
    auto tag = fate.tag;
    m.demand(fates_.emplace(std::move(tag), std::move(fate)).second, "there are two decisions about one tag");
    return true;
  }
  if (kind != "apprunner.service") return false;
  Service service;
  service_members(m, service);
  m.demand(has_source(service.configuration) && (service.former.empty() || has_source(service.former)),
           "a configuration has no SourceConfiguration");
  m.demand(!service.operations.empty(), "it has no operation, not even its creation");
  if (!m.ok()) return true;
  for (const auto& operation : service.operations) {
    if (operation.due) world_.agenda().put(*operation.due, going_on(service.arn, operation.id));
  }
  if (service.due) world_.agenda().put(*service.due, forgetting(service.arn));
  auto arn = service.arn;
  m.demand(services_.emplace(std::move(arn), std::move(service)).second, "there are two services of one ARN");
  return true;
}

}  // namespace sandbox
