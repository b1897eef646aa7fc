// SPDX-License-Identifier: Apache-2.0
// The walkthrough in virtual time, told again with each fault at each of the function's requests: the service must end
// where it ends without any, by as many deployments.
#include <gtest/gtest.h>

#include <algorithm>

#include "simulation/story.h"

namespace simulation {
namespace {

using std::chrono::hours;

struct Story {
  std::string_view name;
  void (*tell)(World& world);
  // The operations after CREATE_SERVICE, and the tag that runs in the end.
  std::vector<std::string> operations;
  std::string_view tag;

  friend std::ostream& operator<<(std::ostream& out, const Story& story) { return out << story.name; }
};

const Story stories[] = {
    {"a push", [](World& world) { push(world, "1.2.4", "second"); }, {"UPDATE_SERVICE"}, "1.2.4"},
    {"the same tag again",
     [](World& world) {
       push(world, "1.2.4", "second");
       world.run_for(hours(2));
       push(world, "1.2.4", "third");
     },
     {"UPDATE_SERVICE", "START_DEPLOYMENT"},
     "1.2.4"},
    {"two pushes at once",
     [](World& world) {
       push(world, "1.2.4", "second");
       push(world, "1.2.5", "third");
     },
     {"UPDATE_SERVICE"},
     "1.2.5"},
    {"tags that must not deploy",
     [](World& world) {
       for (const auto* tag : {"1.2.5-rc.1", "latest", "1.2.1", "1.3", "1.2.4-alpine", "20240101"})
         push(world, tag, tag);
     },
     {},
     "1.2.3"},
};

End tell(const Story& story, World& world) {
  const auto arn = set_up(world);
  story.tell(world);
  // Longer than all retries together.
  world.run_for(hours(4));
  return look(world, arn);
}

End wanted(const Story& story) {
  End end{.status = "RUNNING",
          .image = std::string(registry) + std::string(repository) + ":" + std::string(story.tag),
          .operations = {"CREATE_SERVICE SUCCEEDED"}};
  for (const auto& operation : story.operations) end.operations.push_back(operation + " SUCCEEDED");
  return end;
}

class CrashStory : public testing::TestWithParam<Story> {};

TEST_P(CrashStory, EndsTheSameWhateverStrikesWhere) {
  World calm;
  ASSERT_EQ(tell(GetParam(), calm), wanted(GetParam()));
  ASSERT_GT(calm.requests(), 0);
  for (const auto fault : {Fault::KillAfter, Fault::CutAfter, Fault::NotSent, Fault::Throttle, Fault::Html}) {
    for (int at = 1; at <= calm.requests(); ++at) {
      SCOPED_TRACE(std::string(to_string(fault)) + " at request " + std::to_string(at));
      World world;
      world.strike(fault, at);
      EXPECT_EQ(tell(GetParam(), world), wanted(GetParam()));
      if (HasFailure()) {
        for (const auto& line : world.log()) std::cerr << line << '\n';
        return;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Stories, CrashStory, testing::ValuesIn(stories), [](const auto& story) {
  auto name = std::string(story.param.name);
  std::ranges::replace(name, ' ', '_');
  return name;
});

}  // namespace
}  // namespace simulation
