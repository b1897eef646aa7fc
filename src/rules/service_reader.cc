// SPDX-License-Identifier: Apache-2.0
#include "rules/service_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules/suggest.h"

namespace rules {
namespace {

// Where App Runner is (AWS General Reference, "AWS App Runner endpoints and quotas"). It is closed to new customers and not
// expected elsewhere.
constexpr std::array<std::string_view, 11> app_runner_regions = {
    "us-east-1",      "us-east-2",    "us-west-2", "ap-northeast-1", "ap-south-1", "ap-southeast-1",
    "ap-southeast-2", "eu-central-1", "eu-west-1", "eu-west-2",      "eu-west-3"};

void warn_of_region(const Node& node, const names::ServiceArn& service, Problems& problems) {
  if (std::ranges::find(app_runner_regions, service.region) != app_runner_regions.end()) return;
  const auto meant = suggest(service.region, app_runner_regions);
  const auto at = fmt::format("arn:{}:apprunner:", service.partition).size();
  problems.warning(id::unknown_region, node, node.offset_in_string(at),
                   fmt::format("App Runner is not in `{}`{}", service.region,
                               meant ? fmt::format("; did you mean `{}`?", *meant) : std::string()));
}

}  // namespace

std::optional<names::ServiceArn> read_service(const Node& node, Problems& problems) {
  auto service = names::parse_service_arn(node.string());
  if (!service) {
    problems.error(id::bad_arn, node.offset_in_string(service.error().offset), node.pointer(), service.error().message);
    return std::nullopt;
  }
  warn_of_region(node, *service, problems);
  return std::move(*service);
}

}  // namespace rules
