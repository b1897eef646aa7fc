// SPDX-License-Identifier: Apache-2.0
#include "cli/queues.h"

#include <fmt/format.h>

#include "aws/sqs.h"
#include "base/json.h"
#include "names/arn.h"

namespace cli {
namespace {

base::Result<Queues::One> find(Account& account, const std::string& name, std::string_view owner) {
  auto& caller = account.installation().caller();
  auto url = aws::sqs::get_queue_url(caller, account.region(), name, owner, account.deadline());
  if (!url) return base::fail(url, "queue " + name);
  auto attributes = aws::sqs::get_queue_attributes(caller, account.region(), *url, account.deadline());
  if (!attributes) return base::fail(attributes, "queue " + name);
  const auto arn = attributes->find("QueueArn");
  if (arn == attributes->end())
    return base::fail(base::ErrorKind::Transient, fmt::format("queue {}: SQS does not say its ARN", name));
  return Queues::One{.name = name, .url = std::move(*url), .arn = arn->second, .attributes = std::move(*attributes)};
}

}  // namespace

base::Result<Queues> find_queues(Account& account) {
  const auto& name = account.installation().settings().queue_name;
  if (name.empty()) {
    return base::fail(base::ErrorKind::Invalid, "QUEUE_NAME is not set: set it to the name of the function's queue");
  }
  auto main = find(account, name, "");
  if (!main) return std::unexpected(main.error());
  Queues queues{.main = std::move(*main), .dead_letters = {}};
  const auto policy = queues.main.attributes.find("RedrivePolicy");
  if (policy == queues.main.attributes.end() || policy->second.empty()) return queues;
  const auto parsed = base::parse_json(policy->second);
  const auto text = parsed ? base::string_member(*parsed, "deadLetterTargetArn") : std::nullopt;
  const auto arn = text ? names::parse_arn(*text) : std::nullopt;
  if (!arn)
    return base::fail(base::ErrorKind::Invalid, fmt::format("queue {}: its RedrivePolicy names no queue", name));
  auto dead_letters = find(account, std::string(arn->resource), arn->account);
  if (!dead_letters) return std::unexpected(dead_letters.error());
  queues.dead_letters = std::move(*dead_letters);
  return queues;
}

}  // namespace cli
