// SPDX-License-Identifier: Apache-2.0
#include "rules/pattern_reader.h"

#include <fmt/format.h>

namespace rules {
namespace {

// Of a pattern that was read. `|` binds weakest: the anchors of `^a|b$` are each of one side only.
void hint_at_anchors(const Node& node, std::string_view text, Problems& problems) {
  auto outline = outline_pattern(text);
  if (!outline) return;
  outline->bars.push_back(outline->text.size());
  std::size_t begin = 0;
  for (const auto bar : outline->bars) {
    const auto side = std::string_view(outline->text).substr(begin, bar - begin);
    begin = bar + 1;
    if (side.starts_with('^') && side.ends_with('$')) continue;
    const bool only = outline->bars.size() == 1;
    problems.hint(id::unanchored_pattern, node,
                  fmt::format("`{}` may match inside of a tag: between `^` and `$` it is about whole tags{}", text,
                              only ? "" : ", and each side of a `|` needs its own, or a group: `^(?:…|…)$`"));
    return;
  }
}

}  // namespace

std::optional<TagPattern> PatternReader::read(const Node& node) {
  const auto text = node.string();
  const auto found = known_.find(text);
  const auto* known = found == known_.end() ? compile(node, text) : &found->second;
  if (!known) return std::nullopt;
  switch (known->fault) {
    case Fault::MatchesNoTag:
      problems_.warning(
          id::pattern_matches_no_tag, node, node.offset(),
          fmt::format("`{}` matches no tag at all: a tag has letters, digits, `_`, `.` and `-` only", text));
      break;
    case Fault::ReadsNoVersion:
      problems_.warning(id::pattern_reads_no_version, node, node.offset(),
                        fmt::format("`{}` never reads a version: one has three numbers with dots between them, as "
                                    R"(`(?P<version>\d+\.\d+\.\d+)` takes, and this takes fewer)",
                                    text));
      break;
    case Fault::None: hint_at_anchors(node, text, problems_);
  }
  return known->pattern;
}

PatternReader::Fault PatternReader::fault_of(const TagPattern& pattern) {
  if (matches_no_tag(pattern)) return Fault::MatchesNoTag;
  return reads_no_version(pattern) ? Fault::ReadsNoVersion : Fault::None;
}

const PatternReader::Known* PatternReader::compile(const Node& node, const std::string& text) {
  // One of them was too many, and the file is refused.
  if (steps_ > steps_max) return nullptr;
  const auto pattern = TagPattern::parse(text);
  if (!pattern) {
    problems_.error(id::bad_pattern, node.offset_in_string(pattern.error().offset), node.pointer(),
                    fmt::format("`{}` is no pattern of tags: {}", text, pattern.error().message));
    return nullptr;
  }
  steps_ += pattern->steps();
  if (steps_ > steps_max) {
    problems_.error(id::bad_pattern, node,
                    fmt::format("with `{}` the patterns of the file take too much memory together: write shorter ones, "
                                "or the same in several rules",
                                text));
    return nullptr;
  }
  return &known_.emplace(text, Known{*pattern, fault_of(*pattern)}).first->second;
}

}  // namespace rules
