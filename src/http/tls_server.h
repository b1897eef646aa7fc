// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include "http/test_net.h"

// For tests of this folder: certificates made on the spot, and the TLS side of a raw server.
namespace http::test {

template <auto free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;

// A certificate authority that lives for one test.
class Authority {
 public:
  struct Issued {
    Key key;
    Certificate certificate;
  };

  Authority()
      : key_(EVP_EC_gen("P-256")), certificate_(make("Test authority", "", key_.get(), "critical,CA:TRUE", 24)) {}

  // `names` as in X.509's subjectAltName: `DNS:localhost,IP:127.0.0.1`. Valid for so many hours from now, or expired.
  Issued issue(const std::string& names, int hours = 24) const {
    Issued issued{Key(EVP_EC_gen("P-256")), nullptr};
    issued.certificate = make("Test host", names, issued.key.get(), "critical,CA:FALSE", hours);
    return issued;
  }

  // Writes the authority's certificate as PEM into a file of its own, which goes with the returned owner.
  std::shared_ptr<const std::string> write_ca_file() const {
    std::string path = testing::TempDir() + "authority-XXXXXX";
    FILE* file = ::fdopen(::mkstemp(path.data()), "w");
    PEM_write_X509(file, certificate_.get());
    std::fclose(file);
    return {new std::string(path), [](const std::string* made) {
              ::unlink(made->c_str());
              delete made;
            }};
  }

 private:
  Certificate make(const char* name, const std::string& names, EVP_PKEY* key, const char* constraints,
                   int hours) const {
    Certificate made(X509_new());
    X509* x = made.get();
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), std::chrono::steady_clock::now().time_since_epoch().count());
    X509_gmtime_adj(X509_getm_notBefore(x), -48L * 3600);
    X509_gmtime_adj(X509_getm_notAfter(x), hours * 3600L);
    X509_set_pubkey(x, key);
    const auto* text = reinterpret_cast<const unsigned char*>(name);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, text, -1, -1, 0);
    // The authority's own certificate is made before there is one to name.
    X509_set_issuer_name(x, X509_get_subject_name(certificate_ ? certificate_.get() : x));
    extend(x, NID_basic_constraints, constraints);
    if (!names.empty()) extend(x, NID_subject_alt_name, names.c_str());
    X509_sign(x, key_.get(), EVP_sha256());
    return made;
  }

  static void extend(X509* certificate, int kind, const char* value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  Key key_;
  Certificate certificate_;
};

// The server's side of TLS over a raw socket.
class TlsSocket {
 public:
  TlsSocket(Socket socket, const Authority::Issued& identity)
      : socket_(std::move(socket)), context_(SSL_CTX_new(TLS_server_method())), ssl_(nullptr) {
    SSL_CTX_use_certificate(context_.get(), identity.certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), identity.key.get());
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket_.fd());
    open_ = SSL_accept(ssl_.get()) == 1;
    ERR_clear_error();
  }

  // The handshake was made.
  bool open() const { return open_; }
  // The name the client wanted (SNI); empty if it gave none.
  std::string wanted() const {
    const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
    return name ? name : "";
  }
  std::string read_until(std::string_view end) {
    std::string all;
    char byte = 0;
    while (!all.ends_with(end) && SSL_read(ssl_.get(), &byte, 1) == 1) all += byte;
    return all;
  }
  void write(std::string_view bytes) { SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())); }
  // Says good-bye as TLS wants it; without this the end looks like a cut.
  void shut() { SSL_shutdown(ssl_.get()); }

 private:
  Socket socket_;
  std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>> context_;
  std::unique_ptr<SSL, Freer<SSL_free>> ssl_;
  bool open_ = false;
};

}  // namespace http::test
