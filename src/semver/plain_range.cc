// SPDX-License-Identifier: Apache-2.0
#include "semver/plain_range.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "semver/core.h"
#include "semver/grammar.h"
#include "semver/range.h"
#include "semver/range_writer.h"

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
constexpr std::uint64_t next_major(std::uint64_t key) { return ((key >> major_shift) + 1) << major_shift | 1; }
constexpr std::uint64_t next_minor(std::uint64_t key) { return ((key >> minor_shift) + 1) << minor_shift | 1; }
constexpr std::uint64_t next_patch(std::uint64_t key) { return key + (1U << patch_shift); }

// So that the number after the largest is one that a key holds, too.
constexpr std::size_t digits_max = 5;

// A version of which only the first numbers may be given; the others are 0.
struct Partial : PlainVersion {
  int numbers = 3;  // How many are given.
};

class Parser {
 public:
  Parser(std::string_view text, bool include_prerelease, RangeWriter& writer)
      : text_(text), include_prerelease_(include_prerelease), writer_(writer) {}

  bool read_range();

 private:
  bool read_alternative();
  bool read_component(bool is_first);
  bool read_hyphen(const Partial& from);
  [[gnu::always_inline]] inline bool read_partial(Partial& p);  // A call would cost a good part of it.
  bool read_numbers(Partial& p);
  bool read_prerelease(Partial& p);

  void add_caret(const Partial& p);
  void add_tilde(const Partial& p);
  void add_x_range(Operator op, const Partial& p);
  void add_from(const Partial& p);
  void add_from_x(std::uint64_t release);

  char next() const { return peek(text_, at_); }
  bool take(char c) {
    const bool there = next() == c;
    at_ += there ? 1 : 0;
    return there;
  }
  bool is_at_hyphen() const { return next() == ' ' && text_.substr(at_).starts_with(" - "); }
  bool take_x() { return take('x') || take('X') || take('*'); }
  bool is_at_end_of_alternative() const { return at_ == text_.size() || text_[at_] == '|'; }
  bool is_at_end_of_component() const { return is_at_end_of_alternative() || text_[at_] == ' '; }

  std::string_view text_;
  std::size_t at_ = 0;
  bool include_prerelease_;
  RangeWriter& writer_;
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
  const char prefix = next();
  Operator op = Operator::Equal;
  switch (prefix) {
    case '<':
      ++at_;
      op = take('=') ? Operator::LessOrEqual : Operator::Less;
      take(' ');
      break;
    case '>':
      ++at_;
      op = take('=') ? Operator::GreaterOrEqual : Operator::Greater;
      take(' ');
      break;
    case '^':
    case '~':
    case '=':
      ++at_;
      take(' ');
      break;
    default:
      if (take_x()) {
        return is_at_end_of_component();  // All versions satisfy it.
      }
  }
  Partial p;
  if (!read_partial(p)) {
    return false;
  }
  if (prefix == '^') {
    add_caret(p);
  } else if (prefix == '~') {
    add_tilde(p);
  } else if (is_first && grammar::is_digit(prefix) && is_at_hyphen()) {
    return read_hyphen(p);
  } else if (p.numbers < 3) {
    add_x_range(op, p);
  } else {
    writer_.add(op, p);
  }
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
    writer_.add(Operator::GreaterOrEqual, {.release = from.release, .prerelease = "0", .written = {}});
  } else {
    writer_.add(Operator::GreaterOrEqual, from);
  }
  if (to.numbers == 3 && (!include_prerelease_ || !to.prerelease.empty())) {
    writer_.add(Operator::LessOrEqual, to);
  } else {
    writer_.add_below(to.numbers == 1   ? next_major(to.release)
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
  if (p.numbers == 3) {
    p.written = {text_.data() + begin, at_ - begin};
  }
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
    writer_.add_below(next_major(p.release));
  } else if (p.numbers == 2 || p.release >> minor_shift != 0) {
    writer_.add_below(next_minor(p.release));
  } else {
    writer_.add_below(next_patch(p.release));
  }
}

void Parser::add_tilde(const Partial& p) {
  add_from(p);
  writer_.add_below(p.numbers == 1 ? next_major(p.release) : next_minor(p.release));
}

void Parser::add_x_range(Operator op, const Partial& p) {
  const std::uint64_t next = p.numbers == 1 ? next_major(p.release) : next_minor(p.release);
  switch (op) {
    case Operator::Less: return writer_.add_below(p.release);
    case Operator::LessOrEqual: return writer_.add_below(next);
    case Operator::Greater: return add_from_x(next);
    case Operator::GreaterOrEqual: return add_from_x(p.release);
    case Operator::Equal: add_from_x(p.release); return writer_.add_below(next);
  }
}

void Parser::add_from(const Partial& p) {
  if (p.numbers < 3) {
    add_from_x(p.release);
  } else {
    writer_.add(Operator::GreaterOrEqual, p);
  }
}

// An x takes prereleases in if they count.
void Parser::add_from_x(std::uint64_t release) {
  const std::string_view lowest = include_prerelease_ ? "0" : "";
  writer_.add(Operator::GreaterOrEqual, {.release = release, .prerelease = lowest, .written = {}});
}

}  // namespace

bool read_plain_range(std::string_view text, Range& range) {
  if (text.size() > version_length_max) {
    return false;
  }
  RangeWriter writer(range);
  return Parser(text, range.options().include_prerelease, writer).read_range();
}

}  // namespace semver
