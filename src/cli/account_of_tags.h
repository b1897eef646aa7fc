// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decide/grounds.h"
#include "reconcile/conclude.h"

namespace cli {

// What is said of one tag.
struct TagAccount {
  std::string tag;
  std::string digest;  // Empty: not in the repository.
  std::optional<base::Time> pushed_at;
  bool listed = true;
  std::string verdict;  // decide's word: `outside-range`, `eligible` …
  std::string why;
  decide::Grounds grounds;
  std::string until;  // When it is tried again; empty: not said.
  std::vector<std::string> hints;
  bool allowed = false;  // Eligible, pinned, or it runs.
};

// Of all tags of the repository: the highest version first, then what is no version, newest first.
std::vector<TagAccount> accounts_of_tags(const reconcile::Conclusion& conclusion);
// Of one tag, listed or not.
TagAccount account_of_tag(std::string_view tag, const reconcile::Conclusion& conclusion);
// What the rule alone says of a tag, whatever runs.
TagAccount account_of_tag(std::string_view tag, const rules::Rule& rule);

}  // namespace cli
