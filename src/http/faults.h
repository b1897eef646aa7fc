// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "http/client.h"

// The network at its worst, as a test wants it.
namespace http {

// What becomes of one exchange.
namespace fault {

struct Pass {};       // Nothing happens to it.
struct Refuse {};     // No connection: nothing is delivered. NotSent.
struct CutBefore {};  // Cut while sending: nothing takes effect, but nobody knows. Unknown.
struct CutAfter {};   // Delivered, and cut before its answer. Unknown.
struct Repeat {};     // Delivered twice, as by a repeating middlebox; the second answer comes back.
struct Answer {       // Something else answers, a proxy say, with or without having delivered it.
  Response response;
  bool delivered = false;
};
struct Corrupt {  // Delivered; what it answers is changed on the way.
  std::function<void(Response&)> change;
};

}  // namespace fault

struct Fault {
  std::variant<fault::Pass, fault::Refuse, fault::CutBefore, fault::CutAfter, fault::Repeat, fault::Answer,
               fault::Corrupt>
      what;
  base::Duration delay_before{};  // Before it is sent; past the deadline it ends as NotSent.
  base::Duration delay_after{};   // Before its answer comes; past the deadline it ends as Unknown, though delivered.
};

// A 503 with an HTML page, as load balancers send it.
Response html_503();

// A Client whose exchanges go as `rule` says, asked once for each in turn. Borrows `inner` and `clock`, on which the delays
// pass.
class FaultyClient final : public Client {
 public:
  using Rule = std::function<Fault(const Request& request)>;

  FaultyClient(Client& inner, base::Clock& clock, Rule rule) : inner_(inner), clock_(clock), rule_(std::move(rule)) {}

  void set_rule(Rule rule) { rule_ = std::move(rule); }
  base::Result<Response> send(const Request& request, const Limits& limits) override;
  void connect(std::span<const Origin> origins, base::Instant deadline) override { inner_.connect(origins, deadline); }

 private:
  // Waits, but not past the deadline; false if it came.
  bool wait(base::Duration delay, const Limits& limits);

  Client& inner_;
  base::Clock& clock_;
  Rule rule_;
};

}  // namespace http
