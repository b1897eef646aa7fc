// SPDX-License-Identifier: Apache-2.0
#include "sandbox/message.h"

#include "base/hash.h"
#include "sandbox/uri.h"

namespace sandbox {
namespace {

void append_sized(std::string& out, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  for (const unsigned shift : {24U, 16U, 8U, 0U}) out += static_cast<char>((size >> shift) & 0xFFU);
  out += text;
}

}  // namespace

std::string md5_of_attributes(const MessageAttributes& attributes) {
  if (attributes.empty()) return {};
  std::string text;
  for (const auto& [name, attribute] : attributes) {
    append_sized(text, name);
    append_sized(text, attribute.data_type);
    text += attribute.binary() ? '\x02' : '\x01';
    append_sized(text, attribute.value);
  }
  return base::md5_hex(text);
}

std::size_t size_of(std::string_view body, const MessageAttributes& attributes) {
  std::size_t size = body.size();
  for (const auto& [name, attribute] : attributes)
    size += name.size() + attribute.data_type.size() + attribute.value.size();
  return size;
}

bool is_message_text(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
  }
  // U+FFFE and U+FFFF are the only others that XML leaves out and UTF-8 has.
  return is_utf8(text) && !text.contains("\xEF\xBF\xBE") && !text.contains("\xEF\xBF\xBF");
}

}  // namespace sandbox
