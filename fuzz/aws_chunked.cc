// SPDX-License-Identifier: Apache-2.0
// The sandbox's decoder of aws-chunked bodies: the first byte chooses the kind of stream, the rest is the body.
#include "sandbox/aws_chunked.h"

#include <array>

#include "fuzz/fuzz.h"

namespace {

constexpr std::array<const char*, 4> kinds = {"STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                                              "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                                              "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "UNSIGNED-PAYLOAD"};

http::Request request_of(std::string_view kind, std::string_view body) {
  return {{},
          "PUT",
          "/bucket/key",
          {{"Host", "localhost"},
           {"Content-Encoding", "aws-chunked"},
           {"x-amz-content-sha256", std::string(kind)},
           {"x-amz-decoded-content-length", "5"},
           {"x-amz-trailer", "x-amz-checksum-crc32"}},
          std::string(body)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto* kind = kinds.at(data[0] % kinds.size());
  const auto body = fuzz::text_of(data + 1, size - 1);
  auto request = request_of(kind, body);
  if (sandbox::decode_aws_chunked(request, {}, {})) {
    fuzz::check(request.body.size() <= body.size(), "the content is no longer than its coding");
  }
  auto verified = request_of(kind, body);
  static_cast<void>(sandbox::decode_aws_chunked(verified, {}, std::string(32, 'k')));
  return 0;
}
