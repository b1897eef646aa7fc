// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace rules {

// The one of `known` that `written` was probably meant to be: the same but for case, dashes and underscores, the only one
// that has it as a part, or a third of its letters at most wrong, missing, added or swapped. nullopt if none is near.
std::optional<std::string_view> suggest(std::string_view written, std::span<const std::string_view> known);

}  // namespace rules
