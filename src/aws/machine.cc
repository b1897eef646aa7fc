// SPDX-License-Identifier: Apache-2.0
#include "aws/machine.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <utility>

namespace aws {
namespace {

constexpr std::size_t file_max = std::size_t{1} << 20;
constexpr std::size_t output_max = std::size_t{64} << 10;
// Between two looks whether a program that has closed its output has ended as well.
constexpr auto between_looks = std::chrono::milliseconds(5);

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

std::string reason(int error) { return std::strerror(error); }

base::Result<std::string> read_whole(const std::string& path) {
  const auto refused = [&](int error) {
    const bool absent = error == ENOENT || error == ENOTDIR;
    return base::fail(absent ? base::ErrorKind::NotFound : base::ErrorKind::Invalid,
                      fmt::format("{}: {}", path, reason(error)));
  };
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return refused(errno);
  std::string text;
  std::array<char, 16384> piece{};
  while (true) {
    const auto read = ::read(file.number(), piece.data(), piece.size());
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return refused(errno);
    if (read == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(read));
    if (text.size() > file_max) return base::fail(base::ErrorKind::Invalid, path + ": larger than 1 MiB");
  }
}

// A program under way; ended, if it is not done, with this object.
class Program {
 public:
  explicit Program(base::Clock& clock) : clock_(clock) {}
  ~Program() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // 0, or why it could not be started.
  int start(const std::vector<std::string>& command, int output) {
    std::vector<char*> arguments;
    for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    // We may have blocked signals (Ctrl-C) that the program must be able to receive.
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    // And we ignore this one, by which it may have to learn that nobody reads any more.
    sigset_t broken_pipe;
    ::sigemptyset(&broken_pipe);
    ::sigaddset(&broken_pipe, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attributes, &broken_pipe);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    const int error = ::posix_spawnp(&process_, arguments[0], &files, &attributes, arguments.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&files);
    if (error != 0) process_ = 0;
    return error;
  }

  // How it ended, as waitpid says; nullopt if it had not at `deadline`.
  std::optional<int> wait(base::Instant deadline) {
    int status = 0;
    while (::waitpid(process_, &status, WNOHANG) == 0) {
      if (clock_.instant() >= deadline) return std::nullopt;
      clock_.sleep_for(between_looks, {});
    }
    process_ = 0;
    return status;
  }

 private:
  base::Clock& clock_;
  pid_t process_ = 0;
};

base::Result<std::string> run_program(const std::vector<std::string>& command, base::Instant deadline,
                                      base::Clock& clock) {
  const auto refused = [&](base::ErrorKind kind, std::string_view why) {
    return base::fail(kind, fmt::format("`{}` {}", command.front(), why));
  };
  const auto late = [&] { return refused(base::ErrorKind::Transient, "was not done in time"); };
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return refused(base::ErrorKind::Transient, reason(errno));
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  Program program(clock);
  if (const int error = program.start(command, writing.number()); error != 0)
    return refused(base::ErrorKind::Denied, "can't be started: " + reason(error));
  writing.close();

  std::string output;
  std::array<char, 4096> piece{};
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - clock.instant()).count();
    if (left <= 0) return late();
    pollfd wanted{.fd = reading.number(), .events = POLLIN, .revents = 0};
    const int ready = ::poll(&wanted, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    const auto read = ::read(reading.number(), piece.data(), piece.size());
    if (read <= 0) break;
    output.append(piece.data(), static_cast<std::size_t>(read));
    if (output.size() > output_max) return refused(base::ErrorKind::Denied, "prints more than 64 KiB");
  }
  const auto status = program.wait(deadline);
  if (!status) return late();
  if (WIFSIGNALED(*status))
    return refused(base::ErrorKind::Denied, fmt::format("was ended by signal {}", WTERMSIG(*status)));
  if (WEXITSTATUS(*status) != 0)
    return refused(base::ErrorKind::Denied, fmt::format("failed with exit code {}", WEXITSTATUS(*status)));
  return output;
}

}  // namespace

Machine this_machine(base::Clock& clock) {
  return {.read_file = read_whole, .run = [&clock](const std::vector<std::string>& command, base::Instant deadline) {
            return run_program(command, deadline, clock);
          }};
}

}  // namespace aws
