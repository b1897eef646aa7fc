// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

namespace semver {

// The bits are the orders allowed: 1 less, 2 equal, 4 greater.
enum class Operator : std::uint8_t { Less = 1, Equal = 2, LessOrEqual = 3, Greater = 4, GreaterOrEqual = 6 };

// As npm writes it: `>=`; nothing for Equal.
constexpr std::string_view sign_of(Operator op) {
  switch (op) {
    case Operator::Less: return "<";
    case Operator::Equal: return "";
    case Operator::LessOrEqual: return "<=";
    case Operator::Greater: return ">";
    case Operator::GreaterOrEqual: return ">=";
  }
  std::unreachable();
}

}  // namespace semver
