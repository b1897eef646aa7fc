// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace rules {

// The JSON Schema (draft-07) of the rules file: docs/rules.schema.json, which the build puts into the program.
std::string_view schema();

}  // namespace rules
