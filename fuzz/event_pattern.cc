// SPDX-License-Identifier: Apache-2.0
// Event patterns: the first line is the pattern, the rest the event. Without an event, one that has everything.
#include "sandbox/event_pattern.h"

#include "base/json.h"
#include "fuzz/fuzz.h"

namespace {

constexpr std::string_view push =
    R"({"version":"0","id":"1","detail-type":"ECR Image Action","source":"aws.ecr","account":"123456789012",)"
    R"("time":"2026-01-02T03:04:05Z","region":"us-east-1","resources":["arn:aws:ecr:us-east-1:123456789012:repository/shop"],)"
    R"("detail":{"action-type":"PUSH","result":"SUCCESS","repository-name":"shop","image-tag":"1.2.4","n":[1,2.5,null,true]}})";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto end = text.find('\n');
  const auto pattern = sandbox::EventPattern::parse(text.substr(0, end));
  if (!pattern) {
    fuzz::check(!pattern.error().message.empty(), "a refusal says why");
    return 0;
  }
  const auto event = base::parse_json(end == std::string_view::npos ? push : text.substr(end + 1));
  if (!event || !event->is_object()) return 0;
  const bool matches = pattern->matches(event->get_object());
  fuzz::check(matches == pattern->matches(event->get_object()), "a pattern says the same twice");
  const auto again = sandbox::EventPattern::parse(pattern->text());
  fuzz::check(again && again->matches(event->get_object()) == matches, "a pattern's text is the same pattern");
  return 0;
}
