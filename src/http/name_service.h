// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace http {

// Makes this process look up hosts in /etc/hosts and then DNS, whatever /etc/nsswitch.conf says. To be called first thing in
// main. A static glibc program otherwise loads the modules named there (resolve, mdns4_minimal, myhostname) from the
// system's own glibc, and aborts where that is another version.
void use_plain_name_service();

}  // namespace http
