// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace cli {

// What npm throws, or a call that is none.
class NpmError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Calls a function of npm's `semver` package by its name, with arguments as JavaScript takes them: a missing one is
// undefined, options may be true for loose. Besides the functions, `SemVer`, `Range` and `Comparator` stand for their
// constructors, and `Comparator.intersects(a, b, options)` for the method.
//
// A version or range in the answer is its text; null is npm's null or undefined. Throws NpmError or what the semver
// library throws where npm throws.
boost::json::value call_npm(std::string_view function, const boost::json::array& arguments);

// The names that call_npm knows.
std::vector<std::string_view> npm_functions();

}  // namespace cli
