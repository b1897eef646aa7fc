// SPDX-License-Identifier: Apache-2.0
#include "sandbox/ask.h"

#include <utility>

namespace sandbox {

std::optional<std::string> ask_sandbox(http::Client& client, std::uint16_t port, std::string target,
                                       base::Instant deadline) {
  http::Request request;
  request.origin = {.tls = false, .host = "127.0.0.1", .port = port};
  request.target = std::move(target);
  auto response = client.send(request, {.deadline = deadline, .stop = {}});
  if (!response || response->status != 200) return std::nullopt;
  return std::move(response->body);
}

}  // namespace sandbox
