// SPDX-License-Identifier: Apache-2.0
#include "aws/region.h"

#include <fmt/format.h>

#include "aws/imds.h"
#include "aws/partition.h"
#include "aws/service_error.h"

namespace aws {
namespace {

constexpr std::size_t region_shown_max = 100;

}  // namespace

base::Result<std::string> configured_region(const Environment& environment, const SharedConfig& config) {
  auto setting = first_setting(environment, "AWS_REGION", config, {});
  if (!setting) setting = first_setting(environment, "AWS_DEFAULT_REGION", config, "region");
  if (!setting) return std::string();
  if (is_host_label(setting->value)) return std::move(setting->value);
  return base::fail(base::ErrorKind::Invalid, fmt::format("{}: `{}` is no name of an AWS region", setting->where,
                                                          one_line(setting->value, region_shown_max)));
}

base::Result<std::string> find_region(const Environment& environment, const SharedConfig& config, http::Client& client,
                                      base::Clock& clock, base::Instant deadline) {
  auto region = configured_region(environment, config);
  if (!region || !region->empty()) return region;
  const auto imds = read_imds_endpoint(environment, config);
  if (!imds) return std::unexpected(imds.error());
  if (*imds) region = ask_imds_region(**imds, client, clock, deadline);
  if (region && !region->empty()) return region;
  return base::fail(
      base::ErrorKind::Invalid,
      fmt::format("AWS_REGION is not set, nor is `region` in profile `{}`: set one to the function's region",
                  config.profile));
}

}  // namespace aws
