// SPDX-License-Identifier: Apache-2.0
// Tag patterns: a line break parts the pattern from a tag. What is said of a pattern holds for every tag, and the quick way to a version
// finds what RE2's search finds.
#include "rules/tag_pattern.h"

#include "fuzz/fuzz.h"
#include "names/image_reference.h"

namespace {

bool is_part_of(std::string_view part, std::string_view text) {
  return part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size();
}

void check_tag(const rules::TagPattern& pattern, std::string_view tag) {
  const auto part = pattern.version_part(tag);
  fuzz::check(!part || (is_part_of(*part, tag) && !part->empty()), "the part stands in the tag");
  fuzz::check(part || !pattern.version(tag), "no version without a part");
  if (names::is_tag(tag)) {
    fuzz::check(!part || !rules::matches_no_tag(pattern), "what matches no tag has no part of one");
    fuzz::check(!pattern.version(tag) || !rules::reads_no_version(pattern), "what reads no version has none");
  }
  // In a group it is no text between two others any more, and is searched for. A quotation without end would take the parenthesis.
  if (pattern.text().contains("\\Q")) return;
  const auto searched = rules::TagPattern::parse("(?:" + pattern.text() + ")");
  fuzz::check(!searched || searched->version_part(tag) == part, "the quick way finds what the search finds");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto line = text.find('\n');
  const auto written = text.substr(0, line);
  const auto tag = line == std::string_view::npos ? std::string_view("v1.2.3-alpine") : text.substr(line + 1);
  const auto pattern = rules::TagPattern::parse(written);
  if (!pattern) {
    fuzz::check(pattern.error().offset <= written.size(), "an error has a place in the pattern");
    fuzz::check(!pattern.error().message.empty(), "and a message");
    return 0;
  }
  fuzz::check(pattern->text() == written, "a pattern keeps its text");
  check_tag(*pattern, tag);
  return 0;
}
