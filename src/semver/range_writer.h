// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "semver/bound.h"
#include "semver/operator.h"
#include "semver/range.h"

namespace semver {

// A version whose numbers all fit a key (key.h), as nearly all do.
struct PlainVersion {
  std::uint64_t release = 1;  // The key of its numbers alone.
  std::string_view prerelease;
  std::string_view written;  // As npm writes it; a view of nothing if it must be put together.
};

// Adds comparators of such versions to a range, with their texts as npm writes them.
class RangeWriter {
 public:
  // `range` is one of all versions.
  explicit RangeWriter(Range& range) : range_(range) { range.sets_.clear(); }

  // Unless all versions satisfy the comparator or the set has it already.
  void add(Operator op, const PlainVersion& version);
  // <1.2.3-0: versions below a release, of which its own prereleases are none.
  void add_below(std::uint64_t release);

  // Ends the set. False of one that does not show in a range's text: all versions satisfy it, or none.
  bool close_set();

 private:
  // Where parts of a comparator's text begin and end.
  struct Place {
    const char* op;
    const char* version;
    const char* prerelease;
    const char* end;
  };

  bool has(Operator op, std::uint64_t key, std::string_view prerelease) const;
  char* begin_comparator(std::size_t length_max);
  void end_comparator(Operator op, std::uint64_t key, const Place& place);

  Range& range_;
  BoundSet set_;
  std::size_t set_first_ = 0;
  bool allows_nothing_ = false;
};

}  // namespace semver
