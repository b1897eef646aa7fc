// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "base/error.h"

namespace http {

using TlsContext = std::shared_ptr<SSL_CTX>;

// What the TLS connections of a client share: TLS 1.2 at least, and whose word is taken for who a host is: the
// certificates in `ca_file` if one is named, else those of the first bundle that Linux distributions are known to keep.
// Reading a whole bundle takes 20 ms of CPU, so this is for the first connection, not for the start.
// Errors: NotSent, naming the files.
base::Result<TlsContext> make_tls_context(const std::string& ca_file);

// The same for AWS's own hosts, whose authorities are built in (amazon_roots.h): no file is read.
base::Result<TlsContext> make_amazon_tls_context();

// Reads only the first certificate. Errors: Invalid where there is none to read.
base::Result<void> check_ca_file(const std::string& ca_file);

// Makes `connection` show `host` as the name it wants (SNI) and accept no certificate but one for it. False if OpenSSL
// refuses the name.
bool expect_host(SSL* connection, const std::string& host);

// Why the handshake failed, if it was for the certificate; empty otherwise.
std::string certificate_trouble(const SSL* connection);

}  // namespace http
