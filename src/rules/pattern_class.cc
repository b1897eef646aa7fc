// SPDX-License-Identifier: Apache-2.0
#include "rules/pattern_class.h"

#include <algorithm>

#include "base/text.h"

namespace rules {

std::string_view class_item(std::string_view rest) {
  if (rest.starts_with("[:")) {
    if (const auto end = rest.find(":]", 2); end != std::string_view::npos) return rest.substr(0, end + 2);
  }
  const auto first = class_character(rest);
  // What stands for many characters begins no range, and a hyphen before the end is one.
  const bool many = first.size() > 1 && first.front() == '\\' && std::string_view("dDsSwWpP").contains(first[1]);
  const auto behind = rest.substr(first.size());
  if (many || behind.size() < 2 || behind.front() != '-' || behind[1] == ']') return first;
  return rest.substr(0, first.size() + 1 + class_character(behind.substr(1)).size());
}

std::string_view class_character(std::string_view item) {
  if (!item.starts_with('\\')) return item.substr(0, std::max<std::size_t>(base::utf8_length(item), 1));
  const auto kind = item.size() > 1 ? item[1] : '\0';
  const bool unicode = kind == 'p' || kind == 'P';
  const bool braced = (unicode || kind == 'x') && item.substr(2).starts_with('{') && item.contains('}');
  return item.substr(0, braced ? item.find('}') + 1 : unicode ? 3 : 2);
}

}  // namespace rules
