// SPDX-License-Identifier: Apache-2.0
#include "delivery/queue.h"

#include <algorithm>

#include "base/text.h"
#include "names/arn.h"

namespace delivery {
namespace {

// SQS admits these characters only and bounds the size of a message (API reference, SendMessage).
std::string as_attribute(std::string_view text) {
  std::string out(base::cut_text(text, 1000));
  std::ranges::replace_if(out, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return out.empty() ? "?" : out;
}

}  // namespace

base::Result<std::string> Queue::url(const aws::Deadline& deadline) {
  if (url_) return *url_;
  auto found = aws::sqs::get_queue_url(caller_, region_, name_, "", deadline);
  if (!found) return base::fail(found, "queue " + name_);
  url_ = *found;
  return *url_;
}

base::Result<std::optional<std::string>> Queue::dead_letter_url(const aws::Deadline& deadline) {
  if (dead_letter_url_) return dead_letter_url_;
  const auto own = url(deadline);
  if (!own) return std::unexpected(own.error());
  const auto arn = aws::sqs::get_dead_letter_arn(caller_, region_, *own, deadline);
  if (!arn) return base::fail(arn, "queue " + name_);
  if (!*arn) return std::optional<std::string>();
  const auto parsed = names::parse_arn(**arn);
  if (!parsed) return base::fail(base::ErrorKind::Invalid, "queue " + name_ + " names no dead-letter queue: " + **arn);
  auto found = aws::sqs::get_queue_url(caller_, region_, parsed->resource, parsed->account, deadline);
  if (!found) return base::fail(found, "dead-letter queue " + std::string(parsed->resource));
  dead_letter_url_ = *found;
  return dead_letter_url_;
}

std::string queue_name(const aws::Environment& environment) {
  const auto name = aws::variable(environment, "QUEUE_NAME");
  if (!name.empty()) return std::string(name);
  const auto url = aws::variable(environment, "QUEUE_URL");
  return std::string(url.substr(url.rfind('/') + 1));
}

std::vector<std::string> Queue::postpone(std::span<const Postponed> messages, const aws::Deadline& deadline) {
  std::vector<std::string> troubles;
  for (auto rest = messages; !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), aws::sqs::batch_max));
    rest = rest.subspan(some.size());
    std::vector<aws::sqs::Visibility> entries;
    for (const auto& [message, delay] : some) entries.push_back({message->receipt_handle, delay});
    const auto own = url(deadline);
    const auto changed = own ? aws::sqs::change_message_visibility(caller_, region_, *own, entries, deadline)
                             : std::unexpected(own.error());
    for (std::size_t i = 0; i < some.size(); ++i) troubles.push_back(changed ? (*changed)[i] : changed.error().message);
  }
  return troubles;
}

base::Result<void> Queue::send(std::string_view body, std::chrono::milliseconds delay, const aws::Deadline& deadline) {
  const auto own = url(deadline);
  if (!own) return std::unexpected(own.error());
  const auto sent = aws::sqs::send_message(caller_, region_, *own, body, {}, delay, deadline);
  if (!sent) return std::unexpected(sent.error());
  return {};
}

base::Result<bool> Queue::send_dead_letter(const Message& message, std::string_view reason,
                                           const aws::Deadline& deadline) {
  const bool was_kept = dead_letter_url_.has_value();
  const auto dead_letters = dead_letter_url(deadline);
  if (!dead_letters) return std::unexpected(dead_letters.error());
  if (!*dead_letters) return false;
  const auto sent = aws::sqs::send_message(
      caller_, region_, **dead_letters, message.body,
      {{"CaretakerReason", as_attribute(reason)}, {"CaretakerMessageId", as_attribute(message.id)}}, {}, deadline);
  if (sent) return true;
  // Another queue may have come in its place, and a policy knows that one only.
  const bool may_be_gone =
      sent.error().kind == base::ErrorKind::NotFound || sent.error().kind == base::ErrorKind::Denied;
  if (!may_be_gone) return std::unexpected(sent.error());
  dead_letter_url_.reset();
  if (was_kept) return send_dead_letter(message, reason, deadline);
  return std::unexpected(sent.error());
}

}  // namespace delivery
