// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "decide/gates/gate.h"

namespace decide {
namespace {

class Soak final : public Gate {
 public:
  explicit Soak(base::Duration soak) : soak_(soak) {}

  std::string_view name() const override { return "soak"; }

  GateAnswer answer(const Candidate& candidate, const Facts& facts) const override {
    const auto seen = first_seen(candidate, facts);
    // The registry's time is the image's, and a tag may have been moved to an old one.
    const auto since = std::max(seen, candidate.pushed_at.value_or(seen));
    const auto until = since + soak_;
    if (facts.now >= until) return {};
    const std::string_view from = since == seen ? "it was first seen" : "its push";
    return {.kind = GateAnswer::Kind::Wait,
            .until = until,
            .why = fmt::format("soaks until {}, {} after {}", base::to_iso8601(until), base::to_text(soak_), from)};
  }

 private:
  // Who never saw it sees it now.
  static base::Time first_seen(const Candidate& candidate, const Facts& facts) {
    const auto* seen = facts.record ? facts.record->find_seen(candidate.tag, candidate.digest) : nullptr;
    return seen ? seen->at : facts.now;
  }

  base::Duration soak_;
};

}  // namespace

std::unique_ptr<const Gate> make_soak(base::Duration soak) { return std::make_unique<Soak>(soak); }

}  // namespace decide
