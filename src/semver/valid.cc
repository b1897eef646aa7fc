// SPDX-License-Identifier: Apache-2.0
#include "semver/valid.h"

#include <algorithm>
#include <cstddef>

#include "semver/blanks.h"
#include "semver/range.h"
#include "semver/version.h"

namespace semver {

std::optional<std::string> valid(std::string_view version, Options options) {
  const auto parsed = parse_version(version, options);
  return parsed ? std::optional(to_string(*parsed)) : std::nullopt;
}

std::optional<std::string> clean(std::string_view version, Options options) {
  const Trimmed trimmed = trim(version);
  version = version.substr(trimmed.begin, trimmed.end - trimmed.begin);
  version.remove_prefix(std::min(version.find_first_not_of("=v"), version.size()));
  return valid(version, options);
}

std::optional<std::string> valid_range(std::string_view range, Options options) {
  const auto parsed = parse_range(range, options);
  return parsed ? std::optional(std::string(parsed->valid_text())) : std::nullopt;
}

}  // namespace semver
