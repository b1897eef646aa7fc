// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "semver/grammar.h"
#include "semver/options.h"
#include "semver/small_vector.h"

namespace semver {

// One side of a range's `||` on its way to being split at blanks into comparators. npm gets it there by rewriting:
// blanks are made single spaces, build metadata goes, `1 - 2` becomes `>=1.0.0 <3.0.0-0`, and the blank after an
// operator goes. Each step sees what the one before left, and odd texts show it, so we take the same steps. Most
// texts need none of them, and then nothing is copied.
class Alternative {
 public:
  // `whole` is the range's text, [begin, end) the alternative in it. Borrows `whole`.
  Alternative(std::string_view whole, std::size_t begin, std::size_t end, Options options);

  Alternative(const Alternative&) = delete;
  Alternative& operator=(const Alternative&) = delete;

  // Comparators, each as in npm's README but hyphen ranges, separated by single spaces. Two spaces together, or one
  // at an end, enclose an empty comparator.
  std::string_view text() const {
    return rewritten_ ? std::string_view(draft_.chars.data(), draft_.chars.size()) : original_;
  }

  // As it is before the first step that gives it another meaning: single blanks, no build metadata. npm knows an
  // alternative by this text.
  static std::string stripped(std::string_view alternative);

  // Where in the range's text the character of text() at `at` came from.
  std::size_t origin(std::size_t at) const;

 private:
  Alternative(std::string_view whole, std::size_t begin, std::size_t end);

  // Characters and where each came from.
  struct Draft {
    SmallVector<char, 64> chars;
    SmallVector<std::uint32_t, 64> origins;

    void put(std::initializer_list<std::string_view> texts, std::size_t origin);
    void put(const Draft& other, std::size_t begin, std::size_t end);
  };

  // A side of a hyphen range, and where in the draft it is.
  struct Side {
    std::size_t begin;
    std::size_t end;  // Equal to `begin` if nothing there is a version.
    grammar::Partial version;
  };

  // The steps, in npm's order.
  void copy_with_single_spaces();
  void strip_builds();
  void replace_hyphen(Options options);
  Side scan_side(std::size_t begin, Options options) const;
  void put_lower_bound(Draft& draft, const Side& from, Options options) const;
  void put_upper_bound(Draft& draft, const Side& to, Options options) const;
  void trim_after_comparison_operators();
  void trim_after_tildes_and_carets();

  std::string_view original_;  // Without the blanks around it.
  std::size_t begin_;
  std::size_t end_;
  bool rewritten_ = false;
  Draft draft_;
};

}  // namespace semver
