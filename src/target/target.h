// SPDX-License-Identifier: Apache-2.0
#pragma once

// target/: what can be deployed to. One interface; one file a kind (app_runner.cc).

#include <memory>
#include <string>
#include <string_view>

#include "aws/caller.h"
#include "base/error.h"
#include "decide/facts.h"
#include "names/names.h"

namespace target {

// A service as it was described, with what its own kind needs in order to act on just that.
class Described {
 public:
  explicit Described(decide::Running seen) : running(std::move(seen)) {}
  Described(const Described&) = delete;
  Described& operator=(const Described&) = delete;
  virtual ~Described() = default;

  const decide::Running running;
};

// Where a service's own event log is, for people to read in its console.
struct EventLog {
  std::string group;
  std::string stream;
};

class Target {
 public:
  virtual ~Target() = default;

  // What runs now, and the newest operations. Errors: NotFound (no such service), Denied, Transient …
  virtual base::Result<std::unique_ptr<Described>> describe(const names::ServiceArn& service,
                                                            const aws::Deadline& deadline) = 0;
  // One cheap look whether all still stands as described. Errors: as describe().
  virtual base::Result<bool> unchanged(const names::ServiceArn& service, const Described& described,
                                       const aws::Deadline& deadline) = 0;

  // Both change what runs, are sent at most once, and return the operation's id. Errors: Conflict (busy or paused),
  // NotSent and Transient (certainly without effect), Unknown (it may have taken effect), Denied, NotFound, Invalid.
  virtual base::Result<std::string> update(const names::ServiceArn& service, const Described& described,
                                           std::string_view image, const aws::Deadline& deadline) = 0;
  virtual base::Result<std::string> redeploy(const names::ServiceArn& service, const aws::Deadline& deadline) = 0;

  virtual EventLog event_log(const names::ServiceArn& service) const = 0;
};

// AWS App Runner. Borrows `caller`.
std::unique_ptr<Target> make_app_runner(aws::Caller& caller);

}  // namespace target
