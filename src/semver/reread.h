// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

#include "semver/comparator.h"
#include "semver/range.h"
#include "semver/version.h"

// npm hands versions about as objects that remember their options. Where a function gets one made with others, it reads
// the object's text again, and throws if that is refused now: a loose 1.2.3aaa… of 256 characters has become
// 1.2.3-aaa… of 257, a loose 09007199254740993 stays as it is and is refused strictly, and 9007199254740991 + 1 is
// beyond the limit. Where nothing is refused the version is the same, so we only look whether npm would throw.
namespace semver {

// Thrown where npm throws: a version made by npm itself cannot be read again.
class CannotReadAgain : public std::length_error {
 public:
  using std::length_error::length_error;
};

// Throws CannotReadAgain if npm does when it reads the version's own text.
void read_again(const Version& version, Options options);

// npm's `Comparator.test` of a version made with `made_with`, by a comparator of a range with `options`.
bool test_again(const Comparator& comparator, const Version& version, Options made_with, Options options);

// npm's `Range.test` of such a version. The same as `contains` but for throwing.
bool test_again(const Range& range, const Version& version, Options made_with);

// What npm makes a comparator's own version with: of the options only `loose`.
inline Options comparator_options(Options options) { return {.loose = options.loose}; }

}  // namespace semver
