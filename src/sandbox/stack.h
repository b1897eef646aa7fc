// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/app_runner.h"
#include "sandbox/ecr.h"
#include "sandbox/event_bus.h"
#include "sandbox/s3.h"
#include "sandbox/seed.h"
#include "sandbox/sqs.h"
#include "sandbox/world.h"

namespace sandbox {

// The names of what Caretaker's stack consists of.
inline constexpr const char* stack_bucket = "caretaker";
inline constexpr const char* stack_rules_key = "rules.json";
inline constexpr const char* stack_queue = "caretaker";
inline constexpr const char* stack_dead_letters = "caretaker-dead-letters";

// Makes the seed's repositories, with an image of its own under each tag, and its services, which run at once.
void plant(const Seed& seed, Ecr& ecr, AppRunner& app_runner);

// Deploys Caretaker's stack: the bucket with the rules file of the settings, which tells of its objects, the queue with its dead
// letters, and the event rules that send to the queue.
void deploy_stack(World& world, S3& s3, Sqs& sqs, EventBus& bus);

}  // namespace sandbox
