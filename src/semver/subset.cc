// SPDX-License-Identifier: Apache-2.0
#include "semver/subset.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "semver/alternative.h"
#include "semver/reread.h"

namespace semver {
namespace {

// One of a range's comparator sets with the text it was read from. npm remembers what it has read, so that two sets of
// the same text are the same object, which it then takes for a subset without looking.
struct Set {
  std::string text;
  std::vector<Comparator> comparators;  // Empty for any version.
};

struct Sets {
  std::vector<Range> ranges;  // What the comparators borrow from.
  std::vector<Set> sets;
};

// The alternatives that count, one range each.
std::expected<Sets, RangeError> read_sets(std::string_view text, Options options) {
  const auto whole = parse_range(text, options);
  if (!whole) {
    return std::unexpected(whole.error());
  }
  Sets read;
  std::vector<std::string> texts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find("||", begin), text.size());
    // Loose alternatives may come to nothing.
    if (auto range = parse_range(text.substr(begin, end - begin), options)) {
      texts.push_back(Alternative::stripped(text.substr(begin, end - begin)));
      read.ranges.push_back(*std::move(range));
    }
    begin = end + 2;
  }
  const auto allows_nothing = [](const Range& range) { return range.text() == "<0.0.0-0"; };
  const auto allows_all = [](const Range& range) { return range.text().empty(); };
  const bool all_nothing = std::ranges::all_of(read.ranges, allows_nothing);
  const auto all = std::ranges::find_if(read.ranges, allows_all);
  for (std::size_t i = 0; i < read.ranges.size(); ++i) {
    const Range& range = read.ranges[i];
    const bool counts = all != read.ranges.end() ? &range == &*all : all_nothing ? i == 0 : !allows_nothing(range);
    if (!counts) {
      continue;
    }
    Set set{.text = texts[i], .comparators = {}};
    for (std::size_t j = 0; j < range[0].size(); ++j) {
      set.comparators.push_back(range[0][j]);
    }
    read.sets.push_back(std::move(set));
  }
  return read;
}

bool is_upper(Operator op) { return op == Operator::Less || op == Operator::LessOrEqual; }
bool is_lower(Operator op) { return op == Operator::Greater || op == Operator::GreaterOrEqual; }
bool is_inclusive(Operator op) { return op == Operator::LessOrEqual || op == Operator::GreaterOrEqual; }

bool have_same_numbers(const Version& a, const Version& b) {
  return a.major() == b.major() && a.minor() == b.minor() && a.patch() == b.patch();
}

// The exception: <1.2.3-0 is the same as <1.2.3.
bool ends_before_prereleases(const Comparator& upper) {
  const Identifiers identifiers = upper.version.prerelease();
  auto identifier = identifiers.begin();
  return upper.op == Operator::Less && *identifier == "0" && ++identifier == identifiers.end();
}

// npm's simpleSubset, which lists the cases it looks at.
class SimpleSubset {
 public:
  explicit SimpleSubset(Options options) : options_(options) {}

  // nullopt if nothing satisfies `sub`.
  std::optional<bool> ask(const Set& sub, const Set& dom);

 private:
  // A comparator, and the options of what npm reads it from: its own constants are strict.
  struct Bound {
    Comparator comparator;
    Options options;
    bool is_lowest = false;  // npm's constant instead of `*`.
  };

  std::weak_ordering compare_again(const Version& a, const Version& b) const;
  std::vector<Bound> bounds_of(const Set& set) const;
  void narrow(std::optional<Bound>& bound, const Bound& other, Operator exclusive) const;
  bool satisfies(const Version& version, const Comparator& comparator) const;
  std::optional<bool> ask_equal(const Version& version, const std::vector<Bound>& dom) const;
  bool ask_bounds(const std::vector<Bound>& dom);
  bool is_within(const Bound& ours, const Bound& theirs, Operator exclusive) const;

  Options options_;
  std::optional<Bound> lower_;
  std::optional<Bound> upper_;
  bool is_point_ = false;  // The bounds are the same version, both included.
};

std::weak_ordering SimpleSubset::compare_again(const Version& a, const Version& b) const {
  if (options_.include_prerelease) {
    read_again(a, options_);
    read_again(b, options_);
  }
  return compare(a, b);
}

std::vector<SimpleSubset::Bound> SimpleSubset::bounds_of(const Set& set) const {
  std::vector<Bound> bounds;
  for (const Comparator& comparator : set.comparators) {
    bounds.push_back({comparator, options_});
  }
  if (bounds.empty()) {
    const std::string_view lowest = options_.include_prerelease ? "0.0.0-0" : "0.0.0";
    bounds.push_back(
        {.comparator = {Operator::GreaterOrEqual, *parse_version(lowest), false}, .options = {}, .is_lowest = true});
  }
  return bounds;
}

// The stricter of both, npm's higherGT and lowerLT. Among equal versions the one that excludes it.
void SimpleSubset::narrow(std::optional<Bound>& bound, const Bound& other, Operator exclusive) const {
  if (!bound) {
    bound = other;
    return;
  }
  std::weak_ordering order = compare_again(other.comparator.version, bound->comparator.version);
  order = exclusive == Operator::Greater ? order : 0 <=> order;
  if (order > 0 || (order == 0 && other.comparator.op == exclusive && bound->comparator.op != exclusive)) {
    bound = other;
  }
}

// npm reads the comparator's text as a range, so that the rule on prereleases counts.
bool SimpleSubset::satisfies(const Version& version, const Comparator& comparator) const {
  const auto range = parse_range(to_string(comparator), options_);
  return range && test_again(*range, version, comparator_options(options_));
}

std::optional<bool> SimpleSubset::ask_equal(const Version& version, const std::vector<Bound>& dom) const {
  if ((lower_ && !satisfies(version, lower_->comparator)) || (upper_ && !satisfies(version, upper_->comparator))) {
    return std::nullopt;
  }
  return std::ranges::all_of(dom, [&](const Bound& bound) { return satisfies(version, bound.comparator); });
}

// `theirs` is a bound on the same side and does not cut off anything.
bool SimpleSubset::is_within(const Bound& ours, const Bound& theirs, Operator exclusive) const {
  std::weak_ordering order = compare_again(theirs.comparator.version, ours.comparator.version);
  order = exclusive == Operator::Greater ? order : 0 <=> order;
  return !(order > 0 || (order == 0 && theirs.comparator.op == exclusive && ours.comparator.op != exclusive));
}

bool SimpleSubset::ask_bounds(const std::vector<Bound>& dom) {
  const auto needs_prerelease = [&](const std::optional<Bound>& bound) {
    return bound && !options_.include_prerelease && bound->comparator.version.is_prerelease();
  };
  // A prerelease must be asked for by both.
  bool lower_needs_prerelease = needs_prerelease(lower_);
  bool upper_needs_prerelease = needs_prerelease(upper_) && !ends_before_prereleases(upper_->comparator);
  bool dom_has_lower = false;
  bool dom_has_upper = false;
  for (const Bound& bound : dom) {
    const Comparator& theirs = bound.comparator;
    dom_has_lower = dom_has_lower || is_lower(theirs.op);
    dom_has_upper = dom_has_upper || is_upper(theirs.op);
    const auto gives_prerelease_to = [&](const Bound& ours) {
      return theirs.version.is_prerelease() && have_same_numbers(theirs.version, ours.comparator.version);
    };
    const auto excludes = [&](const Bound& ours) {
      return is_inclusive(ours.comparator.op) &&
             !test_again(theirs, ours.comparator.version, comparator_options(options_), bound.options);
    };
    if (lower_) {
      lower_needs_prerelease = lower_needs_prerelease && !gives_prerelease_to(*lower_);
      if (is_lower(theirs.op) ? !is_within(*lower_, bound, Operator::Greater) : excludes(*lower_)) {
        return false;
      }
    }
    if (upper_) {
      upper_needs_prerelease = upper_needs_prerelease && !gives_prerelease_to(*upper_);
      if (is_upper(theirs.op) ? !is_within(*upper_, bound, Operator::Less) : excludes(*upper_)) {
        return false;
      }
    }
    if (theirs.op == Operator::Equal && (lower_ || upper_) && !is_point_) {
      return false;
    }
  }
  // Open on a side on which the other is not.
  if (!is_point_ && ((lower_ && dom_has_upper && !upper_) || (upper_ && dom_has_lower && !lower_))) {
    return false;
  }
  return !lower_needs_prerelease && !upper_needs_prerelease;
}

std::optional<bool> SimpleSubset::ask(const Set& sub, const Set& dom) {
  if (sub.text == dom.text) {
    return true;
  }
  if (dom.comparators.empty() && (sub.comparators.empty() || options_.include_prerelease)) {
    return true;
  }
  lower_ = upper_ = std::nullopt;
  is_point_ = false;
  std::vector<const Comparator*> equal;
  const std::vector<Bound> ours = bounds_of(sub);
  for (const Bound& bound : ours) {
    if (is_lower(bound.comparator.op)) {
      narrow(lower_, bound, Operator::Greater);
    } else if (is_upper(bound.comparator.op)) {
      narrow(upper_, bound, Operator::Less);
    } else {
      equal.push_back(&bound.comparator);
    }
  }
  if (equal.size() > 1) {
    return std::nullopt;
  }
  if (lower_ && upper_) {
    const std::weak_ordering order = compare_again(lower_->comparator.version, upper_->comparator.version);
    is_point_ = order == 0;
    if (order > 0 || (is_point_ && !(is_inclusive(lower_->comparator.op) && is_inclusive(upper_->comparator.op)))) {
      return std::nullopt;
    }
  }
  const std::vector<Bound> theirs = bounds_of(dom);
  return equal.empty() ? ask_bounds(theirs) : ask_equal(equal.front()->version, theirs);
}

}  // namespace

std::expected<bool, RangeError> subset(std::string_view sub, std::string_view dom, Options options) {
  if (sub == dom) {
    return true;
  }
  const auto ours = read_sets(sub, options);
  if (!ours) {
    return std::unexpected(ours.error());
  }
  const auto theirs = read_sets(dom, options);
  if (!theirs) {
    return std::unexpected(theirs.error());
  }
  SimpleSubset simple(options);
  bool saw_versions = false;
  for (const Set& set : ours->sets) {
    bool within = false;
    for (const Set& other : theirs->sets) {
      const std::optional<bool> answer = simple.ask(set, other);
      saw_versions = saw_versions || answer.has_value();
      within = answer.value_or(false);
      if (within) {
        break;
      }
    }
    // A set that nothing satisfies is a subset of all, but only as long as there are no others.
    if (!within && saw_versions) {
      return false;
    }
  }
  return true;
}

}  // namespace semver
