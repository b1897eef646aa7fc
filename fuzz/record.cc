// SPDX-License-Identifier: Apache-2.0
// Records: what can be read can be written and read again as the same.
#include "records/codec.h"

#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto stored = records::decode(fuzz::text_of(data, size));
  if (!stored) {
    fuzz::check(!stored.error().message.empty(), "an error has a message");
    return 0;
  }
  const auto again = records::decode(records::encode(*stored, "arn:a"));
  fuzz::check(again.has_value(), "what was read can be written and read");
  fuzz::check(again->record == stored->record, "and is the same");
  return 0;
}
