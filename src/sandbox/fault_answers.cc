// SPDX-License-Identifier: Apache-2.0
#include "sandbox/fault_answers.h"

#include <string>

namespace sandbox {
namespace {

Refusal throttled(Protocol protocol) {
  if (protocol == Protocol::Rest) return {"SlowDown", "Please reduce your request rate.", 503, {}, {}};
  if (protocol == Protocol::Query) return {"Throttling", "Rate exceeded", 400, {}, {}};
  return {"ThrottlingException", "Rate exceeded", 400, {}, {}};
}

// The code by which a service admits that it failed.
Refusal failed(Protocol protocol, std::string_view service) {
  const auto* message = "We encountered an internal error. Please try again.";
  if (protocol == Protocol::Rest) return {"InternalError", message, 500, {}, {}};
  if (service == "apprunner") return {"InternalServiceErrorException", message, 500, {}, {}};
  if (service == "ecr") return {"ServerException", message, 500, {}, {}};
  if (service == "logs") return {"ServiceUnavailableException", message, 500, {}, {}};
  return {"InternalFailure", message, 500, {}, {}};
}

Refusal expired(Protocol protocol) {
  if (protocol == Protocol::Rest) return {"ExpiredToken", "The provided token has expired.", 400, {}, {}};
  const auto* message = "The security token included in the request is expired";
  if (protocol == Protocol::Query) return {"ExpiredToken", message, 403, {}, {}};
  return {"ExpiredTokenException", message, 400, {}, {}};
}

}  // namespace

std::optional<Refusal> fault_refusal(const Fault& fault, Protocol protocol, std::string_view service) {
  switch (fault.kind) {
    case FaultKind::Throttle: return throttled(protocol);
    case FaultKind::ServerError: return failed(protocol, service);
    case FaultKind::Error: return Refusal{fault.code, fault.message, fault.status, {}, {}};
    case FaultKind::ExpiredCredentials: return expired(protocol);
    case FaultKind::Html:
    case FaultKind::CutBefore:
    case FaultKind::CutAfter:
    case FaultKind::Stall:
    case FaultKind::WrongBody:
    case FaultKind::TruncatedBody:
    case FaultKind::ClockSkew:
    case FaultKind::LoseEvent:
    case FaultKind::RepeatEvent:
    case FaultKind::DelayEvent:
    case FaultKind::ReorderEvents:
    case FaultKind::RepeatMessage: return std::nullopt;
  }
  return std::nullopt;
}

http::Response proxy_page() {
  return {503,
          {{"Content-Type", "text/html"}},
          "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n"
          "<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n</body>\r\n</html>\r\n"};
}

bool spoil(const Fault& fault, http::Response& response) {
  if (fault.kind == FaultKind::WrongBody) response.body = "<html><body>Please log in to this network.</body></html>";
  if (fault.kind == FaultKind::TruncatedBody) response.body.resize(response.body.size() / 2);
  return fault.kind == FaultKind::CutBefore || fault.kind == FaultKind::CutAfter;
}

}  // namespace sandbox
