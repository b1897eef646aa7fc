// SPDX-License-Identifier: Apache-2.0
#include "sandbox/stack.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <chrono>
#include <utility>

#include "base/hash.h"

namespace sandbox {
namespace {

struct EventRule {
  const char* name;
  const char* description;
  std::string pattern;          // Empty: it has a schedule.
  std::string_view schedule{};  // Empty: it has a pattern.
};

// What puts messages into Caretaker's queue.
std::vector<EventRule> stack_event_rules() {
  return {{"caretaker-image-pushes", "Image pushes, for Caretaker",
           R"({"source":["aws.ecr"],"detail-type":["ECR Image Action"],)"
           R"("detail":{"action-type":["PUSH"],"result":["SUCCESS"]}})"},
          {"caretaker-operations-ended", "Ends of operations, for Caretaker",
           R"({"source":["aws.apprunner"],"detail-type":["AppRunner Service Operation Status Change"],)"
           R"("detail":{"operationStatus":[{"suffix":"CompletedSuccessfully"},{"suffix":"Failed"}]}})"},
          {"caretaker-rules-changed", "Changes of the rules, for Caretaker",
           fmt::format(R"({{"source":["aws.s3"],"detail-type":["Object Created"],)"
                       R"("detail":{{"bucket":{{"name":["{}"]}},"object":{{"key":["{}"]}}}}}})",
                       stack_bucket, stack_rules_key)},
          {"caretaker-sweep", "Caretaker looks at every service", "", "rate(15 minutes)"}};
}

// A manifest as a build would make it of that content; nobody pulls its layers.
std::string synthesize_manifest(std::string_view repository, std::string_view tag) {
  const auto config = fmt::format(R"({{"architecture":"amd64","os":"linux","rootfs":{{"type":"layers","diff_ids":[]}},)"
                                  R"("config":{{"Labels":{{"seed":"{}:{}"}}}}}})",
                                  repository, tag);
  return boost::json::serialize(
      boost::json::object{{"schemaVersion", 2},
                          {"mediaType", "application/vnd.oci.image.manifest.v1+json"},
                          {"config", boost::json::object{{"mediaType", "application/vnd.oci.image.config.v1+json"},
                                                         {"size", config.size()},
                                                         {"digest", "sha256:" + base::sha256_hex(config)}}},
                          {"layers", boost::json::array()}});
}

void call(JsonService& service, std::string_view operation, const Input& input) {
  service.handle(operation, input, Asker([](const Outcome&) {}, [] { return true; }, {}));
}

}  // namespace

void plant(const Seed& seed, Ecr& ecr, AppRunner& app_runner) {
  for (const auto& [name, tags] : seed.repositories) {
    call(ecr, "CreateRepository", {{"repositoryName", name}});
    for (const auto& tag : tags) {
      call(ecr, "PutImage",
           {{"repositoryName", name}, {"imageTag", tag}, {"imageManifest", synthesize_manifest(name, tag)}});
    }
  }
  for (const auto& service : seed.services) app_runner.plant(service);
}

void deploy_stack(World& world, S3& s3, Sqs& sqs, EventBus& bus) {
  s3.create_bucket(stack_bucket);
  s3.put(stack_bucket, stack_rules_key, world.settings().rules);
  s3.tell_event_bus(stack_bucket);
  QueueSettings dead_letters;
  dead_letters.retention = std::chrono::days(14);
  const auto& dead_letter_queue = sqs.create(stack_dead_letters, dead_letters);
  QueueSettings settings;
  settings.visibility = std::chrono::seconds(360);
  settings.retention = std::chrono::days(14);
  settings.redrive = Redrive{dead_letter_queue.arn(), 20};
  sqs.create(stack_queue, std::move(settings));
  // Nothing here enforces it, but whoever examines the stack looks for it.
  const auto policy = fmt::format(
      R"({{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"events.amazonaws.com"}},)"
      R"("Action":"sqs:SendMessage","Resource":"{}","Condition":{{"ArnLike":{{"aws:SourceArn":"{}"}}}}}}]}})",
      world.arn("sqs", stack_queue), world.arn("events", "rule/caretaker-*"));
  call(sqs, "SetQueueAttributes",
       {{"QueueUrl", fmt::format("/{}/{}", world.settings().account, stack_queue)},
        {"Attributes", boost::json::object{{"Policy", policy}}}});
  for (const auto& rule : stack_event_rules()) {
    Input input{{"Name", rule.name}, {"Description", rule.description}};
    input[rule.schedule.empty() ? "EventPattern" : "ScheduleExpression"] =
        rule.schedule.empty() ? rule.pattern : rule.schedule;
    call(bus, "PutRule", input);
    call(bus, "PutTargets",
         {{"Rule", rule.name},
          {"Targets", boost::json::array{{{"Id", "queue"}, {"Arn", world.arn("sqs", stack_queue)}}}}});
  }
  world.tell("stack", fmt::format("bucket {}, queue {}, dead letters {} and {} event rules are there", stack_bucket,
                                  stack_queue, stack_dead_letters, stack_event_rules().size()));
}

}  // namespace sandbox
