// SPDX-License-Identifier: Apache-2.0
#include "sandbox/watch.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "http/client.h"
#include "sandbox/ask.h"
#include "sandbox/picture.h"
#include "sandbox/timeline.h"

namespace sandbox {
namespace {

constexpr int pause_ms = 100;
constexpr std::size_t width_min = 20;
constexpr std::size_t rows_min = 2 * Picture::height;  // Of a terminal that has room for it.

volatile std::sig_atomic_t stopped = 0;

void write_all(std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(STDOUT_FILENO, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

struct Size {
  std::size_t columns = 0;
  std::size_t rows = 0;
};
Size terminal_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return {};
  return {size.ws_col, size.ws_row};
}

// The lines at the end of the terminal that are drawn anew. Each change is one write, so that nobody sees half of it.
class Drawing {
 public:
  // Puts `above` where the drawing was, and these lines below.
  void draw(std::string_view above, const std::vector<std::string>& lines, std::size_t columns) {
    std::string text = wiping(columns);
    text += above;
    for (const auto& line : lines) text += line + "\n";
    if (!lines.empty() || !above.empty() || drawn_ > 0) write_all(text);
    drawn_ = lines.size();
    columns_ = columns;
  }

 private:
  // A terminal that was made narrower has broken the lines.
  std::string wiping(std::size_t columns) const {
    if (drawn_ == 0) return {};
    const auto each = columns == 0 || columns >= columns_ ? 1 : (columns_ + columns - 1) / columns;
    return fmt::format("\x1b[{}A\r\x1b[J", drawn_ * each);
  }

  std::size_t drawn_ = 0;
  std::size_t columns_ = 0;
};

// What the sandbox says of itself.
class Source {
 public:
  Source(std::uint16_t port, std::unique_ptr<http::Client> client, base::Clock& clock)
      : port_(port), client_(std::move(client)), clock_(clock) {}

  // Happenings since the last time; false if there is no answer.
  template <class Take>
  bool happenings(Take take) {
    auto text = get(fmt::format("/_sandbox/happenings?after={}", last_));
    if (!text) return false;
    for (std::string_view rest = *text; !rest.empty();) {
      const auto end = std::min(rest.find('\n'), rest.size());
      const auto line = base::parse_json(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (!line) continue;
      const auto at = base::parse_iso8601(base::string_member(*line, "time").value_or(""));
      last_ = base::int_member(*line, "number").value_or(last_);
      if (!at) continue;
      take(Happening{*at, std::string(base::string_member(*line, "kind").value_or("")),
                     std::string(base::string_member(*line, "text").value_or(""))});
    }
    return true;
  }
  std::optional<boost::json::value> pipeline() {
    const auto text = get("/_sandbox/pipeline");
    auto value = text ? base::parse_json(*text) : base::Result<boost::json::value>();
    if (!text || !value) return std::nullopt;
    return std::move(*value);
  }

 private:
  std::optional<std::string> get(std::string target) {
    return ask_sandbox(*client_, port_, std::move(target), clock_.instant() + std::chrono::seconds(5));
  }

  std::uint16_t port_;
  std::unique_ptr<http::Client> client_;
  base::Clock& clock_;
  std::int64_t last_ = 0;
};

// Standard input, as far as it is passed on.
class Passing {
 public:
  explicit Passing(bool on) : on_(on) {}
  bool ended() const { return ended_; }

  // Whole lines that have come, after waiting a moment for some.
  std::string take() {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    const auto ready = ::poll(&input, on_ && !ended_ ? 1 : 0, pause_ms);
    if (ready <= 0) return {};
    std::array<char, 8'192> bytes;
    const auto count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count < 0) return {};
    ended_ = count == 0;
    rest_.append(bytes.data(), static_cast<std::size_t>(count));
    const auto end = ended_ ? rest_.size() : rest_.rfind('\n') + 1;
    auto lines = rest_.substr(0, end);
    rest_.erase(0, end);
    return lines;
  }

 private:
  bool on_;
  bool ended_ = false;
  std::string rest_;
};

void stop_on_signals() {
  struct sigaction action{};
  action.sa_handler = [](int) { stopped = 1; };
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

int watch(std::uint16_t port, bool colour) {
  base::SystemClock clock;
  auto client = http::make_client({}, clock);
  if (!client) {
    fmt::print(stderr, "caretaker-sandbox watch: {}\n", client.error().message);
    return EXIT_FAILURE;
  }
  stop_on_signals();
  const bool terminal = ::isatty(STDOUT_FILENO) != 0;
  const bool alone = ::isatty(STDIN_FILENO) != 0;
  Source source(port, std::move(*client), clock);
  Passing passing(!alone);
  Picture picture;
  Drawing drawing;
  std::string above;
  Timeline timeline(clock.now(), colour, [&above](std::string_view line) { above.append(line).append("\n"); });
  bool there = true;
  while (there && stopped == 0 && !passing.ended()) {
    above += passing.take();
    there = source.happenings([&](const Happening& happening) {
      picture.happened(happening);
      if (alone) timeline.happened(happening);
    });
    if (auto pipeline = terminal ? source.pipeline() : std::nullopt) picture.take(std::move(*pipeline));
    const auto size = terminal ? terminal_size() : Size();
    const bool room = size.columns >= width_min && size.rows >= rows_min;
    // The last column stays free: a terminal may break a line that fills it.
    drawing.draw(std::exchange(above, {}), room ? picture.lines(size.columns - 1, colour) : std::vector<std::string>(),
                 size.columns);
  }
  drawing.draw({}, {}, terminal ? terminal_size().columns : 0);
  // What is still said is not to be lost with the sandbox.
  while (!alone && stopped == 0 && !passing.ended()) write_all(passing.take());
  if (there || !alone) return EXIT_SUCCESS;
  fmt::print(stderr, "caretaker-sandbox watch: the sandbox on port {} does not answer; --port names another\n", port);
  return EXIT_FAILURE;
}

}  // namespace sandbox
