// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "semver/range.h"
#include "semver/version.h"

namespace semver {

// The index of the highest version that satisfies the range, the first of equals; nullopt if none does. npm's
// `maxSatisfying`. Linear; no allocation.
std::optional<std::size_t> max_satisfying(std::span<const Version> versions, const Range& range);
// The same for texts, which are parsed with the range's options. Those that are no versions are passed over.
std::optional<std::size_t> max_satisfying(std::span<const std::string_view> versions, const Range& range);

// The lowest, npm's `minSatisfying`; again the first of equals.
std::optional<std::size_t> min_satisfying(std::span<const Version> versions, const Range& range);
std::optional<std::size_t> min_satisfying(std::span<const std::string_view> versions, const Range& range);

// The versions that satisfy the range, in the order given.
std::vector<Version> satisfying(std::span<const Version> versions, const Range& range);

}  // namespace semver
