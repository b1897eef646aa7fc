// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"
#include "http/message.h"

// Messages as the bytes that go out (RFC 9112). Reading them back is Beast's part.
namespace http {

// The request's head and body. Host, and Content-Length where there is a body or the method usually has one, are added where
// they are missing. `absolute`: the target with scheme and host, as a proxy wants it.
// Errors: Invalid for what can't be sent as it is: a method, target or field with characters that would end it early, or a
// Content-Length other than the body's.
base::Result<std::string> to_wire(const Request& request, bool absolute = false);

// The response's head; the body follows it as it is. `to`: what it answers decides whether Content-Length may be there
// (RFC 9110 section 8.6). A response with a field that can't be sent becomes a 500 without one.
struct Answered {
  bool head = false;        // The request was a HEAD.
  bool keep_alive = false;  // What the Connection field says.
};
std::string to_wire_head(const Response& response, Answered to);

// RFC 9110 section 6.4.1: statuses that never have a body.
bool may_have_body(int status);

}  // namespace http
