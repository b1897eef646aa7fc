// SPDX-License-Identifier: Apache-2.0
#include "simulation/story.h"

#include <algorithm>

#include "base/json.h"

namespace simulation {

void push(World& world, std::string_view tag, std::string_view content) {
  const auto manifest =
      R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[],"annotations":{"content":")" +
      std::string(content) + "\"}}";
  world.aws("AmazonEC2ContainerRegistry_V20150921.PutImage",
            R"({"repositoryName":")" + std::string(repository) + R"(","imageTag":")" + std::string(tag) +
                R"(","imageManifest":)" + base::json_quote(manifest) + "}");
}

std::string rules_for(std::string_view arn, std::string_view range) {
  return R"([{"repository":")" + std::string(repository) + R"(","semVersion":)" + base::json_quote(range) +
         R"(,"serviceArn":")" + std::string(arn) + "\"}]";
}

std::string set_up(World& world, std::string_view range) {
  world.aws("AmazonEC2ContainerRegistry_V20150921.CreateRepository",
            R"({"repositoryName":")" + std::string(repository) + "\"}");
  push(world, "1.2.3", "first");
  // There are no rules yet, so this push leaves no trace.
  world.run_for(std::chrono::seconds(1));
  const auto created = base::parse_json(world.aws(
      "AppRunner.CreateService",
      R"({"ServiceName":"hello-world-service","SourceConfiguration":{"AuthenticationConfiguration":{"AccessRoleArn":"arn:aws:iam::123456789012:role/Access"},"AutoDeploymentsEnabled":false,"ImageRepository":{"ImageIdentifier":")" +
          std::string(registry) + std::string(repository) +
          R"(:1.2.3","ImageConfiguration":{"Port":"8000"},"ImageRepositoryType":"ECR"}}})"));
  const auto arn = std::string(*base::string_member(*base::member(*created, "Service"), "ServiceArn"));
  world.put_object("rules.json", rules_for(arn, range));
  world.run_for(world.operation_time() + std::chrono::minutes(1));
  return arn;
}

End look(World& world, std::string_view arn) {
  const auto body = R"({"ServiceArn":")" + std::string(arn) + "\"}";
  const auto described = base::parse_json(world.aws("AppRunner.DescribeService", body));
  const auto& service = *base::member(*described, "Service");
  const auto& image = *base::member(*base::member(service, "SourceConfiguration"), "ImageRepository");
  End end{.status = std::string(*base::string_member(service, "Status")),
          .image = std::string(*base::string_member(image, "ImageIdentifier")),
          .operations = {}};
  const auto listed = base::parse_json(world.aws("AppRunner.ListOperations", body));
  for (const auto& operation : base::member(*listed, "OperationSummaryList")->as_array()) {
    end.operations.push_back(std::string(*base::string_member(operation, "Type")) + " " +
                             std::string(*base::string_member(operation, "Status")));
  }
  std::ranges::reverse(end.operations);
  return end;
}

bool said(const World& world, std::string_view text) {
  return std::ranges::any_of(world.log(), [&](const std::string& line) { return line.contains(text); });
}

std::vector<DeadLetter> take_dead_letters(World& world) {
  const auto received = base::parse_json(
      world.aws("AmazonSQS.ReceiveMessage",
                R"({"QueueUrl":"http://127.0.0.1:4566/123456789012/caretaker-dead-letters","MaxNumberOfMessages":10,)"
                R"("MessageAttributeNames":["All"]})"));
  std::vector<DeadLetter> letters;
  const auto* messages = base::member(*received, "Messages");
  if (!messages) return letters;
  for (const auto& message : messages->as_array()) {
    DeadLetter letter{.body = std::string(*base::string_member(message, "Body")), .reason = {}};
    const auto* attributes = base::member(message, "MessageAttributes");
    const auto* reason = attributes ? base::member(*attributes, "CaretakerReason") : nullptr;
    if (reason) letter.reason = std::string(base::string_member(*reason, "StringValue").value_or(""));
    letters.push_back(std::move(letter));
  }
  return letters;
}

}  // namespace simulation
