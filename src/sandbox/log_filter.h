// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/refusal.h"

namespace sandbox {

// A filter pattern of CloudWatch Logs, as its user guide documents them ("Filter pattern syntax"): terms (`ERROR`,
// `"two words"`, `?either ?or`, `-without`), or a condition on JSON (`{ $.level = "error" && $.took > 100 }`). Regular
// expressions and space-delimited patterns (`[a, b]`) are refused.
class LogFilter {
 public:
  // Errors: InvalidParameterException.
  static Answer<LogFilter> parse(std::string_view pattern);

  bool passes(std::string_view message) const;

  // A condition on JSON: a comparison, or several joined.
  struct Condition;

 private:
  // Which word of a message must be there; of the optional ones, one.
  struct Terms {
    std::vector<std::string> wanted;
    std::vector<std::string> unwanted;
    std::vector<std::string> optional;
  };

  Terms terms_;
  std::shared_ptr<const Condition> condition_;  // Null where the pattern is of terms.
};

}  // namespace sandbox
