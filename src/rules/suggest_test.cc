// SPDX-License-Identifier: Apache-2.0
#include "rules/suggest.h"

#include <gtest/gtest.h>

#include <string>

namespace rules {
namespace {

TEST(Suggest, FindsWhatWasMeant) {
  constexpr std::string_view known[] = {"repository", "semVersion", "serviceArn", "redeploy", "name"};
  struct Case {
    std::string_view written;
    std::string_view meant;  // Empty: nothing.
  };
  constexpr Case cases[] = {
      {"semversion", "semVersion"},
      {"SemVersion", "semVersion"},
      {"sem_version", "semVersion"},
      {"semVer", "semVersion"},
      {"version", "semVersion"},
      {"se", ""},
      {"service", "serviceArn"},
      {"deploy", "redeploy"},
      {"re", ""},
      {"semVesrion", "semVersion"},
      {"repo", "repository"},
      {"reposiotry", "repository"},
      {"service-arn", "serviceArn"},
      {"serviceARN", "serviceArn"},
      {"servicearns", "serviceArn"},
      {"reDeploy", "redeploy"},
      {"nmae", "name"},
      {"", ""},
      {"tagPattern", ""},
      {"x", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(suggest(c.written, known).value_or(""), c.meant) << c.written;
  EXPECT_FALSE(suggest(std::string(100'000, 's'), known));
}

}  // namespace
}  // namespace rules
