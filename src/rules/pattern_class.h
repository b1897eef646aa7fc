// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace rules {

// What stands first in the rest of a pattern's class, `[…]`, as RE2 reads it (ParseCharClass in its parse.cc): `[:digit:]`, a range
// such as `a-z`, or one character. `[:` stands for itself where no `:]` comes later, be it behind the class. Empty only if
// `rest` is.
std::string_view class_item(std::string_view rest);

// The first character of an item that is no `[:digit:]`, or the escape there: `\.`, `\d`, `\x{2E}`.
std::string_view class_character(std::string_view item);

}  // namespace rules
