// SPDX-License-Identifier: Apache-2.0
#pragma once

// simulation/: Caretaker's real code in virtual time, above the emulated account in the same process. In reading order:
//   random.h scheduler.h   numbers by a seed; actors, one at a time
//   world.h                an account, the functions that work in it, and what goes wrong between the two
//   story.h                what the hand-written stories are told with
// and for worlds that a seed makes:
//   plain_version.h model.h  what must run in the end, worked out without any of Caretaker's code
//   town.h people.h        services, repositories and rules; what people and pipelines do to them
//   weather.h              what befalls the functions' requests
//   witness.h              sees all of it, and says which invariant was violated
//   simulate.h             one world from its seed to its verdict
//   mutations.h            changes of Caretaker's code that the witness must notice

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/client.h"
#include "reconcile/reconcile.h"
#include "sandbox/account.h"
#include "simulation/scheduler.h"

namespace simulation {

// A read that comes after a change may still be answered without it for this long.
inline constexpr auto stale_max = std::chrono::minutes(4);
// Of what is older a function knows when it acts, which takes it a minute at most.
inline constexpr auto unseen_within = stale_max + std::chrono::minutes(1);

// What befalls a function at one of its requests.
enum class Fault {
  None,
  KillBefore,   // The process ends before the request leaves.
  KillAfter,    // The process ends when the request has taken effect, before the answer comes.
  CutBefore,    // The connection is cut while it is sent: no effect.
  CutAfter,     // The connection is cut when it has taken effect.
  NotSent,      // It can't connect.
  Throttle,     // AWS answers that it is throttled.
  ServerError,  // AWS answers 500 in its own words.
  Failed,       // It has taken effect, and AWS answers 500 all the same.
  Html,         // A proxy answers 503 with a page; the request never arrives.
  Expired,      // AWS says that the credentials have expired.
  Garbled,      // It takes effect; the answer is cut in half.
  Refused,      // A call is refused, since something else has begun to work on the service.
  Empty,        // A read is answered with nothing in it.
  Stale,        // A read is answered with what it would have been a moment ago.
};
std::string_view to_string(Fault fault);
// For a person who reads a trace.
std::string_view in_words(Fault fault);

struct Fate {
  Fault fault = Fault::None;
  base::Duration before{};  // From the decision to send it until it takes effect.
  base::Duration after{};   // From there until the answer comes.
};

// Who makes a request: an invocation in a process.
struct Caller {
  std::uint64_t process = 0;
  const sandbox::Invocation* invocation = nullptr;
};

// What a world is told of itself, by way of an observer. All of it is called while the caller stands still.
class Observer {
 public:
  virtual ~Observer() = default;
  // Asked once for each request of a function.
  virtual Fate fate(const Caller& /*caller*/, const http::Request& /*request*/) { return {}; }
  // The request is about to take effect.
  virtual void arriving(const Caller& /*caller*/, const http::Request& /*request*/) {}
  // It took effect, and this is what the account answers.
  virtual void answered(const Caller& /*caller*/, const http::Request& /*request*/, const http::Response& /*answer*/) {}
  // What the function gets to see of it; null if it gets no answer.
  virtual void received(const Caller& /*caller*/, const http::Request& /*request*/, Fault /*fault*/,
                        const http::Response* /*answer*/) {}
  virtual void began(const Caller& /*caller*/) {}
  virtual void logged(const Caller& /*caller*/, std::string_view /*line*/) {}
  virtual void ended(const Caller& /*caller*/, const sandbox::InvocationResult& /*result*/) {}
  virtual void happened(const sandbox::Happening& /*happening*/) {}
};

class World {
 public:
  struct Options {
    base::Duration operation_time = std::chrono::seconds(3);  // How long an App Runner operation takes.
    bool verify_signatures = false;
    bool credentials_expire = false;  // They come from the container endpoint and last for an hour.
    bool describe_former = false;     // App Runner describes a service as it was until an update has ended.
    unsigned functions = 1;           // At the same time.
    base::Duration skew_max{};        // How far the clock of a process may be from AWS's, to either side.
    std::uint64_t seed = 1;           // For the account's ids.
    std::size_t page_size = 0;        // Of ECR's answers, where it is smaller than what is asked for.
    std::string notice_bus;           // Where notices go; empty: nowhere.
    std::string stack;                // What the deployed stack covers, as JSON; empty: everything.
  };
  explicit World(base::Duration operation_time = std::chrono::seconds(3));
  explicit World(Options options, Observer* observer = nullptr);
  ~World();

  base::Duration operation_time() const;
  base::Duration skew_max() const;

  // `fault` strikes at the functions' request number `at`, counted from 1 over the life of the world.
  void strike(Fault fault, int at);
  // How many requests the functions have made.
  int requests() const;
  // How many strikes made a difference: a stale answer may be the right one.
  int struck() const;

  // A person's or a pipeline's call: an awsJson operation by its full target, `AppRunner.DescribeService`. Returns the body.
  // Throws std::runtime_error for a status above 299.
  std::string aws(std::string_view target, std::string_view json);
  void put_object(std::string_view key, std::string body);
  // The same for whoever minds what it comes to.
  http::Response ask(std::string_view target, std::string_view json);
  http::Response object(std::string_view method, std::string_view key, std::string body = {});

  // A person's command, by its own code; it is killed behind so many requests. Nothing else goes wrong between it and the account.
  // Returns whether the record was changed.
  bool order(const rules::Rule& rule, const reconcile::Order& order, int requests);

  // Deployments of images with this tag are rolled back from now on.
  void fail_deployments_of(std::string_view tag);
  // The next invocation finds no process that knows anything.
  void restart_function();
  // What that actor is about to send; null if it is about something else.
  const http::Request* pending(Scheduler::ActorId actor) const;
  sandbox::Account& account();
  Scheduler& scheduler();

  // Lets time pass and everything happen that is due.
  void run_for(base::Duration duration);
  void run_until(base::Time end);
  base::Time now() const;

  // The functions' log lines so far; none are kept where somebody observes.
  const std::vector<std::string>& log() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// What the functions sign with, and nobody may be told.
inline constexpr std::string_view world_secret_key = "secret-key-must-not-be-told";
inline constexpr std::string_view world_session_token = "session-token-must-not-be-told";

// When every world begins.
inline constexpr base::Time world_begin{std::chrono::milliseconds(1'767'225'600'000)};  // 2026-01-01T00:00:00Z

}  // namespace simulation
