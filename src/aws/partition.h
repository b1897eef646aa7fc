// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace aws {

// A group of regions with names of its own (https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html).
struct Partition {
  std::string_view name;               // `aws-cn`
  std::string_view dns_suffix;         // `amazonaws.com.cn`
  std::string_view dual_stack_suffix;  // `api.amazonwebservices.com.cn`
};

// The region's partition; `aws` for a region whose name follows no known form, as the SDKs do.
const Partition& partition(std::string_view region);

// Whether `text` may stand in a host name as one label: a region's name comes from ARNs and settings, and must not be
// able to name another host.
bool is_host_label(std::string_view text);

}  // namespace aws
