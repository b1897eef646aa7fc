// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "base/error.h"
#include "http/until.h"

namespace http {

// The addresses of a host, in the order to try them: an address literal itself; `localhost` and names under it without asking
// anybody (RFC 6761 section 6.3); other names by getaddrinfo, of which only the waiting ends with `until`: a look-up that
// hangs goes on in a thread of its own until the system gives it up.
// Errors: NotSent.
base::Result<std::vector<boost::asio::ip::address>> resolve(const std::string& host, const Until& until);

}  // namespace http
