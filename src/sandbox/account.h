// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/server.h"
#include "sandbox/blob_store.h"
#include "sandbox/faults.h"
#include "sandbox/seed.h"

namespace sandbox {

// What a caller must sign with. A session token is demanded if one is set here, and refused if none is.
struct Credentials {
  std::string access_key_id = "sandbox";
  std::string secret_access_key = "sandbox";
  std::string session_token;
};

struct Settings {
  std::string account = "123456789012";
  std::string region = "us-east-1";
  std::chrono::milliseconds operation_time{3'000};  // How long an App Runner operation takes; a rollback as long again.
  bool verify_signatures = true;
  std::uint64_t seed = 1;  // For every id the account hands out.
  Credentials credentials;
  // What a service created without `AutoDeploymentsEnabled` gets. AWS documents true for a repository of the same account;
  // the walkthrough that the sandbox is made for leaves it out and expects a service that does not deploy by itself.
  bool auto_deployments_default = false;
  // Whether DescribeService shows the former configuration until an update has ended. AWS does not document which.
  bool describe_former = false;
  Seed planted;              // What is there from the start. Its account and region count only for whoever reads them.
  std::string rules = "[]";  // The first content of the rules object.
  unsigned function_concurrency = 1;                     // Invocations of the function at the same time.
  std::chrono::seconds function_timeout{60};             // An invocation without an answer fails then.
  std::shared_ptr<BlobStore> blobs = nullptr;            // Where image layers lie; in memory if none is given.
  std::size_t object_bytes_max = std::size_t{1} << 30U;  // What S3 keeps of objects, with all that belongs to them.
};

// What the event source mapping gives to the function, and what comes back.
struct Invocation {
  std::string request_id;
  std::string event;  // The JSON that Lambda sends for a batch of SQS messages.
  base::Time deadline;
};
struct InvocationResult {
  bool ok = false;
  std::string payload;  // The function's answer, or its error's JSON.
};
// Called from handle() or advance(), never inside a service's operation. The answer may be given at once or later, once;
// call advance() before giving it late, so that the account knows the time. Dropped unanswered, the invocation times out.
using Invoke = std::function<void(Invocation, std::move_only_function<void(InvocationResult)>)>;

// Something that happened in the account, for the timeline a person reads and for tests.
struct Happening {
  base::Time at;
  // `push`, `event`, `message`, `invocation`, `operation`, `service`, `log`, `object`, `stack`, `fault`; `caretaker`: a line
  // that the function wrote.
  std::string kind;
  std::string text;  // One line.
  bool operator==(const Happening&) const = default;
};
using Watch = std::function<void(const Happening&)>;

// One request that the account answered.
struct Call {
  base::Time at;
  std::string
      service;  // `apprunner`, `ecr`, `events`, `iam`, `logs`, `registry`, `s3`, `sqs`, `sts`; empty if unrecognised.
  std::string operation;  // `DescribeService`; empty if unrecognised.
  int status = 0;
  std::string error;  // The error's code; empty if there was none.
};

// What becomes of a deployment.
enum class DeploymentOutcome {
  Success,
  Rollback,  // ROLLBACK_IN_PROGRESS, then ROLLBACK_SUCCEEDED; RUNNING with the former configuration.
  Failure,   // FAILED; RUNNING with the former configuration.
};

// What is decided of deployments before they begin.
struct DeploymentFate {
  std::string tag;  // Of the image; empty: any.
  DeploymentOutcome outcome = DeploymentOutcome::Success;
  unsigned times = 0;                  // How many deployments; 0: all from now on.
  std::optional<base::Duration> time;  // How long the operation takes, where it is not the account's `operation_time`.
};

// An AWS account with Caretaker's stack deployed, in memory: a state machine over virtual time. It never looks at a clock
// and starts nothing: whoever owns it calls handle() with the requests that come in and advance() when next_due() has
// come. The server in main.cc sets one timer; a simulator jumps from one next_due() to the next.
// The same seed, requests and times give the same answers.
class Account final {
 public:
  Account(Settings settings, Invoke invoke, Watch watch = {});
  ~Account();

  // Answers one request, now or later (a long poll, from a later handle() or advance()). Whatever comes in gets an answer
  // in the shape that the service's clients expect for it. A `now` before an earlier one counts as that one.
  void handle(http::Request request, base::Time now, http::Reply reply);
  // As http::Handler::receive(): what takes the body of such a request while it arrives. It may outlive the account.
  std::shared_ptr<http::BodySink> receive(const http::Request& head, base::Time now);
  // Lets everything happen that is due by `now`, in order of time.
  void advance(base::Time now);
  std::optional<base::Time> next_due() const;

  // Puts a happening among the account's own, as whoever owns it sees it.
  void tell(base::Time now, std::string kind, std::string text);
  // Puts a line into CloudWatch Logs as the function's platform does, creating group and stream; without a happening.
  void write_log(base::Time now, const std::string& group, const std::string& stream, const std::string& line);
  // Deployments of images with this tag end like this from now on.
  void decide_deployments(std::string_view tag, DeploymentOutcome outcome);
  // A later decision about the same tag replaces an earlier one. Also `POST /_sandbox/deployments`.
  void decide_deployments(DeploymentFate fate);
  // App Runner works beneath that service for a while, and no operation tells of it. False: no such service runs. Also
  // `POST /_sandbox/maintenance`.
  bool maintain(std::string_view service_arn);
  // Makes something go wrong; the number takes it back. Also `/_sandbox/faults`.
  std::uint64_t add_fault(Fault fault);
  bool remove_fault(std::uint64_t number);
  void clear_faults();
  std::vector<Fault> faults() const;
  // Forgets everything: the account is as it was made, at the time it has reached. Also `POST /_sandbox/reset`.
  void reset();
  // All that the account holds, as JSON lines (state.h): what is told of it, long polls that wait and invocations under way
  // excepted; their messages are in flight. Also `GET /_sandbox/state`. Errors: Transient, no room on the disk.
  base::Result<std::shared_ptr<const Blob>> save() const;
  // Takes what save() gave, piece by piece, for restore(). Nothing changes yet.
  std::shared_ptr<http::BodySink> receive_state() const;
  // Becomes the account that was saved, at the time it was saved: whoever owns it goes on from time(). Also
  // `PUT /_sandbox/state`. Errors: Invalid, naming the line; the account is then as it was.
  base::Result<void> restore(http::BodySink& received);
  base::Time time() const;
  // How often the account was made anew, by reset() or restore(): whatever was begun for an earlier one is void.
  unsigned lives() const { return lives_; }
  // How far the times given to handle() and advance() are ahead of its clients' clocks: their signatures, and the Date of its
  // answers, count from those. Zero unless somebody has moved the time.
  void set_ahead(base::Duration ahead);
  // The last calls, oldest first; at most `call_log_max`. Also `GET /_sandbox/calls`, as JSON lines.
  std::vector<Call> calls() const;
  static constexpr std::size_t call_log_max = 10'000;

 private:
  class Impl;
  class Restoring;
  void replace(std::unique_ptr<Impl> next);
  void answer_with_state(const http::Request& request, http::Reply reply);

  Settings settings_;
  Invoke invoke_;
  Watch watch_;
  std::shared_ptr<BlobStore> blobs_;
  std::unique_ptr<Impl> impl_;
  unsigned lives_ = 0;
};

}  // namespace sandbox
