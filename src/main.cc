// SPDX-License-Identifier: Apache-2.0
// The command line, and the Lambda function where a Lambda service starts it. What comes from outside is read here and in
// process/, and the real parts are chosen here and in function/start.cc.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <stop_token>
#include <streambuf>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "aws/environment.h"
#include "aws/machine.h"
#include "base/clock.h"
#include "cli/cli.h"
#include "function/start.h"
#include "http/client.h"
#include "http/name_service.h"
#include "process/process.h"

namespace {

// How wide the terminal is; 0 for no terminal. COLUMNS, which a person may set, goes before what the terminal says.
int columns_of(const aws::Environment& environment, int descriptor) {
  const auto set = aws::variable(environment, "COLUMNS");
  int columns = 0;
  if (std::from_chars(set.data(), set.data() + set.size(), columns).ec == std::errc() && columns > 0) return columns;
  winsize size{};
  return ::isatty(descriptor) == 1 && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

// https://no-color.org and http://bixense.com/clicolors.
bool colours_of(const aws::Environment& environment, int descriptor) {
  if (!aws::variable(environment, "NO_COLOR").empty()) return false;
  const auto force = aws::variable(environment, "CLICOLOR_FORCE");
  if (!force.empty() && force != "0") return true;
  return ::isatty(descriptor) == 1 && aws::variable(environment, "TERM") != "dumb";
}

// Waits for SIGINT and SIGTERM in a thread of its own, from take() on.
class Interrupts {
 public:
  Interrupts() = default;
  ~Interrupts() {
    if (!waiting_.joinable()) return;
    done_ = true;
    ::pthread_kill(waiting_.native_handle(), SIGINT);
    waiting_.join();
  }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // To be called before other threads are started that would take the signals.
  std::stop_token take() {
    if (waiting_.joinable()) return stop_.get_token();
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGINT);
    ::sigaddset(&signals, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    waiting_ = std::thread([this, signals] {
      while (true) {
        int signal = 0;
        ::sigwait(&signals, &signal);
        if (done_) return;
        // Whoever asks twice does not want to wait for good order.
        if (!stop_.request_stop()) std::_Exit(130);
      }
    });
    return stop_.get_token();
  }

 private:
  std::stop_source stop_;
  std::atomic<bool> done_ = false;
  std::thread waiting_;
};

// Standard output as it was, that knows why it could not be written.
class Output final : public std::streambuf {
 public:
  explicit Output(std::ostream& stream) : stream_(stream), to_(stream.rdbuf(this)) {}
  ~Output() override { stream_.rdbuf(to_); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Writes what still waits. The reason why something is missing; nothing: all is there, or whoever read has gone.
  std::optional<std::string> trouble() {
    sync();
    if (!failed_ || is_unread()) return std::nullopt;
    return why_ != 0 ? std::generic_category().message(why_) : "can't be written";
  }
  // Whether whoever read has gone.
  bool is_unread() const { return failed_ && why_ == EPIPE; }

 private:
  int_type overflow(int_type c) override {
    if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
    errno = 0;
    const auto put = to_->sputc(traits_type::to_char_type(c));
    note(!traits_type::eq_int_type(put, traits_type::eof()));
    return put;
  }
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    errno = 0;
    const auto put = to_->sputn(text, size);
    note(put == size);
    return put;
  }
  int sync() override {
    errno = 0;
    const int done = to_->pubsync();
    note(done == 0);
    return done;
  }
  void note(bool well) {
    if (!well && !std::exchange(failed_, true)) why_ = errno;
  }

  std::ostream& stream_;
  std::streambuf* to_;
  bool failed_ = false;
  int why_ = 0;  // errno at the first failure.
};

// Lets nothing that is opened later become an input or output that the process was started without. Reading from the one and
// writing to the others fails as before.
void keep_closed() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // The lowest free number is taken, which is this one.
    if (::fcntl(descriptor, F_GETFD) == -1)
      static_cast<void>(::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY));
  }
}

int run_command(const aws::Environment& environment, std::vector<std::string> arguments) {
  base::SystemClock clock;
  Interrupts interrupts;
  return cli::run(std::move(arguments),
                  {.in = std::cin,
                   .out = std::cout,
                   .err = std::cerr,
                   .terminal = {.columns = columns_of(environment, STDOUT_FILENO),
                                .colours = colours_of(environment, STDOUT_FILENO),
                                .progress = ::isatty(STDERR_FILENO) == 1,
                                .input = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1},
                   .environment = environment,
                   .clock = clock,
                   .machine = aws::this_machine(clock),
                   .make_client =
                       [&](const std::string& ca_file) {
                         return http::make_client(process::client_settings(environment, ca_file), clock);
                       },
                   .new_id = process::new_id,
                   .random = process::new_random,
                   .take_interrupts = [&] { return interrupts.take(); }});
}

}  // namespace

int main(int argc, char** argv) {
  http::use_plain_name_service();
  const auto environment = process::read_environment();
  // Lambda starts the executable without arguments of ours, so the environment decides before any are looked at.
  if (const auto address = aws::variable(environment, "AWS_LAMBDA_RUNTIME_API"); !address.empty()) {
    return function::start(environment, address);
  }
  keep_closed();
  // Whoever reads may go at any time, and must not thereby end a command between what it wrote down and what it does.
  const auto on_broken_pipe = std::signal(SIGPIPE, SIG_IGN);
  Output output(std::cout);
  const int code = run_command(environment, std::vector<std::string>(argv + 1, argv + argc));
  // A full disk must not look like an answer to whoever reads the file.
  const auto trouble = output.trouble();
  if (output.is_unread() && std::signal(SIGPIPE, on_broken_pipe) != SIG_ERR) std::raise(SIGPIPE);
  if (!trouble) return code;
  std::cerr << "caretaker: standard output: " << *trouble << '\n';
  return 2;
}
