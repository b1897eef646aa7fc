// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "semver/range.h"
#include "semver/version.h"

namespace semver {

// Many versions at once, such as the tags of a repository: their keys lie apart from all else, so that sorting and
// choosing mostly look at nothing but a column of integers.
//
//   VersionList list;
//   for (std::string_view tag : tags) list.add(tag);
//   if (const auto highest = list.max_satisfying(range)) use(tags[list.index(*highest)]);
//
// BORROWS the texts like Version. Up to 2^32 - 1 texts.
class VersionList {
 public:
  explicit VersionList(Options options = {}) : options_(options) {}

  void reserve(std::size_t count);

  // Reads the text with the list's options. False if it is no version; it then counts for index() only.
  bool add(std::string_view text);
  template <std::same_as<std::string> Text>
  bool add(Text&& text) = delete;

  // The versions, without the texts that are none.
  std::size_t size() const { return keys_.size(); }
  bool empty() const { return keys_.empty(); }
  Version operator[](std::size_t i) const { return versions_[rows_[i]]; }
  // Which call of add() brought it, from 0 on.
  std::size_t index(std::size_t i) const { return indexes_[rows_[i]]; }

  // Ascending and descending by compare_build, stable, as npm's `sort` and `rsort`. Linear for versions that differ in
  // their numbers. Allocates a copy of the keys.
  void sort();
  void rsort();

  // The position of the highest that satisfies the range, in the order of the list the first of equals; npm's
  // `maxSatisfying`. Linear, about a comparison of integers each. No allocation.
  std::optional<std::size_t> max_satisfying(const Range& range) const;
  // The lowest, npm's `minSatisfying`.
  std::optional<std::size_t> min_satisfying(const Range& range) const;

 private:
  struct Row;
  template <class Order>
  void sort_ties(std::vector<Row>& rows, Order order);
  void sort_rows(bool descending);

  Options options_;
  std::uint32_t added_ = 0;
  std::vector<std::uint64_t> keys_;     // In the list's order.
  std::vector<std::uint32_t> rows_;     // In the list's order: where the rest is.
  std::vector<Version> versions_;       // In the order of add().
  std::vector<std::uint32_t> indexes_;  // In the order of add().
};

}  // namespace semver
