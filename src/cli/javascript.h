// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

// What JavaScript makes of JSON values where a function of npm's takes any. A null pointer is `undefined`.
namespace cli::javascript {

// Boolean(value).
bool is_truthy(const boost::json::value* value);

// Boolean(Number(value)): neither 0 nor NaN.
bool is_nonzero_number(const boost::json::value* value);

// String(number): `42`, `1.5`, `1e+21`.
std::string to_string(double number);

}  // namespace cli::javascript
