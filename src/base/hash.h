// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX.

namespace base {

// Digests as raw bytes, by OpenSSL (FIPS 180-4, RFC 1321), and HMAC-SHA-256 (RFC 2104); a key may be empty.
std::string sha256(std::string_view data);
std::string hmac_sha256(std::string_view key, std::string_view data);
std::string md5(std::string_view data);
std::string sha1(std::string_view data);

// SHA-256 of what comes bit by bit.
class Sha256 {
 public:
  Sha256();
  void update(std::string_view data);
  // Of all so far, in lower-case hex; more may follow.
  std::string hex() const;

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// Lower-case hex.
std::string to_hex(std::string_view bytes);
std::string sha256_hex(std::string_view data);
std::string md5_hex(std::string_view data);

// Standard base64 with padding (RFC 4648 section 4).
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

}  // namespace base
