// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "http/message.h"

namespace http {

// Answers one request, once; may be kept and called later, on the server's thread, also when the server or the asker is gone:
// it then does nothing. Dropped uncalled, it closes the connection, which is what an asker sees of a cut.
class Reply {
 public:
  using Send = std::move_only_function<void(Response)>;
  explicit Reply(Send send, std::move_only_function<bool()> alive = {})
      : send_(std::move(send)), alive_(std::move(alive)) {}
  void operator()(Response response) { send_(std::move(response)); }
  // False once the asker is known to be gone: a long poll then has nobody to give its messages to.
  bool alive() { return !alive_ || alive_(); }

 private:
  Send send_;
  std::move_only_function<bool()> alive_;
};

class Handler {
 public:
  virtual ~Handler() = default;
  // Called on the server's one thread, one request at a time; may answer later. Must not throw: what escapes becomes a
  // 500 and is logged.
  virtual void handle(Request request, Reply reply) = 0;
  // Called with a request's head when a body follows. What is returned takes the body, of any size, and comes back as
  // Request::sink; nullptr: it is gathered in Request::body, up to ServerSettings::body_max.
  virtual std::shared_ptr<BodySink> receive(const Request&) { return nullptr; }
};

struct ServerSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                         // 0: any free one; see Server::port().
  std::uint32_t head_max = 64 << 10;              // In bytes; a larger head, chunk's line or trailer gets a 431,
  std::size_t body_max = std::size_t{128} << 20;  // a larger body a 413.
  // A connection is closed when so long no request has come whole, when a body takes longer than that, or an answer is not
  // taken for so long; of a body or answer in pieces, when a piece takes longer. An answer may be given as late as the
  // handler likes.
  std::chrono::milliseconds idle{60'000};
};

// HTTP/1.1 server on one thread: everything (handler, timers, posted work) runs inside run(), so a handler needs no locks.
// Thousands of open long polls cost only memory. `Expect: 100-continue`, chunked bodies, keep-alive and pipelined requests
// (one after the other) are handled; what is no HTTP is answered by 400 and closed.
class Server {
 public:
  // Closes every connection. Replies that are still kept somewhere do nothing from then on.
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  // Serves until stop(), which may have come before. Once.
  virtual void run() = 0;
  virtual void stop() = 0;                                      // From any thread.
  virtual void post(std::move_only_function<void()> work) = 0;  // From any thread: runs soon, on the server's thread.
  // One timer: `due` runs at `when`. Setting it again replaces it. On the server's thread, or before run().
  virtual void set_timer(base::Instant when, std::move_only_function<void()> due) = 0;
  // Before run(): runs `stopping` on the first SIGINT or SIGTERM instead of ending the process; a second one ends it.
  virtual void on_signal(std::move_only_function<void()> stopping) = 0;
};

// Binds and listens; requests that come before run() wait. Borrows `handler`. Errors: Invalid (port in use, no such address),
// naming both.
base::Result<std::unique_ptr<Server>> listen(const ServerSettings& settings, Handler& handler);

}  // namespace http
