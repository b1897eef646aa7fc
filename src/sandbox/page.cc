// SPDX-License-Identifier: Apache-2.0
#include "sandbox/page.h"

#include "sandbox/hash.h"

namespace sandbox {
namespace {

constexpr std::string_view mark = "sandbox:";

}  // namespace

std::string page_token(std::string_view last_item) { return to_base64(std::string(mark) + std::string(last_item)); }

std::optional<std::string> page_item(std::string_view token) {
  auto text = from_base64(token);
  if (!text || !text->starts_with(mark)) return std::nullopt;
  return text->substr(mark.size());
}

}  // namespace sandbox
