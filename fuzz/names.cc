// SPDX-License-Identifier: Apache-2.0
// ARNs and image references: what is read is written as it was.
#include "names/names.h"
#include "names/arn.h"

#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  static_cast<void>(names::parse_arn(text));
  if (const auto service = names::parse_service_arn(text)) {
    fuzz::check(service->text == text, "an ARN keeps its text");
    fuzz::check(service->account.size() == 12 && !service->name.empty(), "it names a service of an account");
  }
  const auto image = names::parse_image_reference(text);
  if (!image) return 0;
  const auto again = names::parse_image_reference(to_string(*image));
  fuzz::check(again && to_string(*again) == to_string(*image), "an image reference is written as it is read");
  static_cast<void>(image->ecr());
  return 0;
}
