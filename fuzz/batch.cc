// SPDX-License-Identifier: Apache-2.0
// A batch of messages as Lambda hands it over, and the answer.
#include "delivery/batch.h"

#include <algorithm>

#include "base/json.h"
#include "delivery/event.h"

#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto batch = delivery::parse_batch(fuzz::text_of(data, size), base::Time{});
  if (!batch) {
    fuzz::check(!batch.error().message.empty(), "an error has a message");
    return 0;
  }
  std::vector<std::string> ids;
  for (const auto& message : *batch) {
    fuzz::check(!message.id.empty(), "a message can be told from another");
    for (const auto time : {message.sent_at, message.first_received_at})
      fuzz::check(base::parse_iso8601(base::to_iso8601(time)) == time, "a time can be written");
    static_cast<void>(delivery::parse_event(message.body));
    ids.push_back(message.id);
  }
  const auto answer = base::parse_json(delivery::batch_answer(ids));
  fuzz::check(answer.has_value(), "the answer is JSON, whatever the ids are");
  const auto& items = answer->at("batchItemFailures").as_array();
  fuzz::check(
      std::ranges::equal(items, ids,
                         [](const auto& item, const auto& id) { return item.at("itemIdentifier").as_string() == id; }),
      "and names each");
  return 0;
}
