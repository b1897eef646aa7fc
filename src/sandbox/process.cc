// SPDX-License-Identifier: Apache-2.0
#include "sandbox/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <mutex>
#include <optional>
#include <utility>

namespace sandbox {
namespace {

constexpr std::size_t line_max = std::size_t{256} << 10;

// A file descriptor that is closed when its owner goes.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { close(); }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

struct Pipe {
  Descriptor read, write;
};

std::optional<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<char*> as_pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// What the child needs, made before the fork: between fork and exec only async-signal-safe calls are allowed.
struct ChildPlan {
  const char* path;
  char* const* arguments;
  char* const* environment;
  int output;
  int failure;  // Takes errno if the exec fails; closed by it if not.
  pid_t parent;
};

[[noreturn]] void become(const ChildPlan& plan) {
  constexpr int failure = 3;
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  // Ctrl-C in the sandbox's terminal is for the sandbox, which ends the function itself.
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const bool orphaned = ::getppid() != plan.parent;  // It ended before the call above.
  const int nothing = ::open("/dev/null", O_RDONLY);
  const bool wired = !orphaned && nothing >= 0 && ::dup2(plan.failure, failure) >= 0 &&
                     ::fcntl(failure, F_SETFD, FD_CLOEXEC) == 0 && ::dup2(nothing, STDIN_FILENO) >= 0 &&
                     ::dup2(plan.output, STDOUT_FILENO) >= 0 && ::dup2(STDOUT_FILENO, STDERR_FILENO) >= 0;
  if (wired) {
    // The server's sockets are not all close-on-exec.
    ::close_range(failure + 1, ~0U, 0);
    ::execve(plan.path, plan.arguments, plan.environment);
  }
  const int error = errno;
  [[maybe_unused]] const auto written = ::write(wired ? failure : plan.failure, &error, sizeof error);
  ::_exit(127);
}

base::ErrorKind kind_of(int error) {
  switch (error) {
    case ENOENT: return base::ErrorKind::NotFound;
    case EACCES: return base::ErrorKind::Denied;
    default: return base::ErrorKind::Invalid;
  }
}

Exit reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  if (WIFSIGNALED(status)) return {.status = 0, .signal = WTERMSIG(status)};
  return {.status = WEXITSTATUS(status), .signal = 0};
}

}  // namespace

// The reading end of the child's output, cut into lines. Thread-safe.
class Process::Output {
 public:
  Output(int fd, std::function<void(std::string)> line) : fd_(fd), line_(std::move(line)) {}
  int fd() const { return fd_.get(); }

  // Reads what is there without waiting; false at the end of the output.
  bool drain() {
    const std::lock_guard lock(mutex_);
    std::array<char, 16384> buffer;
    while (true) {
      const auto count = ::read(fd_.get(), buffer.data(), buffer.size());
      if (count > 0) {
        add({buffer.data(), static_cast<std::size_t>(count)});
      } else if (count == 0) {
        return false;
      } else if (errno != EINTR) {
        return errno == EAGAIN;
      }
    }
  }
  // The last line, which nothing ended.
  void finish() {
    const std::lock_guard lock(mutex_);
    if (!partial_.empty()) line_(std::exchange(partial_, {}));
  }

 private:
  void add(std::string_view text) {
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      partial_ += text.substr(0, end);
      line_(std::exchange(partial_, {}));
      text.remove_prefix(end + 1);
    }
    partial_ += text;
    if (partial_.size() >= line_max) line_(std::exchange(partial_, {}));
  }

  std::mutex mutex_;
  Descriptor fd_;
  std::function<void(std::string)> line_;
  std::string partial_;
};

std::string to_string(Exit exit) {
  if (exit.signal == SIGKILL) return "signal: killed";
  if (exit.signal != 0) return fmt::format("signal: {}", ::sigdescr_np(exit.signal));
  return fmt::format("exit status {}", exit.status);
}

base::Result<std::unique_ptr<Process>> Process::start(const Command& command, Events events) {
  std::vector<std::string> arguments = command.arguments;
  arguments.insert(arguments.begin(), command.path);
  std::vector<std::string> environment = command.environment;
  auto output = make_pipe();
  auto failure = make_pipe();
  if (!output || !failure) {
    return base::fail(base::ErrorKind::Transient, fmt::format("{}: no pipe: {}", command.path, ::strerror(errno)));
  }
  const auto argument_pointers = as_pointers(arguments);
  const auto environment_pointers = as_pointers(environment);
  const ChildPlan plan{command.path.c_str(), argument_pointers.data(), environment_pointers.data(),
                       output->write.get(),  failure->write.get(),     ::getpid()};
  const pid_t pid = ::fork();
  if (pid == 0) become(plan);
  if (pid < 0) {
    return base::fail(base::ErrorKind::Transient, fmt::format("{}: no process: {}", command.path, ::strerror(errno)));
  }
  Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  failure->write.close();
  int error = 0;
  const bool failed = ::read(failure->read.get(), &error, sizeof error) == sizeof error;
  if (failed || process.get() < 0) {
    if (!failed) error = errno;
    ::kill(pid, SIGKILL);
    reap(pid);
    return base::fail(kind_of(error), fmt::format("{}: can't be run: {}", command.path, ::strerror(error)));
  }
  ::fcntl(output->read.get(), F_SETFL, O_NONBLOCK);
  return std::unique_ptr<Process>(new Process(pid, process.release(), output->read.release(), std::move(events)));
}

Process::Process(pid_t pid, int process_fd, int output_fd, Events events)
    : pid_(pid), process_fd_(process_fd), output_(std::make_unique<Output>(output_fd, events.line)) {
  watcher_ = std::jthread([this, events = std::move(events)] { watch(events); });
}

Process::~Process() {
  kill();
  watcher_.join();
  ::close(process_fd_);
}

void Process::kill() { ::syscall(SYS_pidfd_send_signal, process_fd_, SIGKILL, nullptr, 0); }

void Process::flush() { output_->drain(); }

void Process::watch(const Events& events) {
  // The process's end counts, not the output's: a child of its own may hold the output open for ever.
  std::array<pollfd, 2> files{pollfd{process_fd_, POLLIN, 0}, pollfd{output_->fd(), POLLIN, 0}};
  while (files[0].revents == 0) {
    if (::poll(files.data(), files.size(), -1) < 0 && errno != EINTR) break;
    if (files[1].revents != 0 && !output_->drain()) files[1].fd = -1;
  }
  output_->drain();
  output_->finish();
  events.ended(reap(pid_));
}

}  // namespace sandbox
