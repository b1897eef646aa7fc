// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace aws {

// A member that is a time of the awsJson protocols: epoch seconds as an integer, with a fraction or with an exponent, or,
// from tools that render them, an ISO 8601 string. nullopt if it is absent, null, or anything else.
std::optional<base::Time> time_member(const boost::json::value& value, std::string_view name);

// A member that is a time in epoch milliseconds, from 1970 to the end of 9999. nullopt if it is absent, null, or anything else.
std::optional<base::Time> milliseconds_member(const boost::json::value& value, std::string_view name);

}  // namespace aws
