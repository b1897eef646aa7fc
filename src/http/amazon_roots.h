// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace http {

// Amazon's own certificate authorities, in PEM form. Reading these few takes a fifth of the time of a system's whole bundle,
// which counts where a process starts for every event.
extern const std::string_view amazon_roots;

// Whether Amazon's own authorities sign this host's certificates: AWS's endpoints outside China and the isolated partitions.
bool is_amazon_host(std::string_view host);

}  // namespace http
