// SPDX-License-Identifier: Apache-2.0
#include "http/connection.h"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <vector>

#include "http/feed.h"
#include "http/resolve.h"
#include "http/wire.h"

// The client's one translation unit of Beast and Asio.
namespace http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using base::ErrorKind;
using base::fail;
using boost::system::error_code;

constexpr std::uint32_t head_max = 256 << 10;             // S3 and AWS's load balancers stay far below. Trailers too.
constexpr std::size_t read_size = std::size_t{16} << 10;  // A TLS record.
constexpr std::size_t interim_max = 16;                   // 1xx answers before the real one.

// RFC 8305's advice for how long one address may keep quiet before the next is tried beside it.
constexpr std::chrono::milliseconds next_address_after{250};

// Whether the bytes of an answer were wrong, not merely missing.
bool is_garbage(const error_code& error) {
  using HttpError = beast::http::error;
  return error.category() == make_error_code(HttpError::bad_version).category() &&
         error != HttpError::partial_message && error != HttpError::end_of_stream;
}

class TcpConnection final : public Connection {
 public:
  explicit TcpConnection(const Route& route) : route_(route) {}

  // The whole of Connection::open().
  base::Result<void> start(const Until& until);
  bool usable() override;
  base::Result<Response> exchange(const Request& request, std::size_t body_max, const Until& until) override;

 private:
  using Parser = beast::http::response_parser<beast::http::string_body>;

  // Runs the loop until `done`; false if `until` came first.
  template <class Done>
  bool run(Done done, const Until& until);
  // Starts one asynchronous operation and runs it to its end. When its time is over the socket is closed, which ends the
  // operation as well, so that nothing of it is left behind; the error is then timed_out.
  template <class Start>
  error_code finish(Start start, const Until& until);
  // Calls `use` with the stream to read from and write to.
  template <class Use>
  void with_stream(Use use);

  base::Result<void> reach(const Until& until);
  error_code dial(const std::vector<asio::ip::address>& addresses, std::uint16_t port, const Until& until);
  base::Result<void> tunnel(const Until& until);
  base::Result<void> handshake(const Until& until);
  base::Result<std::string> wire(const Request& request) const;
  error_code write(std::string_view bytes, std::size_t& written, const Until& until);
  error_code read_some(const Until& until);
  error_code parse(beast::http::basic_parser<false>& parser, const Until& until);
  base::Result<Response> read_answer(bool to_head, std::size_t body_max, const Until& until);
  std::string describe(const error_code& error, const Until& until) const;

  Route route_;
  asio::io_context loop_{1};
  tcp::socket socket_{loop_};
  std::optional<asio::ssl::context> tls_context_;
  std::optional<asio::ssl::stream<tcp::socket&>> tls_;
  beast::flat_buffer buffer_;
  bool reusable_ = false;
};

template <class Done>
bool TcpConnection::run(Done done, const Until& until) {
  // The callback may come from another thread; it only wakes the loop, which then sees the request to stop.
  const std::stop_callback wake(until.stop, [this] { asio::post(loop_, [] {}); });
  while (!done()) {
    if (until.over()) return false;
    loop_.restart();
    loop_.run_one_until(until.at);
  }
  return true;
}

template <class Start>
error_code TcpConnection::finish(Start start, const Until& until) {
  std::optional<error_code> result;
  start([&](error_code error, auto...) { result = error; });
  if (run([&] { return result.has_value(); }, until)) return *result;
  error_code ignored;
  socket_.close(ignored);
  loop_.restart();
  loop_.run();
  return asio::error::timed_out;
}

template <class Use>
void TcpConnection::with_stream(Use use) {
  if (tls_) {
    use(*tls_);
  } else {
    use(socket_);
  }
}

// Tries one address after the other; each gets a head start over the next, and the first that answers is taken. So a network
// where one protocol leads nowhere costs a moment, not the whole deadline.
error_code TcpConnection::dial(const std::vector<asio::ip::address>& addresses, std::uint16_t port,
                               const Until& until) {
  std::vector<tcp::socket> attempts;
  attempts.reserve(addresses.size());  // The loop's operations keep pointers to the sockets.
  std::optional<std::size_t> winner;
  std::size_t failed = 0;
  error_code error = asio::error::timed_out;
  while (!winner && failed < addresses.size() && !until.over()) {
    Until patience = until;
    if (attempts.size() < addresses.size()) {
      const auto index = attempts.size();
      attempts.emplace_back(loop_).async_connect({addresses[index], port}, [&, index](error_code result) {
        if (!result && !winner) winner = index;
        if (result) {
          error = result;
          ++failed;
        }
      });
      if (attempts.size() < addresses.size()) {
        patience.at = std::min(until.at, std::chrono::steady_clock::now() + next_address_after);
      }
    }
    const auto failed_before = failed;
    run([&] { return winner || failed > failed_before; }, patience);
  }
  const error_code outcome = winner ? error_code() : until.over() ? error_code(asio::error::timed_out) : error;
  if (winner) socket_ = std::move(attempts[*winner]);
  attempts.clear();
  loop_.restart();
  loop_.run();
  return outcome;
}

base::Result<void> TcpConnection::start(const Until& until) {
  if (auto reached = reach(until); !reached) return reached;
  if (route_.origin.tls && route_.proxy) {
    if (auto made = tunnel(until); !made) return made;
  }
  if (route_.origin.tls) {
    if (auto shaken = handshake(until); !shaken) return shaken;
  }
  reusable_ = true;
  return {};
}

// Connects to the origin, or to the proxy before it.
base::Result<void> TcpConnection::reach(const Until& until) {
  const auto& next_hop = route_.proxy ? route_.proxy->origin : route_.origin;
  const auto addresses = resolve(next_hop.host, until);
  if (!addresses) return std::unexpected(addresses.error());
  if (const auto error = dial(*addresses, next_hop.port, until); error) {
    const auto via = route_.proxy ? "proxy " + next_hop.authority() + ": " : std::string();
    return fail(ErrorKind::NotSent, via + "connecting: " + describe(error, until));
  }
  error_code error;
  socket_.set_option(tcp::no_delay(true), error);
  if (!error) socket_.non_blocking(true, error);  // For usable(), which must not wait.
  if (error) return fail(ErrorKind::NotSent, "connecting: " + error.message());
  return {};
}

// RFC 9110 section 9.3.6.
base::Result<void> TcpConnection::tunnel(const Until& until) {
  const auto& proxy = *route_.proxy;
  const auto trouble = [&](std::string_view what) {
    return fail(ErrorKind::NotSent, fmt::format("proxy {}: CONNECT: {}", proxy.origin.authority(), what));
  };
  const auto& origin = route_.origin;
  const auto host = origin.host.contains(':') ? "[" + origin.host + "]" : origin.host;
  auto head = fmt::format("CONNECT {0}:{1} HTTP/1.1\r\nHost: {0}:{1}\r\n", host, origin.port);
  if (!proxy.authorization.empty()) head += fmt::format("Proxy-Authorization: {}\r\n", proxy.authorization);
  head += "\r\n";
  std::size_t written = 0;
  if (const auto error = write(head, written, until); error) return trouble(describe(error, until));
  beast::http::response_parser<beast::http::empty_body> parser;
  parser.header_limit(head_max);
  parser.skip(true);
  if (const auto error = parse(parser, until); error) return trouble(describe(error, until));
  if (const auto status = parser.get().result_int(); status / 100 != 2)
    return trouble(fmt::format("status {}", status));
  if (buffer_.size() != 0) return trouble("something follows its answer");
  return {};
}

base::Result<void> TcpConnection::handshake(const Until& until) {
  SSL_CTX_up_ref(route_.tls.get());  // Asio's context takes one reference over.
  tls_context_.emplace(route_.tls.get());
  tls_.emplace(socket_, *tls_context_);
  if (!expect_host(tls_->native_handle(), route_.origin.host)) {
    return fail(ErrorKind::NotSent, "TLS: not a name that a certificate can be for");
  }
  const auto error =
      finish([&](auto done) { tls_->async_handshake(asio::ssl::stream_base::client, std::move(done)); }, until);
  if (!error) return {};
  const auto certificate = certificate_trouble(tls_->native_handle());
  return fail(ErrorKind::NotSent, "TLS: " + (certificate.empty() ? describe(error, until) : certificate));
}

bool TcpConnection::usable() {
  if (!reusable_) return false;
  error_code error;
  char byte = 0;
  // A TLS connection may have session tickets to read, which are no data: this takes them in and then would wait.
  with_stream([&](auto& stream) { stream.read_some(asio::buffer(&byte, 1), error); });
  return error == asio::error::would_block || error == asio::error::try_again;
}

error_code TcpConnection::write(std::string_view bytes, std::size_t& written, const Until& until) {
  return finish(
      [&](auto done) {
        with_stream([&](auto& stream) {
          asio::async_write(stream, asio::buffer(bytes), [&written, done](error_code error, std::size_t count) mutable {
            written = count;
            done(error);
          });
        });
      },
      until);
}

error_code TcpConnection::read_some(const Until& until) {
  std::size_t count = 0;
  const auto error = finish(
      [&](auto done) {
        with_stream([&](auto& stream) {
          stream.async_read_some(buffer_.prepare(read_size),
                                 [&count, done](error_code result, std::size_t read) mutable {
                                   count = read;
                                   done(result);
                                 });
        });
      },
      until);
  buffer_.commit(count);
  return error;
}

// Reads until the parser has a whole message.
error_code TcpConnection::parse(beast::http::basic_parser<false>& parser, const Until& until) {
  Feed feed(head_max);
  while (!parser.is_done()) {
    error_code error = feed.step(parser, buffer_);
    if (!error) continue;
    if (error != beast::http::error::need_more) return error;
    const auto end = read_some(until);
    // The end is the message's end where neither a length nor chunks say otherwise.
    if (end == asio::error::eof && parser.got_some()) {
      parser.put_eof(error);
      return error;
    }
    if (end) return end;
  }
  return {};
}

// A proxy for plain HTTP is asked by itself; one for TLS was asked for the tunnel and hears no more.
base::Result<std::string> TcpConnection::wire(const Request& request) const {
  if (!route_.proxy || route_.origin.tls) return to_wire(request);
  if (route_.proxy->authorization.empty()) return to_wire(request, true);
  Request authorized = request;
  authorized.headers.set("Proxy-Authorization", route_.proxy->authorization);
  return to_wire(authorized, true);
}

base::Result<Response> TcpConnection::exchange(const Request& request, std::size_t body_max, const Until& until) {
  const auto bytes = wire(request);
  if (!bytes) return std::unexpected(bytes.error());
  if (until.over()) return fail(ErrorKind::NotSent, "no time was left to send");
  reusable_ = false;
  std::size_t written = 0;
  const auto error = write(*bytes, written, until);
  // Under TLS the bytes counted are not the bytes that left.
  if (error && written == 0 && !tls_) return fail(ErrorKind::NotSent, "sending: " + describe(error, until));
  auto response = read_answer(request.method == "HEAD", body_max, until);
  // A server that refuses a request halfway answers and closes; its answer says more than the write that broke.
  if (error && !response) return fail(ErrorKind::Unknown, "sending: " + describe(error, until));
  if (error) reusable_ = false;
  return response;
}

base::Result<Response> TcpConnection::read_answer(bool to_head, std::size_t body_max, const Until& until) {
  for (std::size_t interim = 0; interim < interim_max; ++interim) {
    Parser parser;
    parser.header_limit(head_max);
    parser.body_limit(body_max);
    parser.skip(to_head);
    if (const auto error = parse(parser, until); error) {
      if (!is_garbage(error)) return fail(ErrorKind::Unknown, "reading the answer: " + describe(error, until));
      if (error == beast::http::error::body_limit) {
        return fail(ErrorKind::Invalid, "AnswerTooLarge", fmt::format("the answer is larger than {} bytes", body_max));
      }
      return fail(ErrorKind::Invalid, "the answer is not HTTP: " + error.message());
    }
    const bool keep_alive = parser.keep_alive();
    auto message = parser.release();
    const auto status = static_cast<int>(message.result_int());
    // Beast takes any three digits; RFC 9110 section 15 has none below 100.
    if (status < 100) return fail(ErrorKind::Invalid, fmt::format("the answer is not HTTP: status {:03}", status));
    if (status / 100 == 1 && status != 101) continue;
    reusable_ = keep_alive && buffer_.size() == 0;
    Response response{status, {}, std::move(message.body())};
    for (const auto& field : message)
      response.headers.add(std::string(field.name_string()), std::string(field.value()));
    return response;
  }
  return fail(ErrorKind::Invalid, "the answer is not HTTP: too many interim answers");
}

std::string TcpConnection::describe(const error_code& error, const Until& until) const {
  if (until.stop.stop_requested()) return "stopped";
  if (error == asio::error::timed_out && until.over()) return "the time was over";
  if (error == asio::error::eof || error == beast::http::error::end_of_stream)
    return "the other side closed the connection";
  if (error == beast::http::error::partial_message || error == asio::ssl::error::stream_truncated) {
    return "the other side closed the connection halfway";
  }
  return error.message();
}

}  // namespace

base::Result<std::unique_ptr<Connection>> Connection::open(const Route& route, const Until& until) {
  auto connection = std::make_unique<TcpConnection>(route);
  if (auto opened = connection->start(until); !opened) return std::unexpected(std::move(opened.error()));
  return connection;
}

}  // namespace http
