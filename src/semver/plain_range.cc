// SPDX-License-Identifier: Apache-2.0
#include "semver/plain_range.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "semver/bound.h"
#include "semver/core.h"
#include "semver/grammar.h"
#include "semver/range.h"
#include "semver/small_vector.h"

//   range       = alternative *( [ " " ] "||" [ " " ] alternative )
//   alternative = partial " - " partial | component *( " " component )
//   component   = ( "^" | "~" | operator ) [ " " ] partial | partial | x
//   operator    = "<" | "<=" | ">" | ">=" | "="
//   partial     = number [ "." ( x | number [ "." ( x | number [ "-" prerelease ] ) ] ) ]
//   x           = "x" | "X" | "*"
//
// What these mean says range_parser.cc, in texts; here it is in keys (key.h), where the next version is an addition.

namespace semver {
namespace {

using grammar::peek;

constexpr unsigned major_shift = 46;
constexpr unsigned minor_shift = 26;
constexpr unsigned patch_shift = 1;
constexpr std::uint64_t key_of_zero = 1;  // 0.0.0.

constexpr std::uint64_t next_major(std::uint64_t key) { return ((key >> major_shift) + 1) << major_shift | 1; }
constexpr std::uint64_t next_minor(std::uint64_t key) { return ((key >> minor_shift) + 1) << minor_shift | 1; }
constexpr std::uint64_t next_patch(std::uint64_t key) { return key + (1U << patch_shift); }

// A version of which only the first numbers may be given; the others are 0 in the key.
struct Partial {
  std::uint64_t release = key_of_zero;  // The key, whether or not it is one.
  std::string_view prerelease;
  std::string_view written;  // All of it; a view of nothing if it must be put together.
  int numbers = 3;           // How many are given.
};

// Adds comparators to a range.
class Writer {
 public:
  Writer(SmallVector<char, 64>& text, SmallVector<Bound, 4>& bounds, SmallVector<BoundSet, 4>& sets,
         std::string_view lowest)
      : text_(text), bounds_(bounds), sets_(sets), lowest_(lowest) {}

  // Unless all versions satisfy the comparator or the set has it already.
  void add(Operator op, const Partial& version);

  // False of a set that does not show in a range's text: one that all versions satisfy, or none.
  bool close_set();

 private:
  bool is_repeated(Operator op, std::uint64_t key, std::string_view prerelease) const;

  SmallVector<char, 64>& text_;
  SmallVector<Bound, 4>& bounds_;
  SmallVector<BoundSet, 4>& sets_;
  std::string_view lowest_;  // The prerelease of the lowest version that counts.
  std::size_t set_first_ = 0;
  bool allows_nothing_ = false;
};

// So that the number after the largest is one that a key holds, too.
constexpr std::size_t digits_max = 5;
constexpr std::size_t number_length_max = digits_max + 1;
constexpr std::size_t comparator_length_max = sizeof("||>=") + 3 * (number_length_max + 1);  // Without prerelease.

char* put(char* at, std::string_view text) { return std::copy(text.begin(), text.end(), at); }

char* put_sign(char* at, Operator op) {
  const auto allowed = static_cast<unsigned>(op);
  if (op != Operator::Equal) {
    *at++ = (allowed & 1U) != 0 ? '<' : '>';
    if ((allowed & 2U) != 0) {
      *at++ = '=';
    }
  }
  return at;
}

char* put_number(char* at, std::uint64_t number) {
  if (number >= 100) {
    return std::to_chars(at, at + number_length_max, number).ptr;
  }
  if (number >= 10) {
    *at++ = static_cast<char>('0' + number / 10);
  }
  *at++ = static_cast<char>('0' + number % 10);
  return at;
}

char* put_version(char* at, const Partial& version) {
  if (version.numbers == 3 && !version.written.empty()) {
    return put(at, version.written);
  }
  at = put_number(at, version.release >> major_shift);
  *at++ = '.';
  at = put_number(at, version.release >> minor_shift & key_minor_max);
  *at++ = '.';
  at = put_number(at, version.release >> patch_shift & key_patch_max);
  if (!version.prerelease.empty()) {
    *at++ = '-';
    at = put(at, version.prerelease);
  }
  return at;
}

void Writer::add(Operator op, const Partial& version) {
  if (version.release == key_of_zero) {
    if (op == Operator::GreaterOrEqual && version.prerelease == lowest_) {
      return;
    }
    allows_nothing_ = allows_nothing_ || (op == Operator::Less && version.prerelease == "0");
  }
  const std::uint64_t key = version.release - (version.prerelease.empty() ? 0U : 1U);
  if (is_repeated(op, key, version.prerelease)) {
    return;
  }
  const std::size_t text_before = text_.size();
  char* const begin = text_.grow(comparator_length_max + version.written.size() + version.prerelease.size());
  char* at = begin;
  if (bounds_.size() > set_first_) {
    *at++ = ' ';
  } else if (set_first_ > 0) {
    *at++ = '|';
    *at++ = '|';
  }
  const char* const op_begin = at;
  at = put_sign(at, op);
  const char* const version_begin = at;
  at = put_version(at, version);
  text_.shrink(text_before + static_cast<std::size_t>(at - begin));
  const auto size = static_cast<std::uint16_t>(at - version_begin);
  bounds_.push_back({.key = key,
                     .text = static_cast<std::uint32_t>(text_before + static_cast<std::size_t>(op_begin - begin)),
                     .op = op,
                     .op_size = static_cast<std::uint8_t>(version_begin - op_begin),
                     .prerelease_begin = static_cast<std::uint16_t>(size - version.prerelease.size()),
                     .size = size});
}

bool Writer::is_repeated(Operator op, std::uint64_t key, std::string_view prerelease) const {
  // NOLINTNEXTLINE(readability-use-anyofallof): the algorithm's unrolled loop is for longer sets.
  for (const Bound& bound : bounds_.span().subspan(set_first_)) {
    if (bound.key == key && bound.op == op && bound.prerelease_in({text_.data(), text_.size()}) == prerelease) {
      return true;
    }
  }
  return false;
}

bool Writer::close_set() {
  if (allows_nothing_ || bounds_.size() == set_first_) {
    return false;
  }
  sets_.push_back(BoundSet::of(bounds_.span().subspan(set_first_), bounds_.size()));
  set_first_ = bounds_.size();
  return true;
}

class Parser {
 public:
  Parser(std::string_view text, bool include_prerelease, Writer& writer)
      : text_(text), include_prerelease_(include_prerelease), writer_(writer) {}

  bool read_range();

 private:
  bool read_alternative();
  bool read_component(bool is_first);
  bool read_comparator(Operator op);
  bool read_comparator_or_hyphen(bool may_be_hyphen);
  bool read_hyphen(const Partial& from);
  bool read_partial(Partial& p);
  bool read_numbers(Partial& p);
  bool read_prerelease(Partial& p);

  void add_caret(const Partial& p);
  void add_tilde(const Partial& p);
  void add_comparator(Operator op, const Partial& p);
  void add_x_range(Operator op, const Partial& p);
  void add_from(const Partial& p);
  // Leaves out the prereleases, too.
  void add_below(std::uint64_t release) { writer_.add(Operator::Less, {.release = release, .prerelease = "0"}); }

  char next() const { return peek(text_, at_); }
  bool take(char c) {
    const bool there = next() == c;
    at_ += there ? 1 : 0;
    return there;
  }
  bool take_x() { return take('x') || take('X') || take('*'); }
  bool is_at_end_of_alternative() const { return at_ == text_.size() || text_[at_] == '|'; }
  bool is_at_end_of_component() const { return is_at_end_of_alternative() || text_[at_] == ' '; }

  std::string_view text_;
  std::size_t at_ = 0;
  bool include_prerelease_;
  Writer& writer_;
};

bool Parser::read_range() {
  while (read_alternative() && writer_.close_set()) {
    if (at_ == text_.size()) {
      return true;
    }
    if (!take('|') || !take('|')) {
      return false;
    }
    take(' ');
  }
  return false;
}

// Takes the blank before bars, too.
bool Parser::read_alternative() {
  bool is_first = true;
  do {
    if (!read_component(is_first)) {
      return false;
    }
    is_first = false;
  } while (take(' ') && !is_at_end_of_alternative());
  return is_at_end_of_alternative();
}

bool Parser::read_component(bool is_first) {
  Partial p;
  switch (next()) {
    case '^':
      ++at_;
      take(' ');
      if (!read_partial(p)) {
        return false;
      }
      add_caret(p);
      return true;
    case '~':
      ++at_;
      take(' ');
      if (!read_partial(p)) {
        return false;
      }
      add_tilde(p);
      return true;
    case '<': ++at_; return read_comparator(take('=') ? Operator::LessOrEqual : Operator::Less);
    case '>': ++at_; return read_comparator(take('=') ? Operator::GreaterOrEqual : Operator::Greater);
    case '=': ++at_; return read_comparator(Operator::Equal);
    default: return read_comparator_or_hyphen(is_first);
  }
}

bool Parser::read_comparator(Operator op) {
  take(' ');
  Partial p;
  if (!read_partial(p)) {
    return false;
  }
  add_comparator(op, p);
  return true;
}

bool Parser::read_comparator_or_hyphen(bool may_be_hyphen) {
  if (take_x()) {
    return is_at_end_of_component();  // All versions satisfy it.
  }
  Partial p;
  if (!read_partial(p)) {
    return false;
  }
  if (may_be_hyphen && text_.substr(at_, 3) == " - ") {
    return read_hyphen(p);
  }
  add_comparator(Operator::Equal, p);
  return true;
}

// 1.2.3 - 2.3.4 is >=1.2.3 <=2.3.4, 1.2 - 2.3 is >=1.2.0 <2.4.0-0.
bool Parser::read_hyphen(const Partial& from) {
  at_ += 3;
  Partial to;
  if (!read_partial(to)) {
    return false;
  }
  // If prereleases count, so do those of the first and the last version.
  if (include_prerelease_ && from.prerelease.empty()) {
    writer_.add(Operator::GreaterOrEqual, {.release = from.release, .prerelease = "0"});
  } else {
    writer_.add(Operator::GreaterOrEqual, from);
  }
  if (to.numbers == 3 && (!include_prerelease_ || !to.prerelease.empty())) {
    writer_.add(Operator::LessOrEqual, to);
  } else {
    add_below(to.numbers == 1   ? next_major(to.release)
              : to.numbers == 2 ? next_minor(to.release)
                                : next_patch(to.release));
  }
  take(' ');
  return is_at_end_of_alternative();
}

bool Parser::read_partial(Partial& p) {
  const std::size_t begin = at_;
  Core core;
  if (read_core({text_.data() + begin, text_.size() - begin}, core)) {
    p.release = core.key;
    at_ += core.end;
  } else if (!read_numbers(p)) {
    return false;
  }
  if (!is_at_end_of_component() && (p.numbers < 3 || !read_prerelease(p) || !is_at_end_of_component())) {
    return false;
  }
  p.written = {text_.data() + begin, at_ - begin};
  return true;
}

bool Parser::read_numbers(Partial& p) {
  p.numbers = 0;
  for (const unsigned shift : {major_shift, minor_shift, patch_shift}) {
    const std::size_t begin = at_;
    std::uint64_t number = 0;
    while (grammar::is_digit(next())) {
      number = number * 10 + static_cast<std::uint64_t>(text_[at_++] - '0');
    }
    const std::size_t digits = at_ - begin;
    if (digits == 0 || digits > digits_max || (digits > 1 && text_[begin] == '0')) {
      return false;
    }
    p.release += number << shift;
    if (++p.numbers == 3 || !take('.') || take_x()) {
      break;
    }
  }
  return true;
}

bool Parser::read_prerelease(Partial& p) {
  const grammar::Prerelease found = grammar::scan_prerelease(text_, at_, false);
  at_ = found.end;
  p.prerelease = text_.substr(found.begin, found.end - found.begin);
  return !p.prerelease.empty();
}

void Parser::add_caret(const Partial& p) {
  add_from(p);
  if (p.numbers == 1 || p.release >> major_shift != 0) {
    add_below(next_major(p.release));
  } else if (p.numbers == 2 || p.release >> minor_shift != 0) {
    add_below(next_minor(p.release));
  } else {
    add_below(next_patch(p.release));
  }
}

void Parser::add_tilde(const Partial& p) {
  add_from(p);
  add_below(p.numbers == 1 ? next_major(p.release) : next_minor(p.release));
}

void Parser::add_comparator(Operator op, const Partial& p) {
  if (p.numbers == 3) {
    writer_.add(op, p);
  } else {
    add_x_range(op, p);
  }
}

void Parser::add_x_range(Operator op, const Partial& p) {
  const std::uint64_t next = p.numbers == 1 ? next_major(p.release) : next_minor(p.release);
  switch (op) {
    case Operator::Less: return add_below(p.release);
    case Operator::LessOrEqual: return add_below(next);
    case Operator::Greater: return add_from({.release = next, .numbers = p.numbers});
    case Operator::GreaterOrEqual: return add_from(p);
    case Operator::Equal: add_from(p); return add_below(next);
  }
}

// An x takes prereleases in if they count.
void Parser::add_from(const Partial& p) {
  if (p.numbers < 3 && include_prerelease_) {
    writer_.add(Operator::GreaterOrEqual, {.release = p.release, .prerelease = "0"});
  } else {
    writer_.add(Operator::GreaterOrEqual, p);
  }
}

}  // namespace

bool read_plain_range(std::string_view text, Range& range) {
  if (text.size() > version_length_max) {
    return false;
  }
  range.sets_.clear();
  const bool include_prerelease = range.options_.include_prerelease;
  Writer writer(range.text_, range.bounds_, range.sets_, include_prerelease ? "0" : "");
  return Parser(text, include_prerelease, writer).read_range();
}

}  // namespace semver
