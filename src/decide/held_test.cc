// SPDX-License-Identifier: Apache-2.0
#include "decide/held.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace decide {
namespace {

semver::Version version(std::string_view text) { return *semver::parse_version(text); }

TEST(Held, ReadsAVersionOrASpan) {
  struct Case {
    std::string_view text;
    std::string_view inside;  // Empty: it is no such entry.
    std::vector<std::string_view> outside;
  };
  const Case cases[] = {
      {"1.2.3", "1.2.3", {"1.2.2", "1.2.4", "1.2.3-rc.1"}},
      {"<=1.2.3", "1.2.3", {"1.2.4"}},
      {"<=1.2.3", "0.1.0-rc.1", {"1.2.4-rc.1"}},
      {"<1.2.3", "1.2.3-rc.1", {"1.2.3"}},
      {">1.0.0 <=1.2.3", "1.2.3", {"1.0.0", "1.0.0-rc.1", "1.2.4-rc.1"}},
      {">1.0.0 <=1.2.3", "1.0.1-rc.1", {}},
      {">1.0.0 <1.2.3", "1.2.2", {"1.0.0", "1.2.3"}},
      {"", "", {}},
      {"stable", "", {}},
      {">1.0.0", "", {}},
      {">1.0.0 1.2.3", "", {}},
      {">x <=1.2.3", "", {}},
      {"<=", "", {}},
      {">1.0.0  <=1.2.3", "", {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto held = read_held(c.text);
    ASSERT_EQ(held.has_value(), !c.inside.empty());
    if (!held) continue;
    EXPECT_EQ(to_string(*held), c.text);
    EXPECT_TRUE(held->contains(version(c.inside)));
    for (const auto text : c.outside) EXPECT_FALSE(held->contains(version(text))) << text;
  }
}

TEST(Held, DropsAVersion) {
  struct Case {
    std::string_view name;
    std::vector<std::string> entries;
    std::string_view version;
    std::vector<std::string> kept;
  };
  const Case cases[] = {
      {"that is listed", {"1.2.0", "1.1.0"}, "1.2.0", {"1.1.0"}},
      {"that is not held", {"1.2.0", "<=1.1.0"}, "1.1.5", {"1.2.0", "<=1.1.0"}},
      {"from within", {"1.2.0", ">1.0.0 <=1.1.0"}, "1.0.5", {"1.2.0", ">1.0.5 <=1.1.0", ">1.0.0 <1.0.5"}},
      {"from the end", {">1.0.0 <=1.1.0"}, "1.1.0", {">1.0.0 <1.1.0"}},
      {"from what has no lower end", {"<=1.1.0"}, "1.0.5", {">1.0.5 <=1.1.0", "<1.0.5"}},
      {"from a half", {">1.0.0 <1.0.5"}, "1.0.2", {">1.0.2 <1.0.5", ">1.0.0 <1.0.2"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto entries = c.entries;
    drop_held(entries, version(c.version));
    EXPECT_EQ(entries, c.kept);
    drop_held(entries, version(c.version));
    EXPECT_EQ(entries, c.kept);
  }
}

TEST(Held, DropsAllUpToAVersion) {
  std::vector<std::string> entries{"1.2.0", "1.1.0", ">1.0.0 <=1.1.5", ">1.1.2 <1.1.9", "<1.1.1", "<=1.1.7", "stable"};
  drop_held_up_to(entries, version("1.1.1"));
  EXPECT_THAT(entries, testing::ElementsAre("1.2.0", ">1.1.1 <=1.1.5", ">1.1.2 <1.1.9", ">1.1.1 <=1.1.7"));
}

}  // namespace
}  // namespace decide
