// SPDX-License-Identifier: Apache-2.0
#include "aws/classify.h"

#include <gtest/gtest.h>

namespace aws {
namespace {

using enum base::ErrorKind;

constexpr Operation read_service{Service::AppRunner, "DescribeService", true, ""};
constexpr Operation change_service{Service::AppRunner, "UpdateService", false, ""};
constexpr Operation read_images{Service::Ecr, "DescribeImages", true, ""};
constexpr Operation read_object{Service::S3, "GetObject", true, ""};
constexpr Operation send{Service::Sqs, "SendMessage", true, ""};

struct Case {
  std::string_view name;
  const Operation& operation;
  int status;
  std::string_view code;
  Verdict want;
};

const Case cases[] = {
    {"throttled", read_service, 400, "ThrottlingException", {Transient, Cure::BackOff}},
    {"throttled: certainly without effect", change_service, 400, "ThrottlingException", {Transient, Cure::BackOff}},
    {"throttled by status", change_service, 429, "", {Transient, Cure::BackOff}},
    {"slow down", read_object, 503, "SlowDown", {Transient, Cure::BackOff}},
    {"SQS throttles", send, 400, "RequestThrottled", {Transient, Cure::BackOff}},
    {"its keys are throttled", send, 400, "KmsThrottled", {Transient, Cure::BackOff}},
    {"a limit that is a throttle", read_service, 400, "LimitExceededException", {Transient, Cure::BackOff}},
    {"a limit that is a limit", read_images, 400, "LimitExceededException", {Invalid}},

    {"fault", read_service, 500, "InternalServiceErrorException", {Transient, Cure::BackOff}},
    {"fault, perhaps with effect", change_service, 500, "InternalServiceErrorException", {Unknown}},
    {"fault without a code", read_service, 502, "", {Transient, Cure::BackOff}},
    {"fault without a code, perhaps with effect", change_service, 503, "", {Unknown}},
    {"fault with a client's status", change_service, 400, "InternalFailure", {Unknown}},
    {"fault of an unknown name", read_images, 500, "SomethingNew", {Transient, Cure::BackOff}},
    {"ECR's fault", read_images, 500, "ServerException", {Transient, Cure::BackOff}},
    {"the request came too slowly", read_object, 400, "RequestTimeout", {Transient, Cure::BackOff}},
    {"time-out by status", change_service, 408, "", {Unknown}},
    {"not implemented", read_object, 501, "NotImplemented", {Invalid}},

    {"busy", change_service, 400, "InvalidStateException", {Conflict}},
    {"written since", read_object, 412, "PreconditionFailed", {Conflict}},
    {"written at once", read_object, 409, "ConditionalRequestConflict", {Conflict}},
    {"precondition by status", read_object, 412, "", {Conflict}},

    {"no such service", read_service, 400, "ResourceNotFoundException", {NotFound}},
    {"no such repository", read_images, 400, "RepositoryNotFoundException", {NotFound}},
    {"no such key", read_object, 404, "NoSuchKey", {NotFound}},
    {"no such bucket", read_object, 404, "NoSuchBucket", {NotFound}},
    {"no such queue", send, 400, "QueueDoesNotExist", {NotFound}},
    {"no such thing, of a new name", read_service, 404, "SomethingNew", {NotFound}},
    {"somebody else's page", read_service, 404, "", {Transient, Cure::BackOff}},
    {"somebody else's page instead of S3's", read_object, 404, "", {Transient, Cure::BackOff}},
    {"somebody else's page, perhaps with effect", change_service, 404, "", {Unknown}},
    {"no such operation", read_service, 404, "UnknownOperationException", {Invalid}},

    {"denied", change_service, 400, "AccessDeniedException", {Denied}},
    {"denied by status", read_service, 403, "", {Denied}},
    {"a proxy wants a password", read_service, 407, "", {Denied}},
    {"unknown key", read_service, 400, "UnrecognizedClientException", {Denied}},
    {"archived", read_object, 403, "InvalidObjectState", {Invalid}},

    {"expired", change_service, 400, "ExpiredTokenException", {Transient, Cure::RenewCredentials}},
    {"expired, S3", read_object, 400, "ExpiredToken", {Transient, Cure::RenewCredentials}},
    {"skewed", read_object, 403, "RequestTimeTooSkewed", {Denied, Cure::CorrectClock}},
    {"skewed, elsewhere", change_service, 400, "RequestExpired", {Denied, Cure::CorrectClock}},
    {"perhaps skewed", change_service, 403, "InvalidSignatureException", {Denied, Cure::CorrectClock, true}},
    {"perhaps skewed, S3", read_object, 403, "SignatureDoesNotMatch", {Denied, Cure::CorrectClock, true}},

    {"elsewhere", read_object, 301, "PermanentRedirect", {Invalid, Cure::ChangeRegion}},
    {"elsewhere for now", read_object, 307, "TemporaryRedirect", {Invalid, Cure::ChangeRegion}},
    {"elsewhere, without a body", read_object, 301, "", {Invalid, Cure::ChangeRegion}},
    {"signed for another region", read_object, 400, "AuthorizationHeaderMalformed", {Invalid, Cure::ChangeRegion}},
    {"a redirect of a service that has none", read_service, 301, "", {Invalid}},

    {"not valid", change_service, 400, "InvalidRequestException", {Invalid}},
    {"not valid, by status", change_service, 400, "", {Invalid}},
    {"too large", change_service, 413, "RequestEntityTooLargeException", {Invalid}},
};

TEST(Classify, SortsRefusals) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Verdict verdict = classify(c.operation, c.status, c.code);
    EXPECT_EQ(to_string(verdict.kind), to_string(c.want.kind));
    EXPECT_EQ(verdict, c.want);
  }
}

}  // namespace
}  // namespace aws
