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

// The example of "Transferring Payload in Multiple Chunks with trailing headers"; what follows its last field may differ.
http::Request example_with_trailer(std::string_view rest) {
  auto request =
      put("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
          "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n" +
              std::string(65'536, 'a') +
              "\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n" +
              std::string(1'024, 'a') +
              "\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n" +
              "x-amz-checksum-crc32c:sOO8/Q==\r\n" + std::string(rest));
  request.headers.set("x-amz-trailer", "x-amz-checksum-crc32c");
  return request;
}

TEST(AwsChunked, ChecksTheSignatureOfATrailer) {
  const std::string right = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n";
  struct Case {
    std::string_view name;
    std::string rest;
    std::string_view want;
  };
  const Case cases[] = {
      {"the example", "x-amz-trailer-signature:" + right + "\r\n", ""},
      {"no empty line", "x-amz-trailer-signature:" + right, ""},
      {"another spelling", "X-Amz-Trailer-Signature:" + right + "\r\n", ""},
      {"none", "\r\n", "SignatureDoesNotMatch"},
      {"another", "x-amz-trailer-signature:00\r\n\r\n", "SignatureDoesNotMatch"},
      {"another, spelt otherwise", "X-Amz-Trailer-Signature:00\r\n\r\n", "SignatureDoesNotMatch"},
      {"another field before it", "a:b\r\nx-amz-trailer-signature:" + right + "\r\n", "SignatureDoesNotMatch"},
      {"another field behind it", "x-amz-trailer-signature:" + right + "a:b\r\n\r\n", "MalformedTrailerError"},
      {"two", "x-amz-trailer-signature:" + right + "x-amz-trailer-signature:" + right + "\r\n",
       "MalformedTrailerError"},
  };
  auto signature = example_signature();
  signature.signature = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
  const auto key = signing_key(signature, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto request = example_with_trailer(c.rest);
    const auto read = decode_aws_chunked(request, signature, key);
    EXPECT_EQ(read ? "" : read.error().code, c.want);
    EXPECT_EQ(request.headers.get("x-amz-checksum-crc32c").has_value(), read.has_value());
  }
}

TEST(AwsChunked, ReadsATrailer) {
  auto request = put("STREAMING-UNSIGNED-PAYLOAD-TRAILER", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n");
  request.headers.set("content-encoding", "aws-chunked");
  request.headers.set("x-amz-trailer", "x-amz-checksum-crc32");
  ASSERT_TRUE(decode_aws_chunked(request, {}, {}));
  EXPECT_EQ(request.body, "hello");
  EXPECT_EQ(request.headers.get("x-amz-checksum-crc32"), "NhCmhg==");
  EXPECT_EQ(request.headers.get("content-encoding"), std::nullopt);
}

TEST(AwsChunked, TakesOnlyTheTrailerThatIsAnnounced) {
  struct Case {
    std::string_view name;
    http::Headers headers;
    std::string_view trailer;
    bool taken;
    std::string_view payload = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
  };
  const Case cases[] = {
      {"none of none", {}, "", true},
      {"spelt otherwise", {{"X-Amz-Trailer", "X-Amz-Checksum-SHA1"}}, "x-amz-checksum-sha1:a\r\n", true},
      {"not announced", {}, "x-amz-checksum-sha1:a\r\n", false},
      {"announced and not there", {{"x-amz-trailer", "x-amz-checksum-sha1"}}, "", false},
      {"another", {{"x-amz-trailer", "x-amz-checksum-sha1"}}, "x-amz-checksum-crc32:a\r\n", false},
      {"one more", {{"x-amz-trailer", "x-amz-checksum-sha1"}}, "x-amz-checksum-sha1:a\r\nif-match:b\r\n", false},
      {"twice",
       {{"x-amz-trailer", "x-amz-checksum-sha1"}},
       "x-amz-checksum-sha1:a\r\nx-amz-checksum-sha1:b\r\n",
       false},
      {"no checksum", {{"x-amz-trailer", "x-amz-copy-source"}}, "x-amz-copy-source:a\r\n", false},
      {"in the place of a header",
       {{"x-amz-trailer", "x-amz-checksum-sha1"}, {"X-Amz-Checksum-Sha1", "b"}},
       "x-amz-checksum-sha1:a\r\n",
       false},
      {"of a stream without one",
       {{"x-amz-trailer", "x-amz-checksum-sha1"}},
       "x-amz-checksum-sha1:a\r\n",
       false,
       "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto request = put(c.payload, "5\r\nhello\r\n0\r\n" + std::string(c.trailer) + "\r\n");
    for (const auto& [name, value] : c.headers) request.headers.add(name, value);
    const auto before = request.headers;
    const auto read = decode_aws_chunked(request, {}, {});
    EXPECT_EQ(read ? "" : read.error().code, c.taken ? "" : "MalformedTrailerError");
    EXPECT_EQ(request.headers == before, !c.taken);
  }
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
      {"rest after the empty line", "5\r\nhello\r\n0\r\n\r\nGARBAGE"},
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
