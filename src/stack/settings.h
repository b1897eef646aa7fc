// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>

namespace stack {

// How the function, its queue and its schedule are set up, and when an alarm is raised.
boost::json::object settings();

}  // namespace stack
