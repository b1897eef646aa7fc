// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <cassert>

namespace base {
namespace {

// OpenSSL speaks of unsigned char where std::string holds char.
const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// Kept: with EVP_sha256() and its like OpenSSL looks its implementation up anew for each digest.
const EVP_MD* sha256_method() {
  static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return method;
}

std::string digest(const EVP_MD* kind, std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  const int made = EVP_Digest(data.data(), data.size(), out.data(), &size, kind, nullptr);
  assert(made == 1);
  static_cast<void>(made);
  return {out.begin(), out.begin() + size};
}

struct FreeMac {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

MacContext hmac_sha256_context() {
  EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  MacContext context(EVP_MAC_CTX_new(mac));
  EVP_MAC_free(mac);
  std::string method("SHA256");
  const std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, method.data(), 0),
                              OSSL_PARAM_construct_end()};
  EVP_MAC_CTX_set_params(context.get(), parameters.data());
  return context;
}

bool is_base64_digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

}  // namespace

std::string sha256(std::string_view data) { return digest(sha256_method(), data); }

std::string md5(std::string_view data) { return digest(EVP_md5(), data); }

std::string sha1(std::string_view data) { return digest(EVP_sha1(), data); }

std::string hmac_sha256(std::string_view key, std::string_view data) {
  // Kept, as above: to make one takes longer than what it is made for.
  thread_local const MacContext context = hmac_sha256_context();
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  std::size_t size = 0;
  // A null key would be the one before.
  const bool made = EVP_MAC_init(context.get(), key.empty() ? bytes_of("") : bytes_of(key), key.size(), nullptr) == 1 &&
                    EVP_MAC_update(context.get(), bytes_of(data), data.size()) == 1 &&
                    EVP_MAC_final(context.get(), out.data(), &size, out.size()) == 1;
  assert(made);
  static_cast<void>(made);
  return {out.begin(), out.begin() + size};
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context_.get(), sha256_method(), nullptr); }

void Sha256::update(std::string_view data) { EVP_DigestUpdate(context_.get(), data.data(), data.size()); }

std::string Sha256::hex() const {
  const std::unique_ptr<EVP_MD_CTX, Free> copy(EVP_MD_CTX_new());
  EVP_MD_CTX_copy_ex(copy.get(), context_.get());
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  EVP_DigestFinal_ex(copy.get(), out.data(), &size);
  return to_hex({reinterpret_cast<const char*>(out.data()), size});
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

std::string to_hex(std::string_view bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text(bytes.size() * 2, '\0');
  auto* out = text.data();
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *out++ = digits[byte >> 4U];
    *out++ = digits[byte & 15U];
  }
  return text;
}

std::string sha256_hex(std::string_view data) { return to_hex(sha256(data)); }

std::string md5_hex(std::string_view data) { return to_hex(md5(data)); }

std::string to_base64(std::string_view bytes) {
  // EVP_EncodeBlock writes a NUL after the text.
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  // EVP_DecodeBlock passes over blanks around the text, takes `-` for its end, and `=` anywhere.
  const auto digits = text.substr(0, text.find_last_not_of('=') + 1);
  const auto padding = text.size() - digits.size();
  if (text.size() % 4 != 0 || padding > 2 || !std::ranges::all_of(digits, is_base64_digit)) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), bytes_of(text), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  // The padding is counted as zero bytes.
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

}  // namespace base
