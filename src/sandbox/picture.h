// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "sandbox/account.h"

namespace sandbox {

// The pipeline as a person sees it at a glance, a line a station: the last push and event, the queue, the last decision with
// its reason, the operation, what runs, what waits and what was superseded. Pure: told what happens, it gives lines.
class Picture final {
 public:
  static constexpr std::size_t height = 9;

  void happened(const Happening& happening);
  // As `GET /_sandbox/pipeline` answers.
  void take(boost::json::value pipeline) { pipeline_ = std::move(pipeline); }
  // Always `height` lines of at most `width` characters, colours not counted; `width` is at least 20.
  std::vector<std::string> lines(std::size_t width, bool colour) const;

 private:
  struct Waiting {
    std::string version;
    std::optional<base::Time> until;
  };
  void decided(const boost::json::value& line, base::Time at);
  void ended(const boost::json::value& line);
  std::string show_queues(base::Time now) const;
  std::string show_services(std::string_view member, base::Time now) const;
  std::string show_waiting(base::Time now) const;

  boost::json::value pipeline_;
  std::string push_;
  std::string event_;
  std::string decision_;
  std::string superseded_;
  std::map<std::string, Waiting> waiting_;  // By message.
};

// At most `width` characters of it; the last is `…` if that is not all.
std::string cut_to(std::string_view text, std::size_t width);

}  // namespace sandbox
