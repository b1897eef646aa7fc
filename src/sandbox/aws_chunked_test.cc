// SPDX-License-Identifier: Apache-2.0
#include "sandbox/aws_chunked.h"

#include <gtest/gtest.h>

#include <string>

namespace sandbox {
namespace {

// The example of AWS's page "Transferring Payload in Multiple Chunks (Chunked Upload)".
Signature example_signature() {
  Signature signature;
  signature.date = "20130524";
  signature.region = "us-east-1";
  signature.service = "s3";
  signature.time = "20130524T000000Z";
  signature.signature = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
  return signature;
}

std::string example_body() {
  return "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" +
         std::string(65'536, 'a') +
         "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" +
         std::string(1'024, 'a') +
         "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
}

http::Request put(std::string_view payload, std::string body) {
  return {{},
          "PUT",
          "/b/k",
          {{"x-amz-content-sha256", std::string(payload)}, {"Content-Encoding", "aws-chunked,gzip"}},
          std::move(body)};
}

TEST(AwsChunked, ReadsTheExampleOfAws) {
  auto request = put("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", example_body());
  request.headers.set("x-amz-decoded-content-length", "66560");
  const auto signature = example_signature();
  ASSERT_TRUE(
      decode_aws_chunked(request, signature, signing_key(signature, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")));
  EXPECT_EQ(request.body, std::string(66'560, 'a'));
  EXPECT_EQ(request.headers.get("content-encoding"), "gzip");
}

TEST(AwsChunked, NoticesAChangedChunk) {
  auto body = example_body();
  body[200] = 'b';
  auto request = put("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", body);
  const auto signature = example_signature();
  const auto read =
      decode_aws_chunked(request, signature, signing_key(signature, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "SignatureDoesNotMatch");
}

TEST(AwsChunked, ReadsATrailer) {
  auto request = put("STREAMING-UNSIGNED-PAYLOAD-TRAILER", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n");
  request.headers.set("content-encoding", "aws-chunked");
  ASSERT_TRUE(decode_aws_chunked(request, {}, {}));
  EXPECT_EQ(request.body, "hello");
  EXPECT_EQ(request.headers.get("x-amz-checksum-crc32"), "NhCmhg==");
  EXPECT_EQ(request.headers.get("content-encoding"), std::nullopt);
}

TEST(AwsChunked, RefusesWhatIsCutOrWrong) {
  struct Case {
    std::string_view name;
    std::string_view body;
  };
  const Case cases[] = {
      {"empty", ""},
      {"no size", "\r\n\r\n"},
      {"size is no number", "xyz\r\nhello\r\n0\r\n\r\n"},
      {"size beyond the body", "ff\r\nhello\r\n0\r\n\r\n"},
      {"size that overflows", "fffffffffffffffff\r\nhello\r\n0\r\n\r\n"},
      {"negative size", "-1\r\nhello\r\n0\r\n\r\n"},
      {"no line break after a chunk", "5\r\nhello0\r\n\r\n"},
      {"no last chunk", "5\r\nhello\r\n"},
      {"trailer without colon", "0\r\nnonsense\r\n\r\n"},
      {"rest after the trailer", "0\r\na:b"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto request = put("STREAMING-UNSIGNED-PAYLOAD-TRAILER", std::string(c.body));
    const auto read = decode_aws_chunked(request, {}, {});
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, "IncompleteBody");
  }
}

TEST(AwsChunked, LeavesOtherRequestsAlone) {
  auto request = put("UNSIGNED-PAYLOAD", "5\r\nhello\r\n0\r\n\r\n");
  ASSERT_TRUE(decode_aws_chunked(request, {}, {}));
  EXPECT_EQ(request.body, "5\r\nhello\r\n0\r\n\r\n");
}

}  // namespace
}  // namespace sandbox
