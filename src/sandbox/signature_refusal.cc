// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signature_refusal.h"

#include <utility>

namespace sandbox {
namespace {

struct Code {
  const char* code;
  int status;
};

Code json_code(SignatureFault fault) {
  switch (fault) {
    case SignatureFault::Missing: return {"MissingAuthenticationTokenException", 400};
    case SignatureFault::Incomplete: return {"IncompleteSignatureException", 400};
    case SignatureFault::UnknownKey:
    case SignatureFault::WrongToken: return {"UnrecognizedClientException", 400};
    case SignatureFault::WrongScope:
    case SignatureFault::Skewed:
    case SignatureFault::Expired:
    case SignatureFault::BodyMismatch:
    case SignatureFault::Mismatch: return {"InvalidSignatureException", 400};
  }
  return {"InvalidSignatureException", 400};
}

Code query_code(SignatureFault fault) {
  switch (fault) {
    case SignatureFault::Missing: return {"MissingAuthenticationToken", 403};
    case SignatureFault::Incomplete: return {"IncompleteSignature", 400};
    case SignatureFault::UnknownKey:
    case SignatureFault::WrongToken: return {"InvalidClientTokenId", 403};
    case SignatureFault::WrongScope:
    case SignatureFault::Skewed:
    case SignatureFault::Expired:
    case SignatureFault::BodyMismatch:
    case SignatureFault::Mismatch: return {"SignatureDoesNotMatch", 403};
  }
  return {"SignatureDoesNotMatch", 403};
}

Code s3_code(SignatureFault fault) {
  switch (fault) {
    case SignatureFault::Missing:
    case SignatureFault::Expired: return {"AccessDenied", 403};
    case SignatureFault::Incomplete:
    case SignatureFault::WrongScope: return {"AuthorizationHeaderMalformed", 400};
    case SignatureFault::UnknownKey: return {"InvalidAccessKeyId", 403};
    case SignatureFault::WrongToken: return {"InvalidToken", 400};
    case SignatureFault::Skewed: return {"RequestTimeTooSkewed", 403};
    case SignatureFault::BodyMismatch: return {"XAmzContentSHA256Mismatch", 400};
    case SignatureFault::Mismatch: return {"SignatureDoesNotMatch", 403};
  }
  return {"SignatureDoesNotMatch", 403};
}

}  // namespace

Refusal signature_refusal(SignatureFault fault, Protocol protocol, std::string message) {
  const Code code = protocol == Protocol::Json    ? json_code(fault)
                    : protocol == Protocol::Query ? query_code(fault)
                                                  : s3_code(fault);
  return {code.code, std::move(message), code.status, {}, {}};
}

}  // namespace sandbox
