// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include "http/message.h"
#include "sandbox/account.h"
#include "sandbox/app_runner.h"
#include "sandbox/sqs.h"
#include "sandbox/world.h"

namespace sandbox {

struct Controlled {
  World& world;
  const std::deque<Call>& calls;
  AppRunner& app_runner;
  Sqs& sqs;
};

// What a person or test may ask of the sandbox itself, under `/_sandbox/`, unsigned; docs/sandbox.md says what each takes:
//   GET    health               that it serves, its account and its time
//   GET    operations           what is emulated, a JSON object a line (catalogue.h)
//   GET    calls                the last calls, a JSON object a line
//   GET    happenings[?after=N] the last happenings, or those after number N, a JSON object a line
//   GET    pipeline             queues and services as they are now
//   POST   deployments          what becomes of deployments
//   GET    faults               those that are to strike
//   POST   faults               adds one
//   DELETE faults, faults/N     takes back all, or one
// A bad request is answered by 400 that says what is right. `GET operations`, `POST reset`, `GET` and `PUT state` are Account's, `POST clock` the Host's.
http::Response handle_control(const http::Request& request, const Controlled& controlled);

bool is_control(const http::Request& request);
bool is_state(const http::Request& request);

http::Response control_answer(const boost::json::value& answer);
http::Response control_trouble(int status, std::string_view message);

}  // namespace sandbox
