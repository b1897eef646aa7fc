// SPDX-License-Identifier: Apache-2.0
#include "rules/members.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "rules/suggest.h"

namespace rules {

const Node* Members::find(std::string_view key) const {
  const auto found = std::ranges::find_if(known, [&](const Node& node) { return node.key() == key; });
  return found == known.end() ? nullptr : &*found;
}

Members read_members(const Node& object, std::string_view what, std::span<const std::string_view> keys,
                     Problems& problems) {
  Members members;
  for (const auto& node : object.children()) {
    const auto key = node.key();
    if (node.is_duplicate()) {
      problems.error(node.key_offset(), node.pointer(), fmt::format("{} is given twice", base::json_quote(key)));
    } else if (std::ranges::find(keys, key) != keys.end()) {
      members.known.push_back(node);
    } else if (const auto meant = suggest(key, keys)) {
      members.meant.push_back(*meant);
      problems.error(node.key_offset(), node.pointer(),
                     fmt::format("{} is not known; did you mean `{}`?", base::json_quote(key), *meant));
    } else {
      problems.error(
          node.key_offset(), node.pointer(),
          fmt::format("{} is not known; {} may have {}", base::json_quote(key), what, fmt::join(keys, ", ")));
    }
  }
  return members;
}

void report_type(const Node& node, std::string_view what, Problems& problems) {
  problems.error(node, fmt::format("expected {}, and this is {}", what, node.description()));
}

}  // namespace rules
