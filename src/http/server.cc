// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/read_size.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <csignal>
#include <cstdio>
#include <expected>
#include <optional>
#include <unordered_set>
#include <vector>

#include "http/feed.h"
#include "http/wire.h"

// The server's one translation unit of Beast and Asio.
namespace http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

// A refused request is read on for so long, and thrown away: closing at once would reset the connection, and the refusal
// might be lost on the way (RFC 9112 section 9.6).
constexpr std::chrono::seconds linger_time{2};
constexpr std::chrono::milliseconds accept_pause{50};
constexpr int backlog = 4096;
// Of a body that is taken or given piece by piece.
constexpr std::size_t piece_size = std::size_t{64} << 10;

// Handlers are not to throw; if one does, the others are not to suffer.
template <class Work>
bool guarded(Work&& work) {
  try {
    work();
    return true;
  } catch (const std::exception& error) {
    fmt::print(stderr, "http server: a handler threw: {}\n", error.what());
  } catch (...) {
    fmt::print(stderr, "http server: a handler threw\n");
  }
  return false;
}

// RFC 9112 section 3.2.1; section 3.2.4 for the asterisk.
bool is_origin_form(const Request& request) {
  const auto& target = request.target;
  if (target == "*") return request.method == "OPTIONS";
  return target.starts_with('/') && std::ranges::all_of(target, [](char c) { return c > ' ' && c <= '~'; });
}

// RFC 9112 section 6.3: where a body in another coding ends can't be known, and Beast takes it for none.
bool is_plain_or_chunked(const Headers& headers) {
  return std::ranges::all_of(headers, [](const auto& field) {
    return !beast::iequals(field.first, "Transfer-Encoding") || beast::iequals(field.second, "chunked");
  });
}

std::optional<Origin> parse_host(std::string_view host) {
  // A URL may go on behind its host.
  if (host.find_first_of("/?#") != std::string_view::npos) return std::nullopt;
  const auto url = parse_url("http://" + std::string(host));
  return url ? std::optional(url->origin) : std::nullopt;
}

class Session;

// Every open connection; the server's destructor ends them through this.
using Sessions = std::unordered_set<std::shared_ptr<Session>>;

// One connection: reads a request, hands it over, writes the answer, and so on. Kept alive by `sessions` until close().
class Session final : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, const ServerSettings& settings, Handler& handler, Sessions& sessions)
      : stream_(std::move(socket)),
        settings_(settings),
        handler_(handler),
        sessions_(sessions),
        buffer_(settings.head_max),
        feed_(settings.head_max) {}

  void read_head();
  void close();

 private:
  using Parser = beast::http::request_parser<beast::http::string_body>;
  using PieceParser = beast::http::request_parser<beast::http::buffer_body>;
  using AnyParser = beast::http::basic_parser<true>;
  using Through = bool (AnyParser::*)() const;
  using Then = std::move_only_function<void(error_code)>;
  // What a Reply holds. Gone unanswered, it closes the connection.
  class Ticket;

  void parse(AnyParser& parser, Through through, Then then);
  void take_head();
  void go_on();
  void read_body();
  void read_piece();
  void refuse(const error_code& error);
  std::expected<Request, std::string_view> take_request();
  void hand_over();
  void watch();
  bool asker_there();
  void answer(std::uint64_t number, Response response);
  void abandon(std::uint64_t number);
  void write(Response response, bool keep_alive);
  void write_piece();
  void written();
  void linger();
  void discard();

  beast::tcp_stream stream_;
  const ServerSettings& settings_;
  Handler& handler_;
  Sessions& sessions_;
  beast::flat_buffer buffer_;
  Feed feed_;
  std::optional<Parser> parser_;
  std::optional<PieceParser> piece_parser_;  // Takes over from parser_ where a sink takes the body.
  std::vector<char> piece_;
  Request request_;           // The one that is being read.
  std::uint64_t number_ = 0;  // Of the request in hand; an answer to another one comes too late.
  bool waiting_ = false;      // For the answer to it.
  bool handling_ = false;     // The handler is running.
  bool dropped_ = false;      // It let go of its reply.
  bool head_ = false;
  bool keep_alive_ = false;
  std::string out_head_;
  std::string out_body_;
  std::shared_ptr<BodySource> source_;
  std::uint64_t source_left_ = 0;  // Bytes that source_ still owes.
  std::array<char, 4096> discarded_;
};

class Session::Ticket {
 public:
  Ticket(std::weak_ptr<Session> session, std::uint64_t number) : session_(std::move(session)), number_(number) {}
  Ticket(Ticket&&) = delete;
  ~Ticket() {
    if (const auto session = session_.lock()) session->abandon(number_);
  }

  void answer(Response response) {
    if (const auto session = session_.lock()) session->answer(number_, std::move(response));
    session_.reset();
  }
  bool alive() const {
    const auto session = session_.lock();
    return session && session->waiting_ && session->number_ == number_ && session->asker_there();
  }

 private:
  std::weak_ptr<Session> session_;
  std::uint64_t number_;
};

void Session::read_head() {
  parser_.emplace();
  piece_parser_.reset();
  parser_->header_limit(settings_.head_max);
  // Whether the body may be long is known when the head has been read.
  parser_->body_limit(boost::none);
  // The whole head within the time: a client that sends a byte now and then doesn't hold the connection for ever.
  stream_.expires_after(settings_.idle);
  feed_ = Feed(settings_.head_max);
  parse(*parser_, &AnyParser::is_header_done, [this](error_code error) {
    if (error) return refuse(error);
    take_head();
  });
}

// Reads until the parser is through, or an error. Not by Beast's own reading, which feeds its parsers without a bound.
void Session::parse(AnyParser& parser, Through through, Then then) {
  error_code error;
  while (!error && !(parser.*through)()) error = feed_.step(parser, buffer_);
  if (error != beast::http::error::need_more) return then(error);
  const auto room = buffer_.prepare(beast::read_size(buffer_, piece_size));
  stream_.async_read_some(room, [self = shared_from_this(), &parser, through, then = std::move(then)](
                                    error_code failed, std::size_t count) mutable {
    self->buffer_.commit(count);
    if (failed) return then(failed);
    self->parse(parser, through, std::move(then));
  });
}

void Session::take_head() {
  auto request = take_request();
  if (!request) {
    const auto text = fmt::format("bad request: {}\n", request.error());
    return write({400, {{"Content-Type", "text/plain"}}, text}, false);
  }
  request_ = std::move(*request);
  if (parser_->is_done()) return hand_over();
  const bool fine = guarded([this] { request_.sink = handler_.receive(request_); });
  if (!fine) return write({500, {{"Content-Type", "text/plain"}}, "internal error\n"}, false);
  if (request_.sink) {
    piece_parser_.emplace(std::move(*parser_));
    piece_.resize(piece_size);
    return go_on();
  }
  if (parser_->content_length().value_or(0) > settings_.body_max) {
    return refuse(make_error_code(beast::http::error::body_limit));
  }
  parser_->body_limit(settings_.body_max);
  go_on();
}

// To the body, once the client that asks for it has been told to send it.
void Session::go_on() {
  if (!beast::iequals(request_.headers.get("Expect").value_or(""), "100-continue")) return read_body();
  static constexpr std::string_view answer = "HTTP/1.1 100 Continue\r\n\r\n";
  stream_.expires_after(settings_.idle);
  asio::async_write(stream_, asio::buffer(answer), [self = shared_from_this()](error_code failed, std::size_t) {
    if (failed) return self->close();
    self->read_body();
  });
}

void Session::read_body() {
  if (request_.sink) return read_piece();
  stream_.expires_after(settings_.idle);
  parse(*parser_, &AnyParser::is_done, [this](error_code error) {
    if (error) return refuse(error);
    request_.body = std::move(parser_->get().body());
    hand_over();
  });
}

void Session::read_piece() {
  auto& body = piece_parser_->get().body();
  body.data = piece_.data();
  body.size = piece_.size();
  stream_.expires_after(settings_.idle);
  parse(*piece_parser_, &AnyParser::is_done, [this](error_code error) {
    const auto count = piece_.size() - piece_parser_->get().body().size;
    // Also what came before a cut: the sender may want to go on from there.
    const bool fine = guarded([&] { request_.sink->take({piece_.data(), count}); });
    if (!fine) return write({500, {{"Content-Type", "text/plain"}}, "internal error\n"}, false);
    if (error == beast::http::error::need_buffer) return read_piece();
    if (error) return refuse(error);
    piece_ = {};
    hand_over();
  });
}

void Session::refuse(const error_code& error) {
  using HttpError = beast::http::error;
  const bool http = error.category() == make_error_code(HttpError::bad_version).category();
  if (!http || error == HttpError::end_of_stream || error == HttpError::partial_message) return close();
  const int status = error == HttpError::header_limit ? 431 : error == HttpError::body_limit ? 413 : 400;
  const auto what = status == 431
                        ? fmt::format("a head, chunk's line or trailer of more than {} bytes", settings_.head_max)
                        : error.message();
  head_ = false;
  request_ = {};
  write({status, {{"Content-Type", "text/plain"}}, fmt::format("bad request: {}\n", what)}, false);
}

// The request whose head was read, in our terms; or what is wrong, where it is HTTP but can't be meant for us.
std::expected<Request, std::string_view> Session::take_request() {
  keep_alive_ = parser_->keep_alive();
  const auto& message = parser_->get();
  head_ = message.method() == beast::http::verb::head;
  Request request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message) request.headers.add(std::string(field.name_string()), std::string(field.value()));
  if (!is_plain_or_chunked(request.headers)) return std::unexpected("its Transfer-Encoding is another than chunked");

  // RFC 9112 section 3.2: a target in absolute form says more than the Host field, but that must be there, once.
  const auto hosts = message.count(beast::http::field::host);
  if (hosts > 1 || (hosts == 0 && message.version() >= 11)) return std::unexpected("there must be one Host field");
  if (const auto host = request.headers.get("Host")) {
    auto origin = parse_host(*host);
    if (!origin) return std::unexpected("its Host field is not a host");
    request.origin = std::move(*origin);
  }
  if (is_origin_form(request)) return request;
  auto url = parse_url(request.target);
  if (!url) return std::unexpected("its target is neither a path nor a URL");
  request.origin = std::move(url->origin);
  request.target = std::move(url->target);
  return request;
}

void Session::hand_over() {
  const auto number = ++number_;
  waiting_ = true;
  handling_ = true;
  dropped_ = false;
  stream_.expires_never();
  const auto ticket = std::make_shared<Ticket>(weak_from_this(), number);
  Reply reply([ticket](Response response) { ticket->answer(std::move(response)); },
              [ticket] { return ticket->alive(); });
  const bool fine = guarded([&] { handler_.handle(std::exchange(request_, {}), std::move(reply)); });
  handling_ = false;
  if (!fine) return answer(number, {500, {{"Content-Type", "text/plain"}}, "internal error\n"});
  if (dropped_) return close();
  if (waiting_) watch();
}

// Notices when the asker goes while its answer is awaited. The reading comes back as well when the next request arrives
// early or this one has been answered; then there is nothing to do.
void Session::watch() {
  stream_.socket().async_wait(tcp::socket::wait_read, [self = shared_from_this(), number = number_](error_code error) {
    if (error || !self->waiting_ || number != self->number_) return;
    if (!self->asker_there()) self->close();
  });
}

bool Session::asker_there() {
  char byte = 0;
  const auto count = ::recv(stream_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count > 0 || (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR));
}

void Session::answer(std::uint64_t number, Response response) {
  if (!waiting_ || number != number_) return;
  waiting_ = false;
  write(std::move(response), keep_alive_);
}

void Session::abandon(std::uint64_t number) {
  if (!waiting_ || number != number_) return;
  // While the handler runs this may be its exception passing by, which is answered otherwise.
  if (handling_) {
    dropped_ = true;
  } else {
    close();
  }
}

void Session::write(Response response, bool keep_alive) {
  const bool has_body = !head_ && may_have_body(response.status);
  out_head_ = to_wire_head(response, {.head = head_, .keep_alive = keep_alive});
  out_body_ = has_body && !response.source ? std::move(response.body) : std::string();
  source_ = has_body ? std::move(response.source) : nullptr;
  source_left_ = source_ ? source_->size() : 0;
  keep_alive_ = keep_alive;
  const std::array buffers{asio::buffer(out_head_), asio::buffer(out_body_)};
  stream_.expires_after(settings_.idle);
  asio::async_write(stream_, buffers, [self = shared_from_this()](error_code error, std::size_t) {
    if (error) return self->close();
    self->write_piece();
  });
}

void Session::write_piece() {
  if (source_left_ == 0) return written();
  out_body_.clear();
  guarded([this] {
    out_body_ = source_->read(static_cast<std::size_t>(std::min<std::uint64_t>(source_left_, piece_size)));
  });
  // The length has been said already: all that is left is to let the asker see that this is not the whole.
  if (out_body_.empty() || out_body_.size() > source_left_) return close();
  source_left_ -= out_body_.size();
  stream_.expires_after(settings_.idle);
  asio::async_write(stream_, asio::buffer(out_body_), [self = shared_from_this()](error_code error, std::size_t) {
    if (error) return self->close();
    self->write_piece();
  });
}

void Session::written() {
  source_.reset();
  out_body_ = {};
  if (keep_alive_) return read_head();
  linger();
}

void Session::linger() {
  error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  stream_.expires_after(linger_time);
  discard();
}

void Session::discard() {
  stream_.async_read_some(asio::buffer(discarded_), [self = shared_from_this()](error_code error, std::size_t) {
    if (error) return self->close();
    self->discard();
  });
}

void Session::close() {
  waiting_ = false;
  request_ = {};
  source_.reset();
  error_code ignored;
  stream_.socket().close(ignored);
  stream_.cancel();
  sessions_.erase(shared_from_this());
}

class NetworkServer final : public Server {
 public:
  NetworkServer(ServerSettings settings, Handler& handler) : settings_(std::move(settings)), handler_(handler) {}
  ~NetworkServer() override {
    // So that a Reply that goes later finds nothing waiting for it.
    for (const auto& session : Sessions(sessions_)) session->close();
  }

  error_code open();
  std::uint16_t port() const override { return port_; }
  void run() override {
    accept();
    while (!guarded([&] { loop_.run(); })) {}
  }
  void stop() override { loop_.stop(); }
  void post(std::move_only_function<void()> work) override {
    asio::post(loop_, [work = std::move(work)]() mutable { guarded(work); });
  }
  void set_timer(base::Instant when, std::move_only_function<void()> due) override;
  void on_signal(std::move_only_function<void()> stopping) override;

 private:
  void accept();

  ServerSettings settings_;
  Handler& handler_;
  asio::io_context loop_{1};
  tcp::acceptor acceptor_{loop_};
  std::uint16_t port_ = 0;
  asio::steady_timer accept_again_{loop_};
  asio::steady_timer timer_{loop_};
  std::uint64_t timer_number_ = 0;
  std::optional<asio::signal_set> signals_;
  Sessions sessions_;
};

error_code NetworkServer::open() {
  error_code error;
  const tcp::endpoint endpoint(asio::ip::make_address(settings_.address, error), settings_.port);
  if (!error) acceptor_.open(endpoint.protocol(), error);
  // A server started anew is not to wait for the connections of the one before to be forgotten.
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(backlog, error);
  if (!error) port_ = acceptor_.local_endpoint(error).port();
  return error;
}

void NetworkServer::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error) {
      // Out of file descriptors, most likely: those who wait do so in the backlog until some connection ends.
      accept_again_.expires_after(accept_pause);
      accept_again_.async_wait([this](error_code cancelled) {
        if (!cancelled) accept();
      });
      return;
    }
    socket.set_option(tcp::no_delay(true), error);
    const auto session = std::make_shared<Session>(std::move(socket), settings_, handler_, sessions_);
    sessions_.insert(session);
    session->read_head();
    accept();
  });
}

void NetworkServer::set_timer(base::Instant when, std::move_only_function<void()> due) {
  timer_.expires_at(when);
  // A timer that has run out while it was being replaced still reports, and must not pass for the new one.
  timer_.async_wait([this, number = ++timer_number_, due = std::move(due)](error_code) mutable {
    if (number == timer_number_) guarded(due);
  });
}

void NetworkServer::on_signal(std::move_only_function<void()> stopping) {
  signals_.emplace(loop_, SIGINT, SIGTERM);
  signals_->async_wait([this, stopping = std::move(stopping)](error_code error, int) mutable {
    if (error) return;
    signals_.reset();
    guarded(stopping);
  });
}

}  // namespace

base::Result<std::unique_ptr<Server>> listen(const ServerSettings& settings, Handler& handler) {
  auto server = std::make_unique<NetworkServer>(settings, handler);
  if (const auto error = server->open(); error) {
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("listening on {} port {}: {}", settings.address, settings.port, error.message()));
  }
  return server;
}

}  // namespace http
