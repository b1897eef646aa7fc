// SPDX-License-Identifier: Apache-2.0
// The client's reading of answers, and of a proxy's to CONNECT. The input's first byte says what is asked (H: HEAD, P: POST, C: a
// tunnel, else GET), the next two where the rest of it, which is what the other side sends before it ends, is cut in three. What is
// taken is whole, within its limit and could be sent on; and it is the same where it comes in one piece.
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>

#include "fuzz/fuzz.h"
#include "fuzz/sockets.h"
#include "http/connection.h"
#include "http/wire.h"

namespace {

using base::ErrorKind;
using Pieces = std::array<std::string_view, 3>;

constexpr std::size_t body_max = 4096;

class Listening {
 public:
  Listening() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    auto address = fuzz::loopback(0);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    const bool listens = ::bind(fd_, any, size) == 0 && ::listen(fd_, 16) == 0 && ::getsockname(fd_, any, &size) == 0;
    fuzz::check(listens, "the other side listens");
    port_ = ntohs(address.sin_port);
  }
  std::uint16_t port() const { return port_; }

  // Sends the pieces to the next who connects, each so that it can be read by itself, and ends.
  void serve(const Pieces& pieces) const {
    const auto fd =
        static_cast<int>(fuzz::uninterrupted([&] { return ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC); }));
    fuzz::check(fd >= 0, "the client connects");
    fuzz::send_at_once(fd);
    bool first = true;
    for (const auto piece : pieces) {
      if (piece.empty()) continue;
      if (!std::exchange(first, false)) std::this_thread::sleep_for(std::chrono::microseconds(100));
      fuzz::send_all(fd, piece);
    }
    ::shutdown(fd, SHUT_WR);
    // Closing on what has not been read would reset the connection, and take back what was sent.
    fuzz::receive_all(fd);
    ::close(fd);
  }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

base::Result<http::Response> ask(const Listening& peer, char kind, const Pieces& pieces) {
  static const auto tls = http::make_amazon_tls_context();
  fuzz::check(tls.has_value(), "Amazon's authorities are read");
  const http::Origin here{false, "127.0.0.1", peer.port()};
  const http::Proxy proxy{here, {}};
  const auto route =
      kind == 'C' ? http::Route{{true, "sts.amazonaws.com", 443}, &proxy, *tls} : http::Route{here, nullptr, {}};
  // Nothing here takes so long; who still waits then waits for bytes that never come.
  const http::Until until{std::chrono::steady_clock::now() + std::chrono::seconds(8), {}};
  const std::jthread serving([&] { peer.serve(pieces); });
  auto connection = http::Connection::open(route, until);
  // Thousands a second use up all ports for a moment.
  while (!connection && connection.error().message.contains("connecting: ") && !until.over()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    connection = http::Connection::open(route, until);
  }
  if (!connection) return std::unexpected(connection.error());
  fuzz::check(kind != 'C', "nobody without a certificate is trusted");
  http::Request request{.origin = here, .method = kind == 'H' ? "HEAD" : kind == 'P' ? "POST" : "GET"};
  if (kind == 'P') request.body = "a";
  auto answer = (*connection)->exchange(request, body_max, until);
  fuzz::check(answer || !(*connection)->usable(), "a connection ends with what could not be read");
  return answer;
}

void check_error(char kind, const base::Error& error) {
  fuzz::check(!error.message.empty(), "an error says what is wrong");
  fuzz::check(!error.message.contains("the time was over"), "it comes back with the end of the bytes");
  const bool sent = error.kind == ErrorKind::Unknown || error.kind == ErrorKind::Invalid;
  fuzz::check(kind == 'C' ? error.kind == ErrorKind::NotSent : sent, "an error says whether the request was sent");
}

void check_response(char kind, const http::Response& response, std::string_view text) {
  const auto& [status, headers, body, source] = response;
  fuzz::check(status == 101 || (status >= 200 && status <= 999), "a status is one, and final");
  fuzz::check(body.size() <= body_max, "a body is within its limit");
  for (const auto& [name, value] : headers) fuzz::check(http::valid_field(name, value), "a field could be sent");
  const bool has_body = kind != 'H' && http::may_have_body(status);
  fuzz::check(has_body || body.empty(), "a body is there only where one may be");
  if (!has_body) return;
  const auto length = headers.get("Content-Length");
  if (headers.get("Transfer-Encoding")) {
    fuzz::check(!length, "a body does not end in two ways");
  } else if (length) {
    fuzz::check(std::strtoull(std::string(*length).c_str(), nullptr, 10) == body.size(),
                "a body is as long as it says");
  } else {
    fuzz::check(text.ends_with(body), "a body without an end of its own goes to the end");
  }
}

// Of a head that does not come at once, Beast looks at the lines only when it is whole: so what is wrong in it may be found
// before its end or never, and as something else.
bool are_same(const base::Result<http::Response>& a, const base::Result<http::Response>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->status == b->status && a->headers == b->headers && a->body == b->body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Listening peer;
  if (size < 3) return 0;
  const char kind = static_cast<char>(data[0]);
  const auto text = fuzz::text_of(data, size).substr(3);
  const auto [low, high] = std::minmax({text.size() * data[1] / 256, text.size() * data[2] / 256});
  const auto answer = ask(peer, kind, {text.substr(0, low), text.substr(low, high - low), text.substr(high)});
  if (answer) check_response(kind, *answer, text);
  if (!answer) check_error(kind, answer.error());
  const auto whole = ask(peer, kind, {text});
  fuzz::check(are_same(answer, whole), "what comes in pieces is the same");
  return 0;
}
