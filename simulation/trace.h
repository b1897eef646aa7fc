// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace simulation {

// A violated invariant of Caretaker's design, in a sentence.
struct Violation {
  int invariant = 0;  // Its number, as docs/simulation.md lists them.
  base::Time at;
  std::string service;  // Its ARN; empty if it is about none.
  std::string sentence;
};

// Who did what when, for a person who looks for the reason of a violation. Kept only where it is asked for.
class Trace {
 public:
  explicit Trace(bool wanted) : wanted_(wanted) {}
  bool wanted() const { return wanted_; }

  // `about` is what the line concerns: a service, a repository; empty: all.
  void note(base::Time at, std::string_view who, std::string text, std::string_view about = {});

  // The last lines up to the violation that concern it, oldest first: at most `most`, and of what is long past only what
  // brought something new.
  std::vector<std::string> shortened(const Violation& violation, std::string_view service_name,
                                     std::string_view repository, std::size_t most) const;

 private:
  struct Line {
    base::Time at;
    std::string who;
    std::string text;
    std::string about;
  };
  bool wanted_;
  std::vector<Line> lines_;
};

// `set.outcome: "FAILED", rejected gets: {…}, pin: gone`: how `after` differs, in short.
std::string changes(const boost::json::object& before, const boost::json::object& after);

// `day 2 03:04:05.678`
std::string world_time(base::Time at);

}  // namespace simulation
