// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <boost/json/value.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "aws/operation.h"
#include "base/clock.h"
#include "base/error.h"
#include "http/client.h"

// The wire to AWS. This is the folder's front door; behind it stand, in reading order:
//
//   app_runner.h ecr.h s3.h sqs.h logs.h sts.h events.h lambda.h cloud_watch.h   the operations we use, one file a service: build, send, read
//   caller.h          one call with its repetitions; everything above goes through it
//   endpoint.h        where a service is: partitions, FIPS, dual stack, overrides, S3's addressing
//   shared_config.h   ~/.aws/config and ~/.aws/credentials; region.h: where we are
//   credentials.h     who we are, in Lambda; credential_chain.h: anywhere else, one file a source
//   sign.h            Signature Version 4, by its stages
//   service_error.h   what a service says when it refuses; classify.h: what that means for us
//   retry.h           how often and how soon again; clock_skew.h: AWS's clock against ours
//
// The requests and answers of each operation, as they are on the wire, lie in test/exchanges/ (see its README.md).
namespace aws {

// How long a call may take in all, its repetitions included.
struct Deadline {
  base::Instant at;
  std::stop_token stop;
};

// What the retry rules of the AWS SDKs' "standard" mode may spend.
struct RetrySettings {
  int attempts_max = 3;
  std::chrono::milliseconds attempt_timeout{10'000};  // For one attempt.
};

// Error::code where there were no credentials to ask with, which says nothing of what was asked for.
inline constexpr std::array<std::string_view, 2> no_credentials_codes = {"NoCredentials", "CredentialsUnavailable"};
inline bool lacks_credentials(const base::Error& error) {
  return std::ranges::find(no_credentials_codes, error.code) != no_credentials_codes.end();
}

// Carries calls to AWS: endpoint, credentials, signature, clock skew, classification of errors, and repetition by the AWS
// SDKs' standard retry rules (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html): at most
// three attempts, jittered exponential back-off, a token bucket, never past the deadline.
//
// An operation that is not `repeatable` is sent again only when no byte was sent, or AWS said it was throttled; a cut, a
// time-out, a 5xx or an unreadable success then comes back as ErrorKind::Unknown. Apart from these repetitions a call is sent
// once more, which is always safe since it was refused, when AWS named expired credentials, a wrong clock or another region.
// Where an attempt before the last may have taken effect, the kind is never Transient or NotSent but Unknown.
//
// Errors read `apprunner UpdateService: AccessDeniedException (message) request 7f…`, in one line, without payloads or
// secrets; Error::code is AWS's code, or AnswerTooLarge (http/client.h). Not thread-safe: one Caller a thread.
class Caller {
 public:
  // Borrowed, and used as long as the Caller lives.
  struct Parts {
    http::Client& client;
    base::Clock& clock;
    CredentialSource& credentials;
    const EndpointSettings& endpoints;
    std::function<double()> random;  // [0, 1), for the jitter.
    RetrySettings retry{};
  };
  explicit Caller(Parts parts);
  ~Caller();
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  // A JSON answer as it came and as it was read; `{}` where there was none, as SQS's often are.
  struct Answer {
    std::string text;
    boost::json::value tree;
  };

  // An operation of a service that speaks awsJson: `body` is the JSON input.
  base::Result<Answer> json(const Operation& operation, std::string_view region, std::string body,
                            const Deadline& deadline);

  // An operation of a service that speaks the query protocol, which is STS: `body` is a form. Returns the answer's body, which is
  // XML.
  base::Result<std::string> query(const Operation& operation, std::string_view region, std::string body,
                                  const Deadline& deadline);

  // A reading operation of a service that speaks restJson, which is Lambda: GET. Neither path nor parameters are encoded.
  base::Result<Answer> get(const Operation& operation, std::string_view region, std::string_view path,
                           const std::map<std::string, std::string>& query, const Deadline& deadline);

  // A request of S3, which speaks REST. Statuses below 300, and 304, are answers; others are errors. A bucket that turns out to be
  // in another region is found there, then and later.
  struct RestRequest {
    std::string method;
    std::string bucket;
    std::string key;                           // Not encoded.
    std::map<std::string, std::string> query;  // Not encoded.
    http::Headers headers;
    std::string body;
    std::size_t body_max = std::size_t{8} << 20;  // Of the answer.
  };
  base::Result<http::Response> rest(const Operation& operation, std::string_view region, RestRequest request,
                                    const Deadline& deadline);

  // How far AWS's clock is ahead of ours, to a second or so, as the newest answer told that did; none: none has yet.
  std::optional<base::Duration> clock_offset() const;

  // Opens connections to these services' endpoints and to the bucket's ahead of need, in parallel and best effort.
  void connect(std::span<const Service> services, std::string_view region, std::string_view bucket,
               const Deadline& deadline);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The error for a success that lacks what the operation always answers: `apprunner UpdateService: no OperationId in the
// answer`. Unknown if the operation is not repeatable, since it took effect; Transient otherwise.
std::unexpected<base::Error> malformed(const Operation& operation, std::string_view what);

}  // namespace aws
