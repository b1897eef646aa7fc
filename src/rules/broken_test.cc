// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "rules/rules.h"

namespace rules {
namespace {

// A row's text with what it abbreviates: `@A` an ARN, `@G` the members of a good rule, `\N` a line break.
std::string spelt_out(std::string_view row) {
  const std::string arn = "arn:aws:apprunner:us-east-1:123456789012:service/shop/1";
  std::string text;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto two = row.substr(i, 2);
    if (two == "\\N") text += '\n';
    if (two == "@A") text += arn;
    if (two == "@G") text += R"("repository": "shop", "semVersion": "^1", "serviceArn": ")" + arn + '"';
    if (two == "\\N" || two == "@A" || two == "@G") {
      ++i;
    } else {
      text += row[i];
    }
  }
  return text;
}

// Every message there is, for the eye: testdata/broken.txt holds files of rules, one a line, and below each what is said of it.
TEST(BrokenRules, AreToldWhatIsWrongAndWhere) {
  std::ifstream file(TESTDATA "/broken.txt");
  std::string want;
  std::string said;
  int rows = 0;
  for (std::string line; std::getline(file, line);) {
    want += line + '\n';
    if (line.starts_with("  ")) continue;
    ++rows;
    said += line + '\n';
    for (const auto& problem : parse_rules(spelt_out(line)).problems) {
      said += "  " + to_string(problem, "f").substr(2) + '\n';
    }
  }
  if (std::getenv("UPDATE_GOLDEN")) std::ofstream(TESTDATA "/broken.txt") << said;
  EXPECT_EQ(said, want);
  EXPECT_GE(rows, 200);
}

}  // namespace
}  // namespace rules
