// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "http/server.h"
#include "sandbox/account.h"
#include "sandbox/process.h"
#include "sandbox/runtime.h"
#include "sandbox/timeline.h"

namespace sandbox {

struct HostSettings {
  Settings account;
  std::string address = "127.0.0.1";   // Where it listens.
  std::uint16_t port = 4566;           // 0: any free one.
  std::string function;                // Path of the executable that is the Lambda function.
  base::Duration retry_after{10'000};  // What the function is told: how long a push waits for a busy service.
  bool timeline = false;
  bool colour = false;
  std::function<void(std::string_view line)> write;  // Takes the timeline's lines.
};

// The account on a real port with a real function: one server for AWS's APIs and, under its own path, for the Runtime API;
// one timer for all that is due; one process for the function. All of it on the server's thread.
class Host final : http::Handler, FunctionHost {
 public:
  Host(HostSettings settings, base::Clock& clock);
  ~Host() override;

  // Errors: Invalid where the port is in use, saying what to do.
  [[nodiscard]] base::Result<void> listen();
  std::uint16_t port() const { return server_->port(); }
  // Before run(): begins as the account whose state this is. Errors: Invalid, naming the line.
  [[nodiscard]] base::Result<void> restore(std::istream& state);
  // Serves until SIGINT or SIGTERM. The function ends with it.
  void run();

 private:
  void handle(http::Request request, http::Reply reply) override;
  std::shared_ptr<http::BodySink> receive(const http::Request& head) override;
  base::Result<void> start() override;
  void kill() override;
  void platform_line(base::Time now, const std::string& line) override;

  // The time of the account: the clock's, and as far ahead of it as somebody has moved it.
  base::Time now() { return clock_.now() + ahead_; }
  void begin_anew();
  void handle_runtime(http::Request request, http::Reply reply);
  void move_clock(const http::Request& request, http::Reply reply);
  void move_on();
  void jump_to(base::Time time);
  void invoke(Invocation invocation, Runtime::Done done);
  void take_line(const std::string& stream, std::string line);
  void process_ended(Exit exit);
  // Lets happen what is due, and sets the timer for what will be.
  void settle();

  // Somebody waits until that time is reached.
  struct Move {
    base::Time until;
    http::Reply reply;
  };

  HostSettings settings_;
  base::Clock& clock_;
  base::Duration ahead_{0};
  std::optional<Move> move_;
  unsigned invoking_ = 0;  // Invocations on their way to runtime_.
  Timeline timeline_;
  std::string log_group_;
  std::string log_stream_;  // Of the process that runs, or ran last.
  Runtime runtime_;
  Account account_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<Process> process_;  // Last: its thread posts to the server.
};

}  // namespace sandbox
