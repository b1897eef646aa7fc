// SPDX-License-Identifier: Apache-2.0
// A batch of messages as Lambda hands it over, and the answer.
#include "delivery/batch.h"
#include "base/json.h"

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
    ids.push_back(message.id);
  }
  fuzz::check(base::parse_json(delivery::batch_answer(ids)).has_value(), "the answer is JSON, whatever the ids are");
  return 0;
}
