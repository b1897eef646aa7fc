// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox {

// An opaque token that names the last item of a page, so that items added or removed between two pages make no other
// item appear twice or be left out.
std::string page_token(std::string_view last_item);
// The item that a token names; nullopt if it is no token of ours.
std::optional<std::string> page_item(std::string_view token);

template <class Item>
struct Page {
  std::vector<Item> items;
  std::optional<std::string> next_token;
};

// The page of at most `size` items after the one that `after` names. `items` are sorted by `key`, which is a std::string.
template <class Items, class Key>
auto take_page(const Items& items, const std::optional<std::string>& after, std::size_t size, Key key) {
  Page<typename Items::value_type> page;
  for (const auto& item : items) {
    if (after && key(item) <= *after) continue;
    if (page.items.size() == size) {
      page.next_token = page_token(key(page.items.back()));
      break;
    }
    page.items.push_back(item);
  }
  return page;
}

}  // namespace sandbox
