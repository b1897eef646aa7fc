// SPDX-License-Identifier: Apache-2.0
// Tag patterns: a line break parts the pattern from a tag.
#include "rules/tag_pattern.h"

#include "fuzz/fuzz.h"

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
  const auto part = pattern->version_part(tag);
  if (part) {
    fuzz::check(tag.contains(*part) && !part->empty(), "the part stands in the tag");
  }
  fuzz::check(part || !pattern->version(tag), "no version without a part");
  return 0;
}
