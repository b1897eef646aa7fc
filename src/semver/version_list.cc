// SPDX-License-Identifier: Apache-2.0
#include "semver/version_list.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "semver/key.h"
#include "semver/sort.h"

namespace semver {

struct VersionList::Row {
  std::uint64_t key;
  std::uint32_t row;
  bool is_more_than_key;  // Has a build, a prerelease or a number beyond the key.
};

namespace {

constexpr unsigned digit_bits = 11;
constexpr unsigned digit_count = 6;
constexpr std::uint64_t digit_mask = (1U << digit_bits) - 1;

using Histogram = std::array<std::uint32_t, 1U << digit_bits>;

// Where a digit's rows begin. False if all have the same digit, so that there is nothing to do.
bool count(Histogram& starts, std::size_t rows) {
  std::uint32_t sum = 0;
  for (std::uint32_t& entry : starts) {
    if (entry == rows) {
      return false;
    }
    sum += std::exchange(entry, sum);
  }
  return true;
}

// By key, least significant digits first, which keeps the order of equal ones. Keys of versions as they are have few
// digits that differ.
template <class Row>
void radix_sort(std::vector<Row>& rows) {
  std::vector<Histogram> starts(digit_count);
  for (const Row& row : rows) {
    for (unsigned digit = 0; digit < digit_count; ++digit) {
      ++starts[digit][row.key >> (digit * digit_bits) & digit_mask];
    }
  }
  std::vector<Row> other(rows.size());
  for (unsigned digit = 0; digit < digit_count; ++digit) {
    if (!count(starts[digit], rows.size())) {
      continue;
    }
    for (const Row& row : rows) {
      other[starts[digit][row.key >> (digit * digit_bits) & digit_mask]++] = row;
    }
    rows.swap(other);
  }
}

}  // namespace

void VersionList::reserve(std::size_t count) {
  keys_.reserve(count);
  rows_.reserve(count);
  versions_.reserve(count);
  indexes_.reserve(count);
}

bool VersionList::add(std::string_view text) {
  const auto version = parse_version(text, options_);
  const std::uint32_t index = added_++;
  if (!version) {
    return false;
  }
  keys_.push_back(version->key());
  rows_.push_back(static_cast<std::uint32_t>(versions_.size()));
  versions_.push_back(*version);
  indexes_.push_back(index);
  return true;
}

// Equal keys: releases that differ in nothing but builds, prereleases of one release, and numbers beyond the key.
template <class Order>
void VersionList::sort_ties(std::vector<Row>& rows, Order order) {
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin + 1;
    bool differ = rows[begin].is_more_than_key;
    for (; end < rows.size() && rows[end].key == rows[begin].key; ++end) {
      differ = differ || rows[end].is_more_than_key;
    }
    if (differ && end - begin > 1) {
      sort_as_javascript(std::span(rows).subspan(begin, end - begin),
                         [&](const Row& a, const Row& b) { return order(versions_[a.row], versions_[b.row]); });
    }
    begin = end;
  }
}

void VersionList::sort_rows(bool descending) {
  std::vector<Row> rows(size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Version& version = versions_[rows_[i]];
    rows[i] = {.key = descending ? ~keys_[i] : keys_[i],
               .row = rows_[i],
               .is_more_than_key = is_large_key(keys_[i]) || version.is_prerelease() || !version.build().empty()};
  }
  radix_sort(rows);
  if (descending) {
    sort_ties(rows, [](const Version& a, const Version& b) { return compare_build(b, a); });
  } else {
    sort_ties(rows, [](const Version& a, const Version& b) { return compare_build(a, b); });
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    keys_[i] = descending ? ~rows[i].key : rows[i].key;
    rows_[i] = rows[i].row;
  }
}

void VersionList::sort() { sort_rows(false); }
void VersionList::rsort() { sort_rows(true); }

std::optional<std::size_t> VersionList::max_satisfying(const Range& range) const {
  const Keys allowed = range.keys();
  std::optional<std::size_t> found;
  // Whatever may be better has such a key.
  std::uint64_t lowest = allowed.lowest;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const std::uint64_t key = keys_[i];
    if (key < lowest || key > allowed.highest) {
      continue;
    }
    const Version& version = versions_[rows_[i]];
    if ((!found || (*this)[*found] < version) && range.contains(version)) {
      found = i;
      // Of releases that the key tells apart the next must have a higher one.
      lowest = is_large_key(key) || version.is_prerelease() ? key : key + 1;
    }
  }
  return found;
}

std::optional<std::size_t> VersionList::min_satisfying(const Range& range) const {
  const Keys allowed = range.keys();
  std::optional<std::size_t> found;
  std::uint64_t highest = allowed.highest;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const std::uint64_t key = keys_[i];
    if (key < allowed.lowest || key > highest) {
      continue;
    }
    const Version& version = versions_[rows_[i]];
    if ((!found || (*this)[*found] > version) && range.contains(version)) {
      found = i;
      highest = key;
    }
  }
  return found;
}

}  // namespace semver
