// SPDX-License-Identifier: Apache-2.0
#include "semver/core.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace semver {
namespace {

// In a buffer that ends where the text does, so that the sanitizer sees a read beyond it. What the quick path takes, the
// portable one takes too and finds the same in; the quick one may decline what goes on beyond its window.
void expect_same(std::string_view text) {
  const auto tight = std::make_unique<char[]>(text.size());
  text.copy(tight.get(), text.size());
  const std::string_view view(tight.get(), text.size());
  Core quick{};
  Core portable{};
  const bool read = read_core(view, quick);
  const bool expected = read_core_portable(view, portable);
  if (read) {
    EXPECT_TRUE(expected) << text;
    EXPECT_EQ(quick.key, portable.key) << text;
    EXPECT_EQ(quick.end, portable.end) << text;
  } else {
    EXPECT_TRUE(!expected || portable.end >= 16) << text;
  }
}

TEST(ReadCore, IsTheSameOnBothPaths) {
  const std::string_view pieces[] = {"",    "0",     "1",    "00",   "01",  "9", "10",         "99",
                                     "123", "99999", "1000", "9999", "012", "a", "1234567890", "-"};
  const std::string_view tails[] = {"", "-", "-a.1", ".", ".4", "+b", " ", "/", ":", "\xFF", "0123456789abcdef"};
  for (const std::string_view major : pieces) {
    for (const std::string_view minor : pieces) {
      for (const std::string_view patch : pieces) {
        for (const std::string_view tail : tails) {
          expect_same(std::string(major).append(".").append(minor).append(".").append(patch).append(tail));
        }
      }
    }
  }
  for (const std::string_view text : {"", ".", "..", "1", "1.", "1.2", "1.2.", "1..2", "....", "1.2,3", "1:2.3"}) {
    expect_same(text);
  }
}

}  // namespace
}  // namespace semver
