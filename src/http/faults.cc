// SPDX-License-Identifier: Apache-2.0
#include "http/faults.h"

#include <algorithm>

namespace http {
namespace {

using base::ErrorKind;
using base::fail;

std::string origin_text(const Request& request) {
  return (request.origin.tls ? "https://" : "http://") + request.origin.authority();
}

// One exchange under one fault.
class Course {
 public:
  Course(Client& client, const Request& request, const Limits& limits)
      : client_(client), request_(request), limits_(limits) {}

  base::Result<Response> operator()(const fault::Pass&) { return client_.send(request_, limits_); }
  base::Result<Response> operator()(const fault::Refuse&) {
    return fail(ErrorKind::NotSent, origin_text(request_) + ": connecting: Connection refused");
  }
  base::Result<Response> operator()(const fault::CutBefore&) {
    return fail(ErrorKind::Unknown, origin_text(request_) + ": sending: Connection reset by peer");
  }
  base::Result<Response> operator()(const fault::CutAfter&) {
    const auto lost = client_.send(request_, limits_);
    // What could not even be delivered fails as it would have without the cut.
    if (!lost) return lost;
    return fail(ErrorKind::Unknown,
                origin_text(request_) + ": reading the answer: the other side closed the connection");
  }
  base::Result<Response> operator()(const fault::Repeat&) {
    const auto first = client_.send(request_, limits_);
    if (!first) return first;
    return client_.send(request_, limits_);
  }
  base::Result<Response> operator()(const fault::Answer& answer) {
    if (answer.delivered) {
      const auto lost = client_.send(request_, limits_);
      if (!lost) return lost;
    }
    return answer.response;
  }
  base::Result<Response> operator()(const fault::Corrupt& corrupt) {
    auto response = client_.send(request_, limits_);
    if (response) corrupt.change(*response);
    return response;
  }

 private:
  Client& client_;
  const Request& request_;
  const Limits& limits_;
};

}  // namespace

Response html_503() {
  return {503,
          {{"Content-Type", "text/html"}, {"Retry-After", "1"}},
          "<html><head><title>503 Service Temporarily Unavailable</title></head><body><h1>503</h1></body></html>\n"};
}

bool FaultyClient::wait(base::Duration delay, const Limits& limits) {
  if (delay <= base::Duration::zero()) return true;
  const auto until = clock_.instant() + delay;
  return clock_.sleep_until(std::min(until, limits.deadline), limits.stop) && until < limits.deadline;
}

base::Result<Response> FaultyClient::send(const Request& request, const Limits& limits) {
  const auto fault = rule_(request);
  if (!wait(fault.delay_before, limits))
    return fail(ErrorKind::NotSent, origin_text(request) + ": no time was left to send");
  auto response = std::visit(Course(inner_, request, limits), fault.what);
  if (response && !wait(fault.delay_after, limits)) {
    return fail(ErrorKind::Unknown, origin_text(request) + ": reading the answer: the time was over");
  }
  return response;
}

}  // namespace http
