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
// In reading order: options.h, version.h, range.h, selection.h for callers; identifiers.h, blanks.h, grammar.h (npm's
// expressions), alternative.h and successor.h (npm's rewriting of a range), diagnose.h and small_vector.h behind them.

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
