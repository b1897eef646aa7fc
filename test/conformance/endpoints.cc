// SPDX-License-Identifier: Apache-2.0
// Where we think that a service is. A line in, `SERVICE REGION FIPS DUAL-STACK GLOBAL` (the last three `true` or `false`, the
// last for STS's global endpoint); a line out, `URL REGION-IT-IS-SIGNED-FOR` or `refused`.
#include <iostream>
#include <string>

#include "aws/endpoint.h"

int main() {
  constexpr aws::Service services[] = {aws::Service::AppRunner, aws::Service::Ecr,  aws::Service::Sqs,
                                       aws::Service::S3,        aws::Service::Logs, aws::Service::Sts,
                                       aws::Service::Events,    aws::Service::Sso};
  std::string name;
  std::string region;
  aws::EndpointSettings settings;
  std::cin >> std::boolalpha;
  while (std::cin >> name >> region >> settings.fips >> settings.dual_stack >> settings.sts_legacy) {
    bool known = false;
    for (const auto service : services) {
      if (aws::traits(service).override_name != name) continue;
      known = true;
      const auto at = aws::endpoint(service, region, settings);
      if (!at) {
        std::cout << "refused\n";
        continue;
      }
      std::cout << (at->origin.tls ? "https://" : "http://") << at->origin.authority() << at->path_prefix << ' '
                << aws::signing_region(service, region, settings) << '\n';
    }
    if (!known) {
      std::cerr << "no service " << name << '\n';
      return 1;
    }
  }
  return 0;
}
