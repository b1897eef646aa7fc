// SPDX-License-Identifier: Apache-2.0
#include "sandbox/init.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace sandbox {
namespace {

volatile pid_t child = 0;

void pass_on(int signal) { ::kill(child, signal); }

int exit_code(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

}  // namespace

int run_as_init(const std::function<int()>& serve) {
  if (::getpid() != 1) return serve();
  // A signal that comes before there is a child to pass it on to waits for it.
  sigset_t both;
  sigset_t before;
  ::sigemptyset(&both);
  ::sigaddset(&both, SIGINT);
  ::sigaddset(&both, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &both, &before);
  const pid_t pid = ::fork();
  if (pid < 0) {
    std::perror("caretaker-sandbox: fork");
    return EXIT_FAILURE;
  }
  if (pid == 0) {
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    return serve();
  }
  child = pid;
  struct sigaction action = {};
  action.sa_handler = pass_on;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  while (true) {
    int status = 0;
    const pid_t ended = ::wait(&status);
    if (ended == pid) return exit_code(status);
    if (ended < 0 && errno != EINTR) return EXIT_FAILURE;
  }
}

}  // namespace sandbox
