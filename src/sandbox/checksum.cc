// SPDX-License-Identifier: Apache-2.0
#include "sandbox/checksum.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/hash.h"

namespace sandbox {
namespace {

struct Algorithm {
  std::string_view name;
  std::string_view header;
  std::size_t size;  // Of its raw value.
};
constexpr Algorithm algorithms[] = {{"CRC32", "x-amz-checksum-crc32", 4},
                                    {"CRC32C", "x-amz-checksum-crc32c", 4},
                                    {"CRC64NVME", "x-amz-checksum-crc64nvme", 8},
                                    {"SHA1", "x-amz-checksum-sha1", 20},
                                    {"SHA256", "x-amz-checksum-sha256", 32}};

// Of a reflected polynomial, for a byte at a time.
template <class Word, Word Polynomial>
constexpr std::array<Word, 256> crc_table() {
  std::array<Word, 256> table{};
  for (Word i = 0; i < 256; ++i) {
    Word word = i;
    for (int bit = 0; bit < 8; ++bit) word = (word & 1U) != 0 ? (word >> 1U) ^ Polynomial : word >> 1U;
    table[i] = word;
  }
  return table;
}

// All bits set before and turned over after, as the three have it; highest byte first.
template <class Word, Word Polynomial>
std::string crc(std::string_view data) {
  static constexpr auto table = crc_table<Word, Polynomial>();
  Word word = ~Word{0};
  for (const char c : data) word = table[(word ^ static_cast<unsigned char>(c)) & 0xffU] ^ (word >> 8U);
  word = ~word;
  std::string bytes(sizeof(Word), '\0');
  for (std::size_t i = 0; i < sizeof(Word); ++i) {
    bytes[i] = static_cast<char>((word >> (8U * (sizeof(Word) - 1 - i))) & 0xffU);
  }
  return bytes;
}

const Algorithm* find_algorithm(std::string_view name) {
  const auto* found = std::ranges::find(algorithms, name, &Algorithm::name);
  return found == std::end(algorithms) ? nullptr : found;
}

Answer<void> check_md5(const http::Headers& headers, std::string_view body) {
  const auto given = headers.get("content-md5");
  if (!given) return {};
  const auto bytes = base::from_base64(*given);
  if (!bytes || bytes->size() != 16) return refuse("InvalidDigest", "The Content-MD5 you specified was invalid.");
  if (*bytes != base::md5(body))
    return refuse("BadDigest", "The Content-MD5 you specified did not match what we received.");
  return {};
}

}  // namespace

std::string Checksum::header() const {
  const auto* known = find_algorithm(algorithm);
  return std::string(known ? known->header : "");
}

bool is_checksum_algorithm(std::string_view name) { return find_algorithm(name) != nullptr; }

bool is_checksum_header(std::string_view name) {
  return std::ranges::find(algorithms, name, &Algorithm::header) != std::end(algorithms);
}

std::string checksum_bytes(std::string_view algorithm, std::string_view data) {
  if (algorithm == "CRC32") return crc<std::uint32_t, 0xedb88320U>(data);
  if (algorithm == "CRC32C") return crc<std::uint32_t, 0x82f63b78U>(data);
  if (algorithm == "CRC64NVME") return crc<std::uint64_t, 0x9a6c9329ac4bc9b5U>(data);
  return algorithm == "SHA1" ? base::sha1(data) : base::sha256(data);
}

Checksum checksum_of(std::string_view algorithm, std::string_view data) {
  return {std::string(algorithm), base::to_base64(checksum_bytes(algorithm, data)), false};
}

Checksum composite_checksum(std::string_view algorithm, const std::vector<std::string>& parts) {
  std::string all;
  for (const auto& part : parts) all += base::from_base64(part).value_or("");
  return {std::string(algorithm), fmt::format("{}-{}", base::to_base64(checksum_bytes(algorithm, all)), parts.size()),
          true};
}

Answer<std::optional<Checksum>> check_body(const http::Headers& headers, std::string_view body) {
  if (auto checked = check_md5(headers, body); !checked) return std::unexpected(std::move(checked.error()));
  std::optional<Checksum> kept;
  for (const auto& algorithm : algorithms) {
    const auto given = headers.get(algorithm.header);
    if (!given) continue;
    if (kept) {
      return refuse("InvalidRequest",
                    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
    }
    const auto bytes = base::from_base64(*given);
    if (!bytes || bytes->size() != algorithm.size)
      return refuse("InvalidRequest", fmt::format("Value for {} header is invalid.", algorithm.header));
    if (*bytes != checksum_bytes(algorithm.name, body)) {
      return refuse("BadDigest",
                    fmt::format("The {} you specified did not match the calculated checksum.", algorithm.name));
    }
    kept = Checksum{std::string(algorithm.name), std::string(*given), false};
  }
  const auto announced = headers.get("x-amz-sdk-checksum-algorithm");
  if (!announced) return kept;
  if (!is_checksum_algorithm(*announced)) {
    return refuse("InvalidRequest", "Value for x-amz-sdk-checksum-algorithm header is invalid.");
  }
  if (kept && kept->algorithm != *announced) {
    return refuse("InvalidRequest", "Value for x-amz-sdk-checksum-algorithm header is invalid.");
  }
  return kept ? kept : std::optional(checksum_of(*announced, body));
}

}  // namespace sandbox
