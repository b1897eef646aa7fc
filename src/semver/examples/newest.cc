// SPDX-License-Identifier: Apache-2.0
// newest RANGE TAG...: prints the newest tag that a range allows.
#include <iostream>
#include <string>

#include "semver/semver.h"

int main(int count, char** arguments) {
  if (count < 3) {
    std::cerr << "usage: newest RANGE TAG...\n";
    return 2;
  }
  const std::string text = arguments[1];
  const auto range = semver::parse_range(text);
  if (!range) {
    std::cerr << "not a range: expected " << range.error().expected << '\n'
              << text << '\n'
              << std::string(range.error().offset, ' ') << "^\n";
    return 2;
  }
  semver::VersionList tags;  // Borrows the texts.
  for (int i = 2; i < count; ++i) {
    tags.add(arguments[i]);
  }
  const auto newest = tags.max_satisfying(*range);
  if (!newest) {
    return 1;
  }
  std::cout << arguments[2 + tags.index(*newest)] << '\n';
  return 0;
}
