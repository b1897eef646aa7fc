// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <string_view>

namespace semver {

// npm's `compareIdentifiers`: digits only before everything else, among themselves as IEEE doubles; others as text.
std::weak_ordering compare_identifiers(std::string_view a, std::string_view b);

// An identifier of digits only that npm turns into a number and therefore prints without leading zeros. Digits that do
// not fit number_max stay text to it.
bool is_npm_number(std::string_view identifier);

// Without the zeros that npm drops.
std::string_view without_zeros(std::string_view identifier);

}  // namespace semver
