// SPDX-License-Identifier: Apache-2.0
#include "semver/successor.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace semver {
namespace {

TEST(Successor, PrintsAsJavaScriptDoes) {
  struct Case {
    std::string_view digits;  // Names the row.
    std::string_view want;
  };
  const std::string many(256, '9');
  const Case cases[] = {
      {"0", "1"},
      {"00", "1"},
      {"999999999999999", "1000000000000000"},
      {"9007199254740990", "9007199254740991"},
      {"9007199254740991", "9007199254740992"},
      {"9007199254740992", "9007199254740992"},
      {"99999999999999999999", "100000000000000000000"},
      {"999999999999999999999", "1e+21"},
      {"1500000000000000000000", "1.5e+21"},
      {many, "1e+256"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.digits);
    char buffer[successor_length_max];
    EXPECT_EQ(successor(c.digits, buffer), c.want);
  }
}

}  // namespace
}  // namespace semver
