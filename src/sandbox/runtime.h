// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "http/server.h"
#include "sandbox/account.h"

namespace sandbox {

// What Runtime needs from the machine it runs on.
class FunctionHost {
 public:
  virtual ~FunctionHost() = default;
  // Starts the function's process. Its end is told by Runtime::process_ended(), never from within this call.
  virtual base::Result<void> start() = 0;
  virtual void kill() = 0;
  // A line that Lambda itself adds to the function's log: START, END, REPORT, the time-out.
  virtual void platform_line(base::Time now, const std::string& line) = 0;
};

// Lambda's Runtime API (version 2018-06-01) for one execution environment of one function: the other end of `next`,
// `response` and `error`. A process is started when an invocation waits and none runs. It handles one invocation at a
// time; more of them wait their turn. When it ends, the invocation it was at fails, as does one that it has left
// unanswered at its deadline, when the process is killed. Not emulated: the separate ten seconds of the init phase (the
// deadline of the first invocation bounds it), response streaming, extensions.
// A state machine over virtual time like Account, on one thread.
class Runtime final {
 public:
  using Done = std::move_only_function<void(InvocationResult)>;

  Runtime(FunctionHost& host, std::string function_arn) : host_(host), function_arn_(std::move(function_arn)) {}

  // Whether a request is for the Runtime API: it shares the account's port.
  static bool serves(const http::Request& request);
  void handle(http::Request request, base::Time now, http::Reply reply);

  // `done` is called once, from a later handle(), advance() or process_ended(), or from within where no process starts.
  void invoke(Invocation invocation, base::Time now, Done done);
  // `how` in Lambda's words: `exit status 1`, `signal: killed`.
  void process_ended(std::string_view how, base::Time now);

  // Whether an invocation is with the function or waits for it.
  bool busy() const { return running_ || !waiting_.empty(); }
  // Ends a process that has nothing to do, so that the next invocation finds a new one.
  void recycle();
  // Ends the process and drops all invocations unanswered: nobody waits for them any more.
  void forget();

  void advance(base::Time now);
  std::optional<base::Time> next_due() const;

 private:
  struct Pending {
    Invocation invocation;
    Done done;
    base::Time began;  // When the function took it; its arrival before that.
  };

  void next(base::Time now, http::Reply reply);
  void answer(std::string_view rest, http::Request request, base::Time now, http::Reply reply);
  void take_init_error(http::Request request, http::Reply reply);
  void hand_over(base::Time now);
  void finish(base::Time now, InvocationResult result);
  void fail_first_waiting(std::string_view type, std::string_view message);
  http::Response to_response(const Invocation& invocation) const;

  FunctionHost& host_;
  std::string function_arn_;
  std::deque<Pending> waiting_;
  std::optional<Pending> running_;
  std::optional<http::Reply> poll_;  // The function's `next` that has no invocation yet.
  bool started_ = false;
  bool ready_ = false;   // The process has asked for `next`, which ends its init phase.
  bool ending_ = false;  // Killed, and its end not yet told.
  std::string init_error_;
};

}  // namespace sandbox
