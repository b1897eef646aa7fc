// SPDX-License-Identifier: Apache-2.0
#include "delivery/push.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"

namespace delivery {
namespace {

std::unexpected<NoPush> no_push(std::string word, std::string text, bool broken = false) {
  return std::unexpected(NoPush{std::move(word), std::move(text), broken});
}

// What an event says, cut to a length that a log line bears.
std::string shown(std::optional<std::string_view> text) {
  if (!text) return "nothing";
  return text->size() > 80 ? std::string(base::cut_text(*text, 80)) + "…" : std::string(*text);
}

bool is_account(std::string_view text) {
  return text.size() == 12 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::expected<Push, NoPush> parse_push(std::string_view body) {
  const auto event = base::parse_json(body);
  if (!event) return no_push("malformed", "the message is not JSON: " + event.error().message, true);
  if (!event->is_object()) return no_push("malformed", "the message is JSON, but no event", true);

  const auto source = base::string_member(*event, "source");
  const auto detail_type = base::string_member(*event, "detail-type");
  if (source != "aws.ecr" || detail_type != "ECR Image Action") {
    return no_push("other-event", fmt::format("the event is `{}` of {}, not an `ECR Image Action` of aws.ecr",
                                              shown(detail_type), shown(source)));
  }
  const auto* detail = base::member(*event, "detail");
  if (!detail || !detail->is_object()) return no_push("malformed", "the event has no detail", true);

  const auto action = base::string_member(*detail, "action-type");
  if (action != "PUSH")
    return no_push("not-a-push", fmt::format("the event tells of {}, not of a PUSH", shown(action)));
  const auto result = base::string_member(*detail, "result");
  if (result != "SUCCESS") return no_push("push-failed", fmt::format("the push ended with {}", shown(result)));
  const auto repository = base::string_member(*detail, "repository-name");
  if (!repository) return no_push("malformed", "the event names no repository", true);
  const auto tag = base::string_member(*detail, "image-tag");
  if (!tag || tag->empty()) {
    return no_push(
        "no-tag", fmt::format("an image without a tag was pushed to {}, as the parts of a multi-architecture image are",
                              shown(repository)));
  }
  const auto account = base::string_member(*event, "account");
  const auto region = base::string_member(*event, "region");
  const auto time = base::parse_iso8601(base::string_member(*event, "time").value_or(""));
  if (!account || !is_account(*account) || !region || region->empty() || !time) {
    return no_push("malformed", "the event lacks its account, region or time", true);
  }
  return Push{.repository = {std::string(*account), std::string(*region), std::string(*repository)},
              .tag = std::string(*tag),
              .digest = std::string(base::string_member(*detail, "image-digest").value_or("")),
              .time = *time};
}

}  // namespace delivery
