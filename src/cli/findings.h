// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/operation.h"
#include "base/error.h"

namespace cli {

// What `caretaker doctor` found. docs/doctor.md tells of every id.
struct Finding {
  enum class Weight {
    Error,    // Something does not work.
    Warning,  // It works, but not as it should, or not for long.
    Hint,     // It could be better.
    Unseen,   // It could not be looked at.
  };
  Weight weight = Weight::Error;
  std::string_view id;
  std::string subject;  // `queue caretaker`
  std::string what;     // What is wrong.
  std::string remedy;   // What to do about it.
};
std::string_view to_string(Finding::Weight weight);

class Findings {
 public:
  // Each aspect that is looked at, whatever is found, for the sum at the end.
  void look() { ++looked_; }
  void add(Finding finding) { all_.push_back(std::move(finding)); }
  // An aspect that a refusal kept from being looked at.
  void unseen(std::string_view id, const aws::Operation& operation, std::string subject, const base::Error& error);

  const std::vector<Finding>& all() const { return all_; }
  std::size_t looked() const { return looked_; }

 private:
  std::vector<Finding> all_;
  std::size_t looked_ = 0;
};

}  // namespace cli
