// SPDX-License-Identifier: Apache-2.0
#include "aws/classify.h"

#include <algorithm>
#include <array>

namespace aws {
namespace {

using base::ErrorKind;
using Codes = std::string_view;

template <std::size_t N>
constexpr bool holds(const std::array<Codes, N>& codes, std::string_view code) {
  return std::ranges::find(codes, code) != codes.end();
}

// Refused before any work was done.
constexpr std::array<Codes, 16> throttled = {"Throttling",
                                             "ThrottlingException",
                                             "ThrottledException",
                                             "RequestThrottledException",
                                             "RequestThrottled",
                                             "TooManyRequestsException",
                                             "TooManyRequests",
                                             "ProvisionedThroughputExceededException",
                                             "TransactionInProgressException",
                                             "RequestLimitExceeded",
                                             "BandwidthLimitExceeded",
                                             "SlowDown",
                                             "PriorRequestNotComplete",
                                             "EC2ThrottledException",
                                             "KmsThrottled",
                                             "KMS.ThrottlingException"};

constexpr std::array<Codes, 10> server_faults = {
    "InternalError",           "InternalFailure",      "InternalServerError",         "InternalServiceErrorException",
    "ServerException",         "ServiceUnavailable",   "ServiceUnavailableException", "RequestTimeout",
    "RequestTimeoutException", "IDPCommunicationError"};

constexpr std::array<Codes, 7> conflicts = {
    "InvalidStateException",     "PreconditionFailed", "ConditionalRequestConflict", "OperationAborted",
    "ResourceConflictException", "ConflictException",  "ResourceInUseException"};

constexpr std::array<Codes, 8> absences = {"ResourceNotFoundException",
                                           "RepositoryNotFoundException",
                                           "ImageNotFoundException",
                                           "NoSuchKey",
                                           "NoSuchBucket",
                                           "NoSuchVersion",
                                           "QueueDoesNotExist",
                                           "AWS.SimpleQueueService.NonExistentQueue"};

constexpr std::array<Codes, 20> denials = {"AccessDenied",
                                           "AccessDeniedException",
                                           "AllAccessDisabled",
                                           "AccountProblem",
                                           "AuthFailure",
                                           "IncompleteSignature",
                                           "IncompleteSignatureException",
                                           "InvalidAccessKeyId",
                                           "InvalidClientTokenId",
                                           "InvalidSignatureException",
                                           "InvalidToken",
                                           "InvalidSecurity",
                                           "KmsAccessDenied",
                                           "MissingAuthenticationToken",
                                           "MissingAuthenticationTokenException",
                                           "NotAuthorized",
                                           "OptInRequired",
                                           "SignatureDoesNotMatch",
                                           "UnauthorizedOperation",
                                           "UnrecognizedClientException"};

constexpr std::array<Codes, 3> expirations = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"};

constexpr std::array<Codes, 3> clock_certain = {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"};
constexpr std::array<Codes, 3> clock_possible = {"InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"};

constexpr std::array<Codes, 4> elsewhere = {"PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed",
                                            "IllegalLocationConstraintException"};

// Client faults whose status would say otherwise: 403 for an archived object, 404 for an operation that does not exist.
constexpr std::array<Codes, 2> never_possible = {"InvalidObjectState", "UnknownOperationException"};

// The SDKs count LimitExceededException among the throttles; for ECR it is a hard limit.
bool is_throttled(Service service, int status, std::string_view code) {
  if (code == "LimitExceededException") return service != Service::Ecr;
  return status == 429 || holds(throttled, code);
}

// Nobody can say whether it took effect.
Verdict server_fault(const Operation& operation) {
  return operation.repeatable ? Verdict{ErrorKind::Transient, Cure::BackOff} : Verdict{ErrorKind::Unknown};
}

Verdict by_status(const Operation& operation, int status, bool has_code) {
  const bool s3 = operation.service == Service::S3;
  if (status == 401 || status == 403 || status == 407) return {ErrorKind::Denied};
  if (status == 409 || status == 412) return {ErrorKind::Conflict};
  // AWS names a code with every absence. A 404 without one is the page of somebody in between, and says nothing.
  if (status == 404) return has_code ? Verdict{ErrorKind::NotFound} : server_fault(operation);
  if (s3 && (status == 301 || status == 307)) return {ErrorKind::Invalid, Cure::ChangeRegion};
  return {ErrorKind::Invalid};
}

}  // namespace

Verdict classify(const Operation& operation, int status, std::string_view code) {
  if (is_throttled(operation.service, status, code)) return {ErrorKind::Transient, Cure::BackOff};
  if (holds(server_faults, code)) return server_fault(operation);
  if (holds(conflicts, code)) return {ErrorKind::Conflict};
  if (holds(absences, code)) return {ErrorKind::NotFound};
  // Whoever comes later has others: a Lambda process dies with its own.
  if (holds(expirations, code)) return {ErrorKind::Transient, Cure::RenewCredentials};
  if (holds(clock_certain, code)) return {ErrorKind::Denied, Cure::CorrectClock};
  if (holds(clock_possible, code)) return {ErrorKind::Denied, Cure::CorrectClock, true};
  if (holds(denials, code)) return {ErrorKind::Denied};
  if (operation.service == Service::S3 && holds(elsewhere, code)) return {ErrorKind::Invalid, Cure::ChangeRegion};
  if (holds(never_possible, code)) return {ErrorKind::Invalid};
  // 501 and 505 say that the request itself can't be served.
  if (status >= 500 && status != 501 && status != 505) return server_fault(operation);
  if (status == 408) return server_fault(operation);
  return by_status(operation, status, !code.empty());
}

}  // namespace aws
