// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sandbox {

// Watches the sandbox on that port of this machine. On a terminal the pipeline is drawn below everything, over and over;
// elsewhere nothing is. What comes in on standard input goes out above it, line by line; where that is a terminal as well, the
// timeline does. Ends when standard input does, at SIGINT or SIGTERM, or when the sandbox is gone; the drawing is then wiped. An
// exit status.
int watch(std::uint16_t port, bool colour);

}  // namespace sandbox
