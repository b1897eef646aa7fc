// SPDX-License-Identifier: Apache-2.0
#include "sandbox/page.h"

#include "base/hash.h"

namespace sandbox {
namespace {

constexpr std::string_view mark = "sandbox:";

}  // namespace

std::string page_token(std::string_view last_item) {
  return base::to_base64(std::string(mark) + std::string(last_item));
}

std::optional<std::string> page_item(std::string_view token) {
  auto text = base::from_base64(token);
  if (!text || !text->starts_with(mark)) return std::nullopt;
  return text->substr(mark.size());
}

}  // namespace sandbox
