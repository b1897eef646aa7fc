// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "decide/decide.h"

namespace decide {

// Facts written as text, for tables:
//
//   running 1.1.0 | rule ^1.0 | tags 1.1.0, 1.2.0=d2 @30 | push 1.2.0 => update newer 1.2.0
//
// Parts are separated by ` | `, lists by `,`; `running` comes before what is known of it. Times are hours, and it is hour 100 unless `now` says otherwise.
//   running TAG | running DIGEST (sha…) | running TAG@DIGEST | running source | running other
//   rule RANGE        pattern PATTERN      soak HOURS
//   options downgrade suspend no-redeploy fallback act prerelease reapply
//   tags TAG[=DIGEST] [@HOUR pushed] [chart], …       DIGEST is sha-TAG, HOUR is 1; `@?`: the registry did not say
//   state busy paused deleted failed odd auto         created HOUR (0)
//   ops ID:KIND:STATE[@HOUR[-HOUR]], …   newest first; KIND create update deploy pause, STATE underway back ok failed
//   push TAG[=DIGEST] [@HOUR] | operator              otherwise it is a sweep
// and the record, which otherwise knows the running tag and its listed digest and nothing more:
//   first             there is none                   known DIGEST | known nothing | known TAG=DIGEST [as of HOUR] [by us]
//   baseline VERSION  held V, V [by NAME]   skipped V, V   pin VERSION   stop HOUR   failures N
//   rejected TAG[=DIGEST]:ATTEMPTS@HOUR, …            intention TAG @HOUR until HOUR
//   set TAG[=DIGEST]:OPERATION[:OUTCOME] [redeploy]      it was at hour 50
//   before TAG=DIGEST     what ran then, behind `set`, as with `known`
//   deployed TAG      unexplained HOUR               told TAG[=DIGEST]@HOUR, …
//   under RANGE       foreign OPERATION=VERSION[@HOUR] [as RUNNING]   seen TAG[=DIGEST]@HOUR, …
class Scenario {
 public:
  // Throws std::invalid_argument for what it can't read: a mistake in a test.
  explicit Scenario(std::string_view text);
  Scenario(const Scenario&) = delete;
  Scenario& operator=(const Scenario&) = delete;

  Facts facts() const;     // As they were gathered.
  Facts observed() const;  // With the record that observed them, ready for decide().

  rules::Rule rule;
  Listing listing;
  Running running;
  std::optional<Record> record;
  Trigger trigger;
  base::Time now;

 private:
  void read(std::string_view key, std::string_view value);
  bool read_record(std::string_view key, std::string_view value);
  void read_running(std::string_view value);
  void read_state(std::string_view value);
  void read_tag(std::string_view value);
  void read_operation(std::string_view value);
  void read_option(std::string_view value);
};

// `update newer 1.2.0`, `keep newest-runs`, `wait busy 1.2.0`, `wait retry 1.2.0 until 101`: as tables expect it.
std::string brief(const Decision& decision);

base::Time hour(int hours);

}  // namespace decide
