// SPDX-License-Identifier: Apache-2.0
#include "semver/sort.h"

namespace semver {

void sort(std::span<Version> versions) { sort_as_javascript(versions, compare_build); }

void rsort(std::span<Version> versions) {
  sort_as_javascript(versions, [](const Version& a, const Version& b) { return compare_build(b, a); });
}

}  // namespace semver
