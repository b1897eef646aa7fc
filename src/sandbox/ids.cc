// SPDX-License-Identifier: Apache-2.0
#include "sandbox/ids.h"

#include <fmt/format.h>

namespace sandbox {

std::uint64_t Ids::next() {
  // SplitMix64: one addition and one mix a number, every seed as good as another.
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31U);
}

std::string Ids::hex(std::size_t digits) {
  static constexpr std::string_view characters = "0123456789abcdef";
  std::string text(digits, '0');
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    number = i % 16 == 0 ? next() : number << 4U;
    text[i] = characters[number >> 60U];
  }
  return text;
}

std::string Ids::uuid() {
  std::string text = hex(32);
  text[12] = '4';
  text[16] = "89ab"[next() % 4];
  for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
  return text;
}

std::string Ids::s3_request_id() { return fmt::format("{:016X}", next()); }

}  // namespace sandbox
