// SPDX-License-Identifier: Apache-2.0
#include "semver/range_parser.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "semver/alternative.h"
#include "semver/diagnose.h"
#include "semver/grammar.h"
#include "semver/successor.h"

// The grammar, once an alternative is in shape (alternative.h):
//
//   range       = alternative *( "||" alternative )
//   alternative = [ component *( " " component ) ]
//   component   = "^" partial                             replaceCaret
//               | ( "~" | "~>" ) partial                  replaceTilde
//               | [ operator ] partial with an x          replaceXRange
//               | [ operator ] version                    Comparator
//   operator    = "<" | "<=" | ">" | ">=" | "="
//   partial     = prefix number [ "." number [ "." number [ prerelease ] ] ], where a number may be x, X, *
//
// A component becomes the text of one or two comparators, which is then read as npm reads a comparator. Going by text
// keeps npm's answers for numbers at their limits and for loose spellings.

namespace semver {
namespace {

using grammar::is_x;
using grammar::Prefixed;
using grammar::scan_operator;

constexpr std::string_view nothing = "<0.0.0-0";

// All of `text` is a partial version.
bool read_partial(std::string_view text, bool loose, grammar::Partial& partial) {
  const std::size_t end = grammar::scan_partial(text, 0, loose, partial);
  return end > 0 && end == text.size();
}

// npm's `invalidXRangeOrder`: a number after an x. Carets and tildes don't mind.
bool has_number_after_x(const grammar::Partial& p) {
  return (is_x(p.major) && !is_x(p.minor)) || (is_x(p.minor) && !is_x(p.patch));
}

}  // namespace

class RangeParser {
 public:
  RangeParser(std::string_view text, Options options)
      : text_(text), options_(options), lowest_(options.include_prerelease ? "-0" : ""), range_(options) {}

  std::expected<Range, RangeError> parse();

 private:
  // What came of a text. Dropped: it is no comparator, an error unless loose. Refused: a comparator that npm throws at,
  // loose or not, since a number or the text is too large.
  enum class Read { Fine, Dropped, Refused };

  using Parts = std::initializer_list<std::string_view>;

  bool read_alternative(std::size_t begin, std::size_t end);
  Read read_component(std::string_view component);
  Read read_caret(const grammar::Partial& p);
  Read read_tilde(const grammar::Partial& p);
  Read read_x_range(Prefixed prefixed, const grammar::Partial& p);
  Read read_literal(std::string_view component);
  Read read_comparator(std::string_view comparator);
  Read add_from_given(const grammar::Partial& p, Parts below);
  Read add_between(Parts from, Parts below);
  Read add(Operator op, Parts version);
  Read add_version(Operator op, std::string_view version);
  void append(Operator op, const Version& version);

  void close_set(std::size_t text_before);
  void add_set() {
    range_.sets_.push_back(BoundSet::of(range_.bounds_.span().subspan(set_first_), range_.bounds_.size()));
  }
  bool is_repeated(std::string_view comparator);

  std::string_view text_;
  Options options_;
  std::string_view lowest_;  // What follows the numbers of a lower bound with an x.
  Range range_;
  std::optional<RangeError> error_;  // Loose parsing may go on and forget it.

  // Of the set being read.
  std::size_t set_first_ = 0;
  bool set_allows_all_ = false;  // npm's '' comparator is among them.
  bool set_is_nothing_ = false;
  std::set<std::string, std::less<>> set_texts_;  // Only of sets too large to look through.

  bool any_allows_all_ = false;
  bool any_is_nothing_ = false;
  bool component_is_empty_ = false;  // The last component came to nothing, as `*` does.
  SmallVector<char, 64> scratch_;
  char next_[successor_length_max];
};

std::expected<Range, RangeError> RangeParser::parse() {
  range_.sets_.clear();
  if (text_.size() > range_length_max) {
    return std::unexpected(RangeError{range_length_max, "at most 16777216 characters"});
  }
  std::size_t begin = 0;
  while (true) {
    const std::size_t bars = text_.find("||", begin);
    if (!read_alternative(begin, std::min(bars, text_.size()))) {
      return std::unexpected(*error_);
    }
    if (bars == std::string_view::npos) {
      break;
    }
    begin = bars + 2;
  }
  // One alternative that allows all makes the others redundant; one that allows nothing only counts if there is no
  // other.
  if (any_allows_all_) {
    range_.text_.clear();
    range_.bounds_.clear();
    range_.sets_.clear();
    range_.sets_.push_back({});
  } else if (range_.sets_.empty()) {
    if (!any_is_nothing_) {
      return std::unexpected(*error_);  // Loose, and nothing was left.
    }
    add_version(Operator::Less, nothing.substr(1));
    add_set();
  }
  return std::move(range_);
}

// False if the range is refused.
bool RangeParser::read_alternative(std::size_t begin, std::size_t end) {
  const Alternative alternative(text_, begin, end, options_);
  const std::string_view text = alternative.text();
  const std::size_t text_before = range_.text_.size();
  set_first_ = range_.bounds_.size();
  set_allows_all_ = set_is_nothing_ = false;
  set_texts_.clear();

  std::size_t component_begin = 0;
  while (true) {
    const std::size_t space = std::min(text.find(' ', component_begin), text.size());
    const std::string_view component = text.substr(component_begin, space - component_begin);
    component_is_empty_ = false;
    const Read read = read_component(component);
    if (read != Read::Fine) {
      if (!error_ || read == Read::Refused) {
        error_ = diagnose(component, options_, read == Read::Refused);
        error_->offset = alternative.origin(component_begin + error_->offset);
      }
      if (read == Read::Refused || !options_.loose) {
        return false;
      }
    }
    // npm joins what the components became and splits it at blanks again, which forgets empty ones between others.
    if (component_is_empty_ && (component_begin == 0 || space == text.size())) {
      set_allows_all_ = true;
    }
    if (space == text.size()) {
      break;
    }
    component_begin = space + 1;
  }
  close_set(text_before);
  return true;
}

void RangeParser::close_set(std::size_t text_before) {
  if (set_is_nothing_) {
    range_.bounds_.shrink(set_first_);
    range_.text_.shrink(text_before);
    any_is_nothing_ = true;
  } else if (range_.bounds_.size() > set_first_) {
    add_set();
  } else if (set_allows_all_) {
    any_allows_all_ = true;
  }
}

RangeParser::Read RangeParser::read_component(std::string_view component) {
  if (component.empty()) {
    component_is_empty_ = true;
    return Read::Fine;
  }
  grammar::Partial p;
  if (component.starts_with('^') && read_partial(component.substr(1), options_.loose, p)) {
    return read_caret(p);
  }
  if (component.starts_with('~') &&
      read_partial(component.substr(component.starts_with("~>") ? 2 : 1), options_.loose, p)) {
    return read_tilde(p);
  }
  const Prefixed prefixed = scan_operator(component);
  if (read_partial(component.substr(prefixed.size), options_.loose, p) && is_x(p.patch) && !has_number_after_x(p)) {
    return read_x_range(prefixed, p);
  }
  return read_literal(component);
}

// ^1.2.3 is >=1.2.3 <2.0.0-0, ^0.2.3 is >=0.2.3 <0.3.0-0, ^0.0.3 is >=0.0.3 <0.0.4-0. Zero is told by its text: a loose
// `^00.2.3` goes up to 1.0.0.
RangeParser::Read RangeParser::read_caret(const grammar::Partial& p) {
  if (is_x(p.major) || is_x(p.minor)) {
    return read_tilde(p);
  }
  const auto from_given_to = [&](Parts below) { return add_from_given(p, below); };
  if (p.major != "0") {
    return from_given_to({successor(p.major, next_), ".0.0-0"});
  }
  if (p.minor != "0" || is_x(p.patch)) {
    return from_given_to({p.major, ".", successor(p.minor, next_), ".0-0"});
  }
  return from_given_to({p.major, ".", p.minor, ".", successor(p.patch, next_), "-0"});
}

// ~1.2.3 is >=1.2.3 <1.3.0-0, ~1 is >=1.0.0 <2.0.0-0.
RangeParser::Read RangeParser::read_tilde(const grammar::Partial& p) {
  if (is_x(p.major)) {
    component_is_empty_ = true;
    return Read::Fine;
  }
  if (is_x(p.minor)) {
    return add_between({p.major, ".0.0", lowest_}, {successor(p.major, next_), ".0.0-0"});
  }
  return add_from_given(p, {p.major, ".", successor(p.minor, next_), ".0-0"});
}

// 1.x is >=1.0.0 <2.0.0-0, >1.x is >=2.0.0, <=1.x is <2.0.0-0.
RangeParser::Read RangeParser::read_x_range(Prefixed prefixed, const grammar::Partial& p) {
  const Operator op = prefixed.op;
  if (is_x(p.major)) {
    if (op == Operator::Greater || op == Operator::Less) {
      return add(Operator::Less, {nothing.substr(1)});
    }
    component_is_empty_ = true;
    return Read::Fine;
  }
  const bool x_minor = is_x(p.minor);
  const std::string_view minor = x_minor ? "0" : p.minor;
  const std::string_view next = successor(x_minor ? p.major : p.minor, next_);
  const std::string_view next_major = x_minor ? next : p.major;
  const std::string_view next_minor = x_minor ? "0" : next;
  switch (op) {
    case Operator::Less: return add(Operator::Less, {p.major, ".", minor, ".0-0"});
    case Operator::LessOrEqual: return add(Operator::Less, {next_major, ".", next_minor, ".0-0"});
    case Operator::Greater: return add(Operator::GreaterOrEqual, {next_major, ".", next_minor, ".0", lowest_});
    case Operator::GreaterOrEqual: return add(Operator::GreaterOrEqual, {p.major, ".", minor, ".0", lowest_});
    case Operator::Equal:
      return add_between({p.major, ".", minor, ".0", lowest_}, {next_major, ".", next_minor, ".0-0"});
  }
  std::unreachable();
}

// npm takes one star with its operator out of whatever is no x-range, so that `1.2.3*` is 1.2.3.
RangeParser::Read RangeParser::read_literal(std::string_view component) {
  const std::size_t star = component.find('*');
  if (star != std::string_view::npos) {
    std::size_t begin = star;
    begin -= begin > 0 && component[begin - 1] == '=' ? 1 : 0;
    begin -= begin > 0 && (component[begin - 1] == '<' || component[begin - 1] == '>') ? 1 : 0;
    scratch_.clear();
    for (const std::string_view part : {component.substr(0, begin), component.substr(star + 1)}) {
      scratch_.append({part.data(), part.size()});
    }
    return read_comparator({scratch_.data(), scratch_.size()});
  }
  return read_comparator(component);
}

RangeParser::Read RangeParser::read_comparator(std::string_view comparator) {
  const Prefixed prefixed = scan_operator(comparator);
  return add_version(prefixed.op, comparator.substr(prefixed.size));
}

// From the version given, of which patch and prerelease may be missing.
RangeParser::Read RangeParser::add_from_given(const grammar::Partial& p, Parts below) {
  if (is_x(p.patch)) {
    return add_between({p.major, ".", p.minor, ".0", lowest_}, below);
  }
  return add_between({p.major, ".", p.minor, ".", p.patch, p.prerelease.empty() ? "" : "-", p.prerelease}, below);
}

// Both comparators count even if the first one is dropped.
RangeParser::Read RangeParser::add_between(Parts from, Parts below) {
  const Read lower = add(Operator::GreaterOrEqual, from);
  return std::max(lower, add(Operator::Less, below));
}

RangeParser::Read RangeParser::add(Operator op, Parts version) {
  scratch_.clear();
  for (const std::string_view part : version) {
    scratch_.append({part.data(), part.size()});
  }
  return add_version(op, {scratch_.data(), scratch_.size()});
}

RangeParser::Read RangeParser::add_version(Operator op, std::string_view version) {
  // Spelt just so, the lowest version there is means any. `>=00.0.0` and `>=v0.0.0` stay what they are.
  if (op == Operator::GreaterOrEqual && version == (options_.include_prerelease ? "0.0.0-0" : "0.0.0")) {
    set_allows_all_ = true;
    return Read::Fine;
  }
  Version canonical;
  if (Version::read_canonical(version, canonical)) {
    append(op, canonical);
    return Read::Fine;
  }
  grammar::Fault fault;
  const auto read = grammar::read_full_version(version, options_.loose, fault);
  if (!read) {
    return fault.too_large ? Read::Refused : Read::Dropped;
  }
  if (version.size() > version_length_max) {
    return Read::Refused;
  }
  append(op, Version(version, *read));
  return Read::Fine;
}

// Adds the comparator with its normal text, unless the set has it already.
void RangeParser::append(Operator op, const Version& version) {
  const std::string_view op_text = sign_of(op);
  const std::size_t text_before = range_.text_.size();
  if (range_.bounds_.size() > set_first_) {
    range_.text_.push_back(' ');
  } else if (set_first_ > 0) {
    range_.text_.append({"||", 2});
  }
  const std::size_t begin = range_.text_.size();
  range_.text_.append({op_text.data(), op_text.size()});
  const std::size_t normal_begin = range_.text_.size();
  if (version.normal_) {
    range_.text_.append({version.text_, version.prerelease_end_});
  } else {
    char normal[normal_length_max];
    range_.text_.append({normal, write_normal(version, normal)});
  }
  const std::size_t normal_size = range_.text_.size() - normal_begin;
  const std::string_view comparator = range_.text().substr(begin);
  if (is_repeated(comparator)) {
    range_.text_.shrink(text_before);
    return;
  }
  set_is_nothing_ = set_is_nothing_ || comparator == nothing;
  const std::size_t hyphen = comparator.find('-');
  const std::size_t prerelease_begin = hyphen == std::string_view::npos ? normal_size : hyphen + 1 - op_text.size();
  range_.bounds_.push_back({.key = version.key(),
                            .text = static_cast<std::uint32_t>(begin),
                            .op = op,
                            .op_size = static_cast<std::uint8_t>(op_text.size()),
                            .prerelease_begin = static_cast<std::uint16_t>(prerelease_begin),
                            .size = static_cast<std::uint16_t>(normal_size)});
}

// Remembers `comparator` too, once the set has become too large for looking at each.
bool RangeParser::is_repeated(std::string_view comparator) {
  constexpr std::size_t looked_at_max = 16;
  const auto set = range_.bounds_.span().subspan(set_first_);
  if (set.size() < looked_at_max) {
    return std::ranges::any_of(set,
                               [&](const Bound& bound) { return bound.comparator_in(range_.text()) == comparator; });
  }
  if (set_texts_.empty()) {
    for (const Bound& bound : set) {
      set_texts_.emplace(bound.comparator_in(range_.text()));
    }
  }
  return !set_texts_.emplace(comparator).second;
}

std::expected<Range, RangeError> parse_any_range(std::string_view text, Options options) {
  return RangeParser(text, options).parse();
}

}  // namespace semver
