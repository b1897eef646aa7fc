// SPDX-License-Identifier: Apache-2.0
#pragma once

// decide/gates/: what an otherwise eligible image must pass before it is deployed; one file a gate.
//   soak.cc   the image is old enough
// A gate is pure, and its answer is about one image: a tag with its digest. A new image under the tag is asked about anew.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decide/facts.h"

namespace decide {

struct GateAnswer {
  enum class Kind {
    Pass,
    Wait,    // It passes later: at `until`, or once something has happened.
    Refuse,  // It will not pass.
  };
  Kind kind = Kind::Pass;
  std::optional<base::Time> until;
  std::string why{};        // Goes behind the tag in a sentence: `soaks until …`. Empty where it passes.
  std::string_view gate{};  // Which one answers, by the rule's member; empty where all pass.
};

class Gate {
 public:
  virtual ~Gate() = default;
  // The rule's member that puts it up.
  virtual std::string_view name() const = 0;
  virtual GateAnswer answer(const Candidate& candidate, const Facts& facts) const = 0;
};
using Gates = std::vector<std::unique_ptr<const Gate>>;

// The gates that a rule puts up, in the order in which they are asked.
Gates gates_of(const rules::Rule& rule);

// The answer of the first gate that is not passed.
GateAnswer ask(const Gates& gates, const Candidate& candidate, const Facts& facts);

// The image was pushed `soak` ago, and first seen under its tag that long ago (Record::seen).
std::unique_ptr<const Gate> make_soak(base::Duration soak);

}  // namespace decide
