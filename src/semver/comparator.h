// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <expected>
#include <string>
#include <string_view>
#include <type_traits>

#include "semver/operator.h"
#include "semver/options.h"
#include "semver/version.h"

namespace semver {

using RangeError = ParseError;

// `a` stands to `b` as `op` says, npm's `cmp`; for Equal and the rest also `eq`, `gt`, `gte`, `lt`, `lte`, which are
// C++'s own operators here.
inline bool cmp(const Version& a, Operator op, const Version& b) {
  const std::weak_ordering order = compare(a, b);
  return (static_cast<unsigned>(op) & (order < 0 ? 1U : order == 0 ? 2U : 4U)) != 0;
}

// One condition on a version: `>=1.2.3`. BORROWS its text like a Version, from its range or from what it was parsed
// from.
struct Comparator {
  Operator op = Operator::Equal;
  Version version;
  bool is_any = false;  // npm's comparator without a version, which holds for all; op and version mean nothing.

  // What npm's `Comparator.test` says: precedence alone, whatever the rule on prereleases. No allocation.
  bool test(const Version& other) const { return is_any || cmp(other, op, version); }
};

// npm's `Comparator.value`: `>=1.2.3`, `1.2.3` for Equal, nothing for any.
std::string to_string(const Comparator& comparator);

// Reads one operator and a whole version as npm's `new Comparator` does: `> 1.2.3`, `=v1.2.3`, or nothing at all, which
// is any. No `^`, no `1.x`: those only mean something in a range. Borrows `text`. No allocation.
[[nodiscard]] std::expected<Comparator, RangeError> parse_comparator(std::string_view text, Options options = {});
template <class Text>
  requires std::same_as<std::remove_const_t<Text>, std::string>
std::expected<Comparator, RangeError> parse_comparator(Text&& text, Options options = {}) = delete;

}  // namespace semver
