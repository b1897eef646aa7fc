// SPDX-License-Identifier: Apache-2.0
// ARNs and image references: what is read is written as it was.
#include "names/names.h"
#include "names/arn.h"

#include "http/message.h"

#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  static_cast<void>(names::parse_arn(text));
  const auto service = names::parse_service_arn(text);
  if (service) {
    fuzz::check(service->text == text, "an ARN keeps its text");
    fuzz::check(service->account.size() == 12 && !service->name.empty(), "it names a service of an account");
  } else {
    fuzz::check(service.error().offset <= text.size(), "what is wrong lies in it");
  }
  const auto image = names::parse_image_reference(text);
  if (!image) return 0;
  fuzz::check(to_string(*image) == text, "an image reference is written as it is read");
  if (!image->registry.empty())
    fuzz::check(http::parse_url("http://" + image->registry).has_value(), "a registry can be called");
  if (const auto repository = image->ecr())
    fuzz::check(repository->name == image->path && repository->account.size() == 12, "a repository of ECR has both");
  return 0;
}
