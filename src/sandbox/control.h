// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include "http/message.h"
#include "sandbox/account.h"
#include "sandbox/app_runner.h"
#include "sandbox/world.h"

namespace sandbox {

// What a person or test may ask of the sandbox itself, under `/_sandbox/`, unsigned:
//   GET  calls                   the last calls, a JSON object a line
//   GET  happenings[?after=N]    the last happenings, or those after number N, a JSON object a line
//   POST deployments             {"tag": "1.2.9", "outcome": "rollback" | "fail" | "success"}
http::Response handle_control(const http::Request& request, const World& world, const std::deque<Call>& calls,
                              AppRunner& app_runner);

bool is_control(const http::Request& request);

}  // namespace sandbox
