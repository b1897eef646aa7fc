// SPDX-License-Identifier: Apache-2.0
#include "sandbox/checksum.h"

#include <gtest/gtest.h>

#include "base/hash.h"

namespace sandbox {
namespace {

// The check values of "123456789": the catalogue of parametrised CRC algorithms (CRC-32/ISO-HDLC, CRC-32/ISCSI,
// CRC-64/NVME) and the digests that every library gives.
TEST(Checksum, ComputesWhatTheCataloguesSay) {
  struct Case {
    std::string_view algorithm;
    std::string_view hex;
  };
  const Case cases[] = {
      {"CRC32", "cbf43926"},
      {"CRC32C", "e3069283"},
      {"CRC64NVME", "ae8b14860a799888"},
      {"SHA1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"},
      {"SHA256", "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.algorithm);
    EXPECT_EQ(base::to_hex(checksum_bytes(c.algorithm, "123456789")), c.hex);
  }
}

TEST(Checksum, ChecksWhatWasSent) {
  struct Case {
    std::string_view name;
    http::Headers headers;
    std::string_view want;
  };
  const Case cases[] = {
      {"none", {}, "none"},
      {"CRC32", {{"x-amz-checksum-crc32", "y/Q5Jg=="}}, "CRC32 y/Q5Jg=="},
      {"in capitals", {{"X-Amz-Checksum-CRC32", "y/Q5Jg=="}}, "CRC32 y/Q5Jg=="},
      {"announced only", {{"x-amz-sdk-checksum-algorithm", "CRC64NVME"}}, "CRC64NVME rosUhgp5mIg="},
      {"another one", {{"x-amz-checksum-crc32", "AAAAAA=="}}, "BadDigest"},
      {"too short", {{"x-amz-checksum-crc32c", "AAA="}}, "InvalidRequest"},
      {"no base64", {{"x-amz-checksum-crc32c", "???"}}, "InvalidRequest"},
      {"two", {{"x-amz-checksum-crc32", "y/Q5Jg=="}, {"x-amz-checksum-crc32c", "4waSgw=="}}, "InvalidRequest"},
      {"not the one announced",
       {{"x-amz-checksum-crc32", "y/Q5Jg=="}, {"x-amz-sdk-checksum-algorithm", "SHA1"}},
       "InvalidRequest"},
      {"unknown", {{"x-amz-sdk-checksum-algorithm", "MD4"}}, "InvalidRequest"},
      {"MD5", {{"Content-MD5", "JfnnlDI7RTiF9RgfG2JNCw=="}}, "none"},
      {"another MD5", {{"Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="}}, "BadDigest"},
      {"no MD5", {{"Content-MD5", "abc"}}, "InvalidDigest"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto checked = check_body(c.headers, "123456789");
    const auto got = !checked   ? checked.error().code
                     : *checked ? (*checked)->algorithm + " " + (*checked)->value
                                : std::string("none");
    EXPECT_EQ(got, c.want);
  }
}

TEST(Checksum, ComposesFromParts) {
  const auto whole = composite_checksum("CRC32", {"y/Q5Jg==", "y/Q5Jg=="});
  EXPECT_EQ(whole.value, checksum_of("CRC32", "\xcb\xf4\x39\x26\xcb\xf4\x39\x26").value + "-2");
  EXPECT_EQ(whole.type(), "COMPOSITE");
}

}  // namespace
}  // namespace sandbox
