// SPDX-License-Identifier: Apache-2.0
#include "aws/partition.h"

#include <algorithm>
#include <array>

namespace aws {
namespace {

struct Row {
  std::string_view region_prefix;
  Partition partition;
};

// The first that fits; `us-iso-` does not fit `us-isob-…`, nor does `aws` need a row.
constexpr std::array rows = {
    Row{"cn-", {"aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"}},
    Row{"us-gov-", {"aws-us-gov", "amazonaws.com", "api.aws"}},
    Row{"us-iso-", {"aws-iso", "c2s.ic.gov", "api.aws.ic.gov"}},
    Row{"us-isob-", {"aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud"}},
    Row{"eu-isoe-", {"aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"}},
    Row{"us-isof-", {"aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov"}},
    Row{"eusc-", {"aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu"}},
};
constexpr Partition standard{"aws", "amazonaws.com", "api.aws"};

}  // namespace

const Partition& partition(std::string_view region) {
  const auto* found = std::ranges::find_if(rows, [&](const Row& row) { return region.starts_with(row.region_prefix); });
  return found == rows.end() ? standard : found->partition;
}

bool is_host_label(std::string_view text) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !text.empty() && text.size() <= 63 && std::ranges::all_of(text, allowed) && !text.starts_with('-') &&
         !text.ends_with('-');
}

}  // namespace aws
