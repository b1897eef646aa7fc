// SPDX-License-Identifier: Apache-2.0
#pragma once

// process/: what an executable of ours takes from the system it runs on: environment, randomness, standard output and the way
// to the network. Only the executables and function/ see it; all else is given what it needs.

#include <string>
#include <string_view>

#include "aws/environment.h"
#include "http/client.h"

namespace process {

// A copy of what the process was started with. To be called before other threads run.
aws::Environment read_environment();

// 128 random bits in lower-case hex.
std::string new_id();

// Uniform in [0, 1). Not thread-safe.
double new_random();

// Writes `line` and a newline to standard output in one call, so that lines of several processes don't mix. A line that can't
// be written is lost.
void write_line(std::string_view line);

// How the environment says to reach the network: HTTP_PROXY, HTTPS_PROXY and NO_PROXY, of which the lower-case names are the
// older custom and win where both are set, as with curl; AWS_CA_BUNDLE, else `ca_file`, else SSL_CERT_FILE.
http::ClientSettings client_settings(const aws::Environment& environment, const std::string& ca_file);

}  // namespace process
