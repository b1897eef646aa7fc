// SPDX-License-Identifier: Apache-2.0
// Records: what can be read can be written and read again as the same.
#include "records/codec.h"

#include "base/json.h"

#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto stored = records::decode(fuzz::text_of(data, size));
  if (!stored) {
    fuzz::check(!stored.error().message.empty(), "an error has a message");
    return 0;
  }
  const auto again = records::decode(records::encode(*stored, "arn:a"));
  fuzz::check(again.has_value(), "what was read can be written and read");
  fuzz::check(again->record == stored->record && again->changes == stored->changes && again->untold == stored->untold,
              "and is the same");
  fuzz::check(again->nonce == stored->nonce && again->nonces_before == stored->nonces_before, "with its nonces");
  auto newer = base::parse_json(stored->document)->as_object();
  newer["fuzz-unknown"] = 1;
  const auto more = records::decode(boost::json::serialize(newer));
  fuzz::check(more && records::encode(*more, "arn:a").contains("fuzz-unknown"), "what is not known stays");
  return 0;
}
