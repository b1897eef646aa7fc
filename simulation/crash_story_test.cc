// SPDX-License-Identifier: Apache-2.0
// The walkthrough in virtual time, told again with each fault at each of the function's requests: the service must end
// where it ends without any, by as many deployments.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/json.h"
#include "simulation/world.h"

namespace simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view repository = "hello-world-apprunner-repo";
constexpr std::string_view registry = "123456789012.dkr.ecr.us-east-1.amazonaws.com/";

void push(World& world, std::string_view tag, std::string_view content) {
  const auto manifest = R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[],"annotations":{"content":")" +
                        std::string(content) + "\"}}";
  world.aws("AmazonEC2ContainerRegistry_V20150921.PutImage",
            R"({"repositoryName":")" + std::string(repository) + R"(","imageTag":")" + std::string(tag) + R"(","imageManifest":)" +
                base::json_quote(manifest) + "}");
}

// A repository with 1.2.3, a service that runs it, and the post's rule.
std::string set_up(World& world) {
  world.aws("AmazonEC2ContainerRegistry_V20150921.CreateRepository", R"({"repositoryName":")" + std::string(repository) + "\"}");
  push(world, "1.2.3", "first");
  const auto created = base::parse_json(world.aws("AppRunner.CreateService",
      R"({"ServiceName":"hello-world-service","SourceConfiguration":{"AuthenticationConfiguration":{"AccessRoleArn":"arn:aws:iam::123456789012:role/Access"},"AutoDeploymentsEnabled":false,"ImageRepository":{"ImageIdentifier":")" +
          std::string(registry) + std::string(repository) + R"(:1.2.3","ImageConfiguration":{"Port":"8000"},"ImageRepositoryType":"ECR"}}})"));
  const auto arn = std::string(*base::string_member(*base::member(*created, "Service"), "ServiceArn"));
  world.put_object("rules.json", R"([{"repository":")" + std::string(repository) + R"(","semVersion":">1.2.2","serviceArn":")" + arn + "\"}]");
  world.run_for(minutes(1));
  return arn;
}

// Where the story ended: what runs, and every operation that led there, oldest first.
struct End {
  std::string status;
  std::string image;
  std::vector<std::string> operations;
  bool operator==(const End&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const End& end) {
    out << end.status << " " << end.image;
    for (const auto& operation : end.operations) out << " | " << operation;
    return out;
  }
};

End look(World& world, const std::string& arn) {
  const auto body = R"({"ServiceArn":")" + arn + "\"}";
  const auto described = base::parse_json(world.aws("AppRunner.DescribeService", body));
  const auto& service = *base::member(*described, "Service");
  End end{.status = std::string(*base::string_member(service, "Status")),
          .image = std::string(*base::string_member(*base::member(*base::member(service, "SourceConfiguration"), "ImageRepository"), "ImageIdentifier")),
          .operations = {}};
  const auto listed = base::parse_json(world.aws("AppRunner.ListOperations", body));
  for (const auto& operation : base::member(*listed, "OperationSummaryList")->as_array()) {
    end.operations.push_back(std::string(*base::string_member(operation, "Type")) + " " + std::string(*base::string_member(operation, "Status")));
  }
  std::ranges::reverse(end.operations);
  return end;
}

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
       for (const auto* tag : {"1.2.5-rc.1", "latest", "1.2.1", "1.3", "1.2.4-alpine", "20240101"}) push(world, tag, tag);
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
  End end{.status = "RUNNING", .image = std::string(registry) + std::string(repository) + ":" + std::string(story.tag), .operations = {"CREATE_SERVICE SUCCEEDED"}};
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

// Both wait for the operation; the higher one wins, the other is superseded.
TEST(Story, TwoPushesDuringAnOperationWaitAndTheHighestIsDeployed) {
  World world;
  const auto arn = set_up(world);
  push(world, "1.2.4", "second");
  world.run_for(seconds(1));
  ASSERT_EQ(look(world, arn).status, "OPERATION_IN_PROGRESS");
  push(world, "1.2.5", "third");
  push(world, "1.2.6", "fourth");
  world.run_for(hours(1));
  const auto end = look(world, arn);
  EXPECT_EQ(end.image, std::string(registry) + std::string(repository) + ":1.2.6");
  EXPECT_EQ(end.operations, (std::vector<std::string>{"CREATE_SERVICE SUCCEEDED", "UPDATE_SERVICE SUCCEEDED", "UPDATE_SERVICE SUCCEEDED"}));
  const auto said = [&](std::string_view text) {
    return std::ranges::any_of(world.log(), [&](const std::string& line) { return line.contains(text); });
  };
  EXPECT_TRUE(said(R"("end":"waiting","reason":"busy")"));
  EXPECT_TRUE(said(R"("reason":"superseded")"));
}

}  // namespace
}  // namespace simulation
