// SPDX-License-Identifier: Apache-2.0
#pragma once

// simulation/: Caretaker's real code in virtual time, above the emulated account in the same process.
//   scheduler.h  one actor at a time
//   world.h      an account, the function that works in it, and what goes wrong between the two

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/client.h"
#include "sandbox/account.h"
#include "simulation/scheduler.h"

namespace simulation {

// What befalls the function at one of its requests.
enum class Fault {
  None,
  KillAfter,  // The process ends when the request has taken effect, before the answer comes.
  CutAfter,   // The connection is cut then.
  NotSent,    // It can't connect.
  Throttle,   // AWS answers that it is throttled.
  Html,       // A proxy answers 503 with a page; the request never arrives.
};
std::string_view to_string(Fault fault);

class World {
 public:
  // `operation_time` is how long an App Runner operation takes.
  explicit World(base::Duration operation_time = std::chrono::seconds(3));
  ~World();

  base::Duration operation_time() const;

  // `fault` strikes at the function's request number `at`, counted from 1 over the life of the world.
  void strike(Fault fault, int at);
  // How many requests the function has made.
  int requests() const;

  // A person's or a pipeline's call: an awsJson operation by its full target, `AppRunner.DescribeService`. Returns the body;
  // a status above 299 is a failed test.
  std::string aws(std::string_view target, std::string_view json);
  void put_object(std::string_view key, std::string body);

  // Deployments of images with this tag are rolled back from now on.
  void fail_deployments_of(std::string_view tag);
  // The next invocation finds a process that knows nothing.
  void restart_function();

  // Lets time pass and everything happen that is due.
  void run_for(base::Duration duration);
  base::Time now() const;

  // The function's log lines so far.
  const std::vector<std::string>& log() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace simulation
