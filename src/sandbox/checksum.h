// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "sandbox/refusal.h"

namespace sandbox {

// The checksum of an S3 object or of a part of it.
struct Checksum {
  std::string algorithm;  // `CRC32`, `CRC32C`, `CRC64NVME`, `SHA1` or `SHA256`.
  std::string value;      // In base64; with `-3` behind for a composite one of three parts.
  bool composite = false;

  // `x-amz-checksum-crc32`
  std::string header() const;
  std::string_view type() const { return composite ? "COMPOSITE" : "FULL_OBJECT"; }
};

bool is_checksum_algorithm(std::string_view name);
// `x-amz-checksum-crc32` and the like, in lower case.
bool is_checksum_header(std::string_view name);
// Raw bytes, as they are in base64: a CRC's highest byte first.
std::string checksum_bytes(std::string_view algorithm, std::string_view data);
Checksum checksum_of(std::string_view algorithm, std::string_view data);
// From the values of its parts.
Checksum composite_checksum(std::string_view algorithm, const std::vector<std::string>& parts);

// Compares Content-MD5 and the x-amz-checksum-* header or trailer of a request with its body. Answers the checksum to be
// kept: the one that was sent, else one of the algorithm that was announced, else nullopt.
// Errors: BadDigest, InvalidDigest, InvalidRequest.
Answer<std::optional<Checksum>> check_body(const http::Headers& headers, std::string_view body);

}  // namespace sandbox
