// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "sandbox/state.h"

namespace sandbox {

// What can be made to go wrong. The first group befalls requests, the second signatures, the third events and messages.
enum class FaultKind {
  Throttle,       // Refused as that service throttles: `ThrottlingException`, S3's 503 `SlowDown`. No effect.
  ServerError,    // 500 in the service's own shape. No effect.
  Html,           // 503 with a proxy's page instead of an answer. No effect.
  Error,          // Refused with `code`, `message` and `status`. No effect.
  CutBefore,      // The connection is closed without an answer and without an effect.
  CutAfter,       // The same after the effect.
  Stall,          // The effect at once, the answer after `delay`.
  WrongBody,      // The effect, and another body than the answer's.
  TruncatedBody,  // The effect, and the first half of the answer's body.

  ExpiredCredentials,  // ExpiredTokenException; S3: ExpiredToken.
  ClockSkew,           // AWS's clock is `delay` ahead, also in the Date of its answers, so clients can correct it.

  LoseEvent,      // An event never reaches the target that it matched.
  RepeatEvent,    // It reaches it twice.
  DelayEvent,     // It reaches it after `delay`.
  ReorderEvents,  // It reaches it after the next one, or after `delay` if there is none until then.
  RepeatMessage,  // A message that was deleted is delivered once more.
};
// `throttle`, `cut-before`; and back.
std::string_view to_string(FaultKind kind);
std::optional<FaultKind> fault_kind(std::string_view name);

struct Fault {
  FaultKind kind = FaultKind::Throttle;
  std::string service;    // As signatures name it: `apprunner`; empty: any. Requests only.
  std::string operation;  // `UpdateService`; empty: any. Requests only.
  std::string queue;      // Empty: any. Events and messages only.
  unsigned times = 1;     // How often it strikes; 0: until it is taken back.
  unsigned every = 1;     // Every how manyth of those that fit.
  std::string code;       // Error only.
  std::string message;    // Error only.
  int status = 400;       // Error only.
  base::Duration delay{10'000};
  std::uint64_t number = 0;  // Given by Faults::add.
  std::uint64_t met = 0;     // How many fitted so far.
  std::uint64_t struck = 0;  // How many of them it struck.
};

// The faults that are to strike, in the order they were added. For each request, event or message at most one strikes: the
// first that fits and whose turn it is.
class Faults {
 public:
  static constexpr std::size_t faults_max = 1'000;

  // Its number, by which it can be taken back.
  std::uint64_t add(Fault fault);
  // False if there is no such fault any more.
  bool remove(std::uint64_t number);
  void clear() { faults_.clear(); }
  const std::vector<Fault>& all() const { return faults_; }

  std::optional<Fault> strike_request(std::string_view service, std::string_view operation);
  // Of an event that matched a rule and is about to go to that queue.
  std::optional<Fault> strike_event(std::string_view queue);
  bool repeats_message(std::string_view queue);
  // How far AWS's clock is ahead for requests to that service.
  base::Duration skew(std::string_view service) const;

  // In faults_state.cc.
  void save(StateWriter& out) const;
  bool restore(std::string_view kind, MembersIn& m);

 private:
  template <class Fits>
  std::optional<Fault> strike(Fits fits);

  std::vector<Fault> faults_;
  std::uint64_t added_ = 0;
};

// `{"kind": "throttle", "service": "apprunner", "operation": "UpdateService", "times": 2, "every": 3, "delay": "10s"}`.
// Errors: Invalid, saying what is wrong and what is right.
base::Result<Fault> read_fault(const boost::json::value& given);
boost::json::object show_fault(const Fault& fault);

// `250ms`, `10s`, `15m`, `2h`, `1d`; nullopt for anything else and for more than a hundred years.
std::optional<base::Duration> read_duration(std::string_view text);

}  // namespace sandbox
