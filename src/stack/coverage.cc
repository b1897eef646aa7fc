// SPDX-License-Identifier: Apache-2.0
#include "stack/coverage.h"

#include <fmt/format.h>

#include "base/json.h"

namespace stack {
namespace {

base::Result<std::set<std::string, std::less<>>> texts(const boost::json::value& rules, std::string_view name) {
  const auto* list = base::member(rules, name);
  if (!list || !list->is_array()) return base::fail(base::ErrorKind::Invalid, fmt::format("no list /rules/{}", name));
  std::set<std::string, std::less<>> texts;
  for (const auto& one : list->get_array()) {
    if (!one.is_string()) return base::fail(base::ErrorKind::Invalid, fmt::format("/rules/{} has no texts", name));
    texts.emplace(one.get_string());
  }
  return texts;
}

}  // namespace

base::Result<Coverage> Coverage::parse(std::string_view text) {
  const auto json = base::parse_json(text);
  if (!json) return std::unexpected(json.error());
  if (base::int_member(*json, "schema") != 1) return base::fail(base::ErrorKind::Invalid, "/schema is not 1");
  const auto* rules = base::member(*json, "rules");
  if (!rules) return base::fail(base::ErrorKind::Invalid, "no /rules");
  auto services = texts(*rules, "services");
  if (!services) return std::unexpected(services.error());
  auto repositories = texts(*rules, "repositories");
  if (!repositories) return std::unexpected(repositories.error());
  Coverage coverage;
  coverage.text_ = text;
  coverage.services_ = std::move(*services);
  coverage.repositories_ = std::move(*repositories);
  return coverage;
}

bool Coverage::covers(const names::ServiceArn& service, const names::Repository& repository) const {
  return services_.contains(service.text) && repositories_.contains(to_string(repository));
}

std::string Coverage::why_not(const names::ServiceArn& service, const names::Repository& repository) const {
  const bool knows_service = services_.contains(service.text);
  if (covers(service, repository)) return {};
  return fmt::format("the deployed stack does not cover {} {}: deploy it again with the present rules",
                     knows_service ? "the repository" : "the service",
                     knows_service ? to_string(repository) : service.name);
}

}  // namespace stack
