// SPDX-License-Identifier: Apache-2.0
#pragma once

// Versions and ranges, exactly as npm's `semver` 7.8.6 reads and compares them. Standard library only.
//
//   const auto range = semver::parse_range("^1.2 || 3.x");
//   const auto version = semver::parse_version("1.4.0");
//   if (range && version && semver::satisfies(*version, *range)) ...
//
// Functions that npm has too bear npm's names. Where ours say more than npm's: a text that is no version or no range
// comes with the place and what was expected there, and `match` tells a version outside the range from a prerelease
// that was not asked for. A range that cannot be read is an error and never one that nothing satisfies.
//
// A Version borrows its text and a Range owns its own. Texts are UTF-8, lengths count as JavaScript counts them.
//
// Where npm throws though it read its arguments, as it cannot read its own text again, so do ours: CannotReadAgain.
//
// In reading order, for callers:
//   options.h        npm's options, limits, ParseError
//   version.h        Version, OwnedVersion, parse_version, compare, compare_build
//   comparator.h     Comparator, cmp
//   range.h          Range, parse_range, satisfies
//   selection.h      max_satisfying, min_satisfying
//   sort.h           sort, rsort
//   version_list.h   VersionList, for many
//   increment.h      inc, truncate; release.h has the names of the steps, diff.h tells them
//   coerce.h         coerce
//   valid.h          valid, clean, valid_range: text to text
//   min_version.h    min_version
//   outside.h        outside, gtr, ltr
//   intersects.h     intersects
//   subset.h         subset
//   simplify.h       simplify_range
// and behind them: grammar.h (npm's expressions), range_parser.h with alternative.h and successor.h (npm's rewriting of a
// range), core.h, tail.h, plain_range.h, range_writer.h, bound.h and key.h (what makes it fast), reread.h (when npm
// throws), identifiers.h, blanks.h, utf16.h, parts.h, diagnose.h, small_vector.h.

#include "semver/coerce.h"
#include "semver/comparator.h"
#include "semver/diff.h"
#include "semver/increment.h"
#include "semver/intersects.h"
#include "semver/min_version.h"
#include "semver/options.h"
#include "semver/outside.h"
#include "semver/range.h"
#include "semver/selection.h"
#include "semver/simplify.h"
#include "semver/sort.h"
#include "semver/subset.h"
#include "semver/valid.h"
#include "semver/version.h"
#include "semver/version_list.h"
