// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"

namespace sandbox {

struct Command {
  std::string path;                      // Of the executable; not looked up in PATH.
  std::vector<std::string> arguments;    // Without the program's own name.
  std::vector<std::string> environment;  // All of it, as `NAME=value`: nothing is inherited.
};

// How a process ended: its exit status, or the signal that killed it.
struct Exit {
  int status = 0;
  int signal = 0;  // 0: it exited by itself.
  bool operator==(const Exit&) const = default;
};

// `exit status 3` or `signal: killed`, in Lambda's words.
std::string to_string(Exit exit);

// A child process whose output is read line by line. It inherits no file, no environment and no terminal signal, and the
// kernel kills it when the thread that started it ends, so that it never outlives the sandbox. Destroying a Process kills
// the child and waits for it.
class Process final {
 public:
  // Both are called on a thread of the Process's own, `line` also within flush(): `line` for each line of its output and error output, in the order
  // written and without the newline (a line above 256 KiB comes in pieces), then `ended`, once.
  struct Events {
    std::function<void(std::string)> line;
    std::function<void(Exit)> ended;
  };

  // Errors: NotFound, Denied or Invalid where the executable can't be run, naming it.
  [[nodiscard]] static base::Result<std::unique_ptr<Process>> start(const Command& command, Events events);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  // SIGKILL, as Lambda ends a function: `ended` follows. May be called from any thread and more than once.
  void kill();
  // Gives what has been written by now to `line`, on the caller's thread, before it returns. So whoever has an answer from
  // the child can have what the child said before it as well.
  void flush();

 private:
  class Output;
  Process(pid_t pid, int process_fd, int output_fd, Events events);
  void watch(const Events& events);

  pid_t pid_;
  int process_fd_;  // Refers to this child even after its pid has been given to another process.
  std::unique_ptr<Output> output_;
  std::jthread watcher_;
};

}  // namespace sandbox
