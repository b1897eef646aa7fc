// SPDX-License-Identifier: Apache-2.0
// Text that others wrote, made safe: the elements of an XML error document, and messages to be shown.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "aws/service_error.h"
#include "base/text.h"

namespace aws {
namespace {

constexpr std::size_t xml_max = 64 << 10;

void append_utf8(std::string& out, std::uint32_t code_point) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | code_point >> 6);
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

// `lt`, `#60`, `#x3C`: what stands between `&` and `;`. False if it is no entity.
bool append_entity(std::string& out, std::string_view name) {
  constexpr std::array<std::pair<std::string_view, char>, 5> named = {
      {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}}};
  for (const auto& [entity, character] : named) {
    if (name == entity) {
      out += character;
      return true;
    }
  }
  if (!name.starts_with('#')) return false;
  const bool is_hex = name.starts_with("#x");
  const auto digits = name.substr(is_hex ? 2 : 1);
  std::uint32_t code_point = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code_point, is_hex ? 16 : 10);
  const bool surrogate = code_point >= 0xD800 && code_point < 0xE000;
  if (error != std::errc() || end != digits.data() + digits.size() || code_point > 0x10FFFF || surrogate) return false;
  append_utf8(out, code_point);
  return true;
}

std::string without_entities(std::string_view text) {
  constexpr std::size_t entity_max = 10;
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t end = text[at] == '&' ? text.substr(at, entity_max).find(';') : std::string_view::npos;
    if (end != std::string_view::npos && append_entity(out, text.substr(at + 1, end - 1))) {
      at += end;
    } else {
      out += text[at];
    }
  }
  return out;
}

// How many bytes the character at the front of `text` has; 0 if there is none that may be shown.
std::size_t visible_length(std::string_view text) {
  const auto length = base::utf8_length(text);
  return base::disturbs_line(text.substr(0, length)) ? 0 : length;
}

std::string without_values(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto begin = text.find("alue '");
    if (begin == std::string_view::npos) break;
    begin += 6;
    out.append(text.substr(0, begin)).append("…");
    text.remove_prefix(begin);
    // A value may hold quotes of its own; the last `' at ` ends it.
    text.remove_prefix(std::min(text.rfind("' at "), text.size()));
  }
  return out.append(text);
}

}  // namespace

std::optional<std::string> xml_text(std::string_view xml, std::string_view element) {
  xml = xml.substr(0, xml_max);
  const std::string open = "<" + std::string(element);
  for (std::size_t at = xml.find(open); at != std::string_view::npos; at = xml.find(open, at + 1)) {
    const std::size_t after = at + open.size();
    // `<CodeName>` is another element than `<Code>`.
    if (after >= xml.size() || !std::string_view("> \t\r\n/").contains(xml[after])) continue;
    const std::size_t tag_end = xml.find('>', after);
    if (tag_end == std::string_view::npos) return std::nullopt;
    if (xml[tag_end - 1] == '/') return std::string();
    const std::size_t end = xml.find('<', tag_end);
    if (end == std::string_view::npos) return std::nullopt;
    return without_entities(xml.substr(tag_end + 1, end - tag_end - 1));
  }
  return std::nullopt;
}

std::string one_line(std::string_view text, std::size_t max) {
  // What follows a line break is a detail, such as the canonical request that S3 repeats with the session token in it.
  const std::string line = without_values(text.substr(0, std::min(text.find_first_of("\r\n"), std::size_t{4096})));
  constexpr std::string_view more = "…";
  std::string out;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t length = visible_length(std::string_view(line).substr(at));
    if (out.size() + length > max) {
      while (!out.empty() && out.size() + more.size() > max) {
        do {
          const bool continuation = (static_cast<unsigned char>(out.back()) & 0xC0) == 0x80;
          out.pop_back();
          if (!continuation) break;
        } while (!out.empty());
      }
      return out.append(more);
    }
    out.append(line, at, length);
    at += std::max(length, std::size_t{1});
  }
  return out;
}

}  // namespace aws
