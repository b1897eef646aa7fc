// SPDX-License-Identifier: Apache-2.0
#pragma once

// function/: Caretaker as an AWS Lambda function, on a custom runtime.

#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "http/client.h"
#include "report/report.h"

namespace function {

// One invocation, as the Runtime API gives it.
struct Invocation {
  std::string request_id;
  std::string function_arn;  // With the qualifier, if it was invoked by one.
  base::Time deadline;
  std::string event;
};

// What the function does with one: its answer, or an error, which Lambda counts as a failed invocation.
using Handle = std::function<base::Result<std::string>(const Invocation&)>;

// The client side of the Lambda Runtime API, version 2018-06-01
// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). Borrows all it is made with.
class Runtime {
 public:
  // `address` is AWS_LAMBDA_RUNTIME_API: `host:port`. Errors: Invalid.
  static base::Result<Runtime> at(std::string_view address, http::Client& client, base::Clock& clock, report::Log& log);

  // Tells that the function can't start. The process ends after it.
  base::Result<void> post_init_error(std::string_view type, std::string_view message);

  // Takes one invocation after the other until the Runtime API is gone, and returns why. What `handle` throws is an error
  // of that invocation, not of the process. Lambda logs no reason of a failed one, so the log says it: `"event":"invocation"`.
  base::Error run(const Handle& handle);

 private:
  Runtime(http::Origin origin, http::Client& client, base::Clock& clock, report::Log& log);

  base::Result<Invocation> next(http::Headers& echoed);
  base::Result<void> post(std::string path, http::Headers headers, std::string body);
  base::Result<void> post_error(std::string path, const http::Headers& echoed, std::string_view type,
                                std::string_view message);
  base::Result<void> answer(const Invocation& invocation, const http::Headers& echoed,
                            const base::Result<std::string>& result);

  http::Origin origin_;
  http::Client* client_;
  base::Clock* clock_;
  report::Log* log_;
};

}  // namespace function
