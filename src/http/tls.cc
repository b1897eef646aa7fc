// SPDX-License-Identifier: Apache-2.0
#include "http/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "http/amazon_roots.h"

namespace http {
namespace {

// A static OpenSSL only knows the directory of the system it was built on. These are the bundles of Fedora and Amazon Linux,
// of Debian and its kin, of Alpine and the BSDs, and of newer Fedoras.
constexpr std::array bundles{"/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt",
                             "/etc/ssl/cert.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"};

std::string openssl_trouble() {
  const auto code = ERR_peek_last_error();
  ERR_clear_error();
  const char* text = ERR_reason_error_string(code);
  return text ? text : "unknown trouble";
}

// The first bundle there is; empty if there is none.
std::string find_bundle() {
  for (const char* path : bundles) {
    if (::access(path, R_OK) == 0) return path;
  }
  return {};
}

base::Result<TlsContext> make_context() {
  TlsContext context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!context) return base::fail(base::ErrorKind::NotSent, "OpenSSL: " + openssl_trouble());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // Length-prefixed, as ALPN wants it (RFC 7301).
  static constexpr std::string_view protocols = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                          static_cast<unsigned>(protocols.size()));
  return context;
}

std::unique_ptr<X509, decltype(&X509_free)> read_certificate(BIO* from) {
  return {PEM_read_bio_X509_AUX(from, nullptr, nullptr, nullptr), X509_free};
}

bool is_address(const std::string& host) {
  in6_addr address;
  return inet_pton(AF_INET, host.c_str(), &address) == 1 || inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

}  // namespace

base::Result<TlsContext> make_tls_context(const std::string& ca_file) {
  const auto path = ca_file.empty() ? find_bundle() : ca_file;
  if (path.empty()) {
    std::string looked;
    for (const char* bundle : bundles) looked += (looked.empty() ? "" : ", ") + std::string(bundle);
    return base::fail(base::ErrorKind::NotSent,
                      "no CA certificates to know hosts by: none of " + looked + "; name a file in SSL_CERT_FILE");
  }
  auto context = make_context();
  if (!context) return context;
  if (SSL_CTX_load_verify_file(context->get(), path.c_str()) != 1) {
    return base::fail(base::ErrorKind::NotSent, "CA certificates in " + path + ": " + openssl_trouble());
  }
  return context;
}

base::Result<TlsContext> make_amazon_tls_context() {
  auto context = make_context();
  if (!context) return context;
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(amazon_roots.data(), static_cast<int>(amazon_roots.size())), BIO_free);
  while (const auto root = read_certificate(text.get())) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context->get()), root.get()) != 1)
      return base::fail(base::ErrorKind::NotSent, "the built-in CA certificates: " + openssl_trouble());
  }
  // That there is no further certificate ends the loop, and is an error to OpenSSL.
  ERR_clear_error();
  return context;
}

base::Result<void> check_ca_file(const std::string& ca_file) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> file(BIO_new_file(ca_file.c_str(), "r"), BIO_free);
  if (!file) return base::fail(base::ErrorKind::Invalid, "CA file " + ca_file + ": " + openssl_trouble());
  if (read_certificate(file.get())) return {};
  ERR_clear_error();
  return base::fail(base::ErrorKind::Invalid, "CA file " + ca_file + ": no certificate in PEM form in it");
}

bool expect_host(SSL* connection, const std::string& host) {
  if (is_address(host)) {
    // RFC 6066 section 3: no SNI for addresses.
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host.c_str()) == 1;
  }
  SSL_set_hostflags(connection, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // SSL_set_tlsext_host_name() without its C cast; the name is only read.
  const long named =
      SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(host.c_str()));
  return named == 1 && SSL_set1_host(connection, host.c_str()) == 1;
}

std::string certificate_trouble(const SSL* connection) {
  const long result = SSL_get_verify_result(connection);
  return result == X509_V_OK ? std::string() : std::string("its certificate: ") + X509_verify_cert_error_string(result);
}

}  // namespace http
