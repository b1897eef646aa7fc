// SPDX-License-Identifier: Apache-2.0
#include "sandbox/stack.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace sandbox {
namespace {

constexpr std::string_view image_pushes = R"({"source":["aws.ecr"],"detail-type":["ECR Image Action"],)"
                                          R"("detail":{"action-type":["PUSH"],"result":["SUCCESS"]}})";

}  // namespace

void deploy_stack(World& world, S3& s3, Sqs& sqs, EventBus& bus) {
  s3.create_bucket(stack_bucket);
  s3.put(stack_bucket, stack_rules_key, "[]");
  QueueSettings dead_letters;
  dead_letters.retention = std::chrono::days(14);
  const auto& dead_letter_queue = sqs.create(stack_dead_letters, dead_letters);
  QueueSettings settings;
  settings.visibility = std::chrono::seconds(360);
  settings.retention = std::chrono::days(14);
  settings.redrive = Redrive{dead_letter_queue.arn(), 20};
  sqs.create(stack_queue, std::move(settings));
  auto pattern = EventPattern::parse(image_pushes);
  bus.add_rule(stack_event_rule, "Image pushes, for Caretaker", std::move(*pattern), stack_queue);
  world.tell("stack", fmt::format("bucket {}, queue {}, dead letters {} and event rule {} are there", stack_bucket,
                                  stack_queue, stack_dead_letters, stack_event_rule));
}

}  // namespace sandbox
