// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace sandbox {

// What the first process of a container owes the others, which nobody else does there: runs `serve` in a child, passes SIGINT
// and SIGTERM on to it, and waits for every process that lost its parent. Returns the child's exit status, or 128 and the
// signal that killed it, as shells have it. Any other process just runs `serve`.
int run_as_init(const std::function<int()>& serve);

}  // namespace sandbox
