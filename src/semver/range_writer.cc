// SPDX-License-Identifier: Apache-2.0
#include "semver/range_writer.h"

#include <array>
#include <charconv>
#include <cstring>

#include "semver/key.h"

namespace semver {
namespace {

constexpr std::uint64_t key_of_zero = 1;  // 0.0.0.
constexpr std::size_t number_length_max = 8;
// Without the prerelease or, if it is there, what is written of the version.
constexpr std::size_t comparator_length_max = std::string_view("||>=..-").size() + 3 * number_length_max;
static_assert(64 + comparator_length_max <= range_text_inline_size, "No allocation that parse_range says isn't made.");

// As sign_of, but two characters wherever there is one, since to copy two costs less than to ask how many.
constexpr auto signs = [] {
  std::array<char[2], 7> all{};
  for (const Operator op : {Operator::Less, Operator::LessOrEqual, Operator::Greater, Operator::GreaterOrEqual}) {
    const std::string_view sign = sign_of(op);
    all[static_cast<unsigned>(op)][0] = sign.front();
    all[static_cast<unsigned>(op)][1] = sign.back();
  }
  return all;
}();

char* put_sign(char* at, Operator op) {
  std::memcpy(at, signs[static_cast<unsigned>(op)], 2);
  return at + sign_of(op).size();
}

// In two pieces, which may overlap.
template <class Piece>
void copy_two(char* to, const char* from, std::size_t size) {
  Piece first;
  Piece last;
  std::memcpy(&first, from, sizeof(Piece));
  std::memcpy(&last, from + size - sizeof(Piece), sizeof(Piece));
  std::memcpy(to, &first, sizeof(Piece));
  std::memcpy(to + size - sizeof(Piece), &last, sizeof(Piece));
}

// Of 4 characters or more. For the usual few a call of memcpy would cost more than the copying.
char* put_version(char* at, std::string_view text) {
  const std::size_t size = text.size();
  if (size < 8) {
    copy_two<std::uint32_t>(at, text.data(), size);
  } else if (size <= 16) {
    copy_two<std::uint64_t>(at, text.data(), size);
  } else {
    std::memcpy(at, text.data(), size);
  }
  return at + size;
}

char* put_number(char* at, std::uint64_t number) {
  if (number < 10) {
    *at = static_cast<char>('0' + number);
    return at + 1;
  }
  return std::to_chars(at, at + number_length_max, number).ptr;
}

char* put_release(char* at, std::uint64_t release) {
  at = put_number(at, release >> 46);
  *at++ = '.';
  at = put_number(at, release >> 26 & key_minor_max);
  *at++ = '.';
  return put_number(at, release >> 1 & key_patch_max);
}

// Out of line, as keys are hardly ever equal.
[[gnu::noinline]] bool has_prerelease(const Bound& bound, std::string_view range_text, std::string_view prerelease) {
  return bound.prerelease_in(range_text) == prerelease;
}

}  // namespace

void RangeWriter::add(Operator op, const PlainVersion& version) {
  const std::string_view prerelease = version.prerelease;
  if (version.release == key_of_zero) {
    if (op == Operator::GreaterOrEqual && prerelease == (range_.options_.include_prerelease ? "0" : "")) {
      return;
    }
    allows_nothing_ = allows_nothing_ || (op == Operator::Less && prerelease == "0");
  }
  const std::uint64_t key = version.release - (prerelease.empty() ? 0U : 1U);
  if (has(op, key, prerelease)) {
    return;
  }
  char* const op_begin =
      begin_comparator(comparator_length_max + (version.written.empty() ? prerelease : version.written).size());
  char* const version_begin = put_sign(op_begin, op);
  char* end = nullptr;
  if (version.written.empty()) {
    end = put_release(version_begin, version.release);
    if (!prerelease.empty()) {
      *end++ = '-';
      std::memcpy(end, prerelease.data(), prerelease.size());
      end += prerelease.size();
    }
  } else {
    end = put_version(version_begin, version.written);
  }
  end_comparator(op, key,
                 {.op = op_begin, .version = version_begin, .prerelease = end - prerelease.size(), .end = end});
}

void RangeWriter::add_below(std::uint64_t release) {
  const std::uint64_t key = release - 1;
  allows_nothing_ = allows_nothing_ || release == key_of_zero;
  if (has(Operator::Less, key, "0")) {
    return;
  }
  char* const op_begin = begin_comparator(comparator_length_max + 1);
  *op_begin = '<';
  char* const end = put_release(op_begin + 1, release);
  end[0] = '-';
  end[1] = '0';
  end_comparator(Operator::Less, key, {.op = op_begin, .version = op_begin + 1, .prerelease = end + 1, .end = end + 2});
}

bool RangeWriter::close_set() {
  if (allows_nothing_ || range_.bounds_.size() == set_first_) {
    return false;
  }
  set_first_ = range_.bounds_.size();
  set_.end = static_cast<std::uint32_t>(set_first_);
  range_.sets_.push_back(set_);
  set_ = {};
  return true;
}

inline bool RangeWriter::has(Operator op, std::uint64_t key, std::string_view prerelease) const {
  for (const Bound* bound = range_.bounds_.begin() + set_first_; bound != range_.bounds_.end(); ++bound) {
    if (bound->key == key && bound->op == op && has_prerelease(*bound, range_.text(), prerelease)) {
      return true;
    }
  }
  return false;
}

// Room for a comparator of that length with what stands before it.
inline char* RangeWriter::begin_comparator(std::size_t length_max) {
  char* at = range_.text_.grow(length_max);
  if (range_.bounds_.size() > set_first_) {
    *at++ = ' ';
  } else if (set_first_ > 0) {
    *at++ = '|';
    *at++ = '|';
  }
  return at;
}

inline void RangeWriter::end_comparator(Operator op, std::uint64_t key, const Place& place) {
  const char* const text = range_.text_.data();
  range_.text_.shrink(static_cast<std::size_t>(place.end - text));
  set_.narrow(op, key);
  *range_.bounds_.grow(1) = {.key = key,
                             .text = static_cast<std::uint32_t>(place.op - text),
                             .op = op,
                             .op_size = static_cast<std::uint8_t>(place.version - place.op),
                             .prerelease_begin = static_cast<std::uint16_t>(place.prerelease - place.version),
                             .size = static_cast<std::uint16_t>(place.end - place.version)};
}

}  // namespace semver
