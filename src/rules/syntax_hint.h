// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace rules {

// What people write that JSON has not, as far as the text around the place tells where reading it failed: `: JSON has no
// comments`. Empty: nothing known.
std::string_view syntax_hint(std::string_view text, std::size_t at);

// The same for what stands behind a whole JSON value.
std::string_view hint_on_more(std::string_view text, std::size_t at);

}  // namespace rules
