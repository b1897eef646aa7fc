// SPDX-License-Identifier: Apache-2.0
#include "rules/pattern_reader.h"

#include <fmt/format.h>

namespace rules {

std::optional<TagPattern> read_pattern(const Node& node, Problems& problems) {
  const auto text = node.string();
  auto pattern = TagPattern::parse(text);
  if (!pattern) {
    problems.error(id::bad_pattern, node.offset_in_string(pattern.error().offset), node.pointer(),
                   fmt::format("`{}` is no pattern of tags: {}", text, pattern.error().message));
    return std::nullopt;
  }
  if (matches_no_tag(*pattern)) {
    problems.warning(id::pattern_matches_no_tag, node, node.offset(),
                     fmt::format("`{}` matches no tag at all: a tag has letters, digits, `_`, `.` and `-` only", text));
  } else if (reads_no_version(*pattern)) {
    problems.warning(id::pattern_reads_no_version, node, node.offset(),
                     fmt::format("`{}` never reads a version: one has three numbers with dots between them, as "
                                 R"(`(?P<version>\d+\.\d+\.\d+)` takes, and this takes fewer)",
                                 text));
  } else if (!text.starts_with('^') || !text.ends_with('$')) {
    problems.hint(id::unanchored_pattern, node,
                  fmt::format("`{}` may match inside of a tag: between `^` and `$` it is about whole tags", text));
  }
  return std::move(*pattern);
}

}  // namespace rules
