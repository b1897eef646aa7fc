// SPDX-License-Identifier: Apache-2.0
// Parsing, comparing and satisfying allocate nothing: counted by an operator new of this executable's own, which ThreadSanitizer does
// not leave room for.
#ifndef CARETAKER_SANITIZE_THREAD
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string_view>

#include "semver/semver.h"

namespace {
std::atomic<std::size_t> allocations = 0;
}  // namespace

// Not inlined: GCC takes a free() that it sees beside a `new` for a mistake.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) {
    return memory;
  }
  throw std::bad_alloc();
}
// std::stable_sort's; AddressSanitizer has its own, which goes with its own delete only.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace semver {
namespace {

TEST(Allocation, NoneInParseCompareAndSatisfies) {
  const Range range = *parse_range(">=1.2.3-beta.1 <2 || ^3.1 || 9007199254740991.0.0");
  const std::string_view texts[] = {"1.2.3",
                                    "1.2.3-beta.2+build.77",
                                    "9007199254740991.0.0-a.9007199254740993",
                                    "latest",
                                    " v3.4.5 ",
                                    "1.2.3-a-prerelease-of-many-characters.that.no.small.string.has.room.for"};
  const std::size_t before = allocations;
  std::size_t found = 0;
  for (const std::string_view a : texts) {
    for (const Options options : {Options{}, Options{.loose = true}}) {
      const auto version = parse_version(a, options);
      found += version && satisfies(*version, range) ? 1 : 0;
      for (const std::string_view b : texts) {
        const auto other = parse_version(b, options);
        found += version && other && compare_build(*version, *other) < 0 ? 1 : 0;
      }
    }
  }
  EXPECT_EQ(allocations, before);
  EXPECT_GT(found, 0U);
}

TEST(Allocation, NoneInRangesOfSixtyFourCharacters) {
  // Of 64 characters or a little less, here and spelt out as comparators.
  const std::string_view texts[] = {
      "^1.2 || 3.x",
      "^10000.200.300 || ^20000.300.400",
      "~1000.2000.3000 || ~2000.3000.4000",
      "<1000.2000 || <2000.3000 || <3000.4000 || <4000.5000",
      ">1.2.3-a.prerelease.of.many.identifiers.up.to.the.limit <2",
      "   ^1.2   ||  >= 3.4.5-a.prerelease.of.many.identifiers",
      "1.2.3-a.prerelease.that.no.small.string.has.room.for*",
  };
  for (const std::string_view text : texts) {
    SCOPED_TRACE(text);
    const std::size_t before = allocations;
    const auto range = parse_range(text);
    const std::size_t after = allocations;
    EXPECT_EQ(after, before);
    ASSERT_TRUE(range);
    EXPECT_LE(range->text().size(), 64U);
  }
}

}  // namespace
}  // namespace semver
#endif
