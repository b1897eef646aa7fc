// SPDX-License-Identifier: Apache-2.0
// The sandbox's decoder of aws-chunked bodies: the first byte chooses the kind of stream, the rest is the body; and then what
// a body, as clients code it, holds.
#include "sandbox/aws_chunked.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "fuzz/fuzz.h"

namespace {

constexpr std::array<const char*, 4> kinds = {"STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                                              "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                                              "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "UNSIGNED-PAYLOAD"};

http::Request request_of(std::string_view kind, std::string_view body) {
  http::Request request{
      {},
      "PUT",
      "/bucket/key",
      {{"Host", "localhost"}, {"Content-Encoding", "aws-chunked"}, {"x-amz-content-sha256", std::string(kind)}},
      std::string(body)};
  if (kind.ends_with("-TRAILER")) request.headers.add("x-amz-trailer", "x-amz-checksum-crc32");
  return request;
}

void check_any(std::string_view kind, std::string_view body) {
  auto request = request_of(kind, body);
  const bool read = sandbox::decode_aws_chunked(request, {}, {}).has_value();
  fuzz::check(request.body.size() <= body.size(), "the content is no longer than its coding");
  fuzz::check(kind.starts_with("STREAMING-") || (read && request.body == body), "what is no stream stays as it is");
  fuzz::check(request.headers.get("Host") == "localhost", "a trailer replaces no header");
  auto verified = request_of(kind, body);
  if (!sandbox::decode_aws_chunked(verified, {}, std::string(32, 'k'))) return;
  fuzz::check(read && request.body == verified.body, "a signature changes nothing but whether it is read");
}

// In chunks as long as their first bytes say.
void check_coded(std::string_view content) {
  std::string coded;
  for (auto rest = content; !rest.empty();) {
    const auto size = std::min<std::size_t>(1 + static_cast<unsigned char>(rest.front()) % 64, rest.size());
    coded += fmt::format("{:x}\r\n{}\r\n", size, rest.substr(0, size));
    rest.remove_prefix(size);
  }
  coded += "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
  auto request = request_of(kinds[0], coded);
  request.headers.add("x-amz-decoded-content-length", std::to_string(content.size()));
  auto longer = request;
  longer.body += 'x';
  fuzz::check(sandbox::decode_aws_chunked(request, {}, {}).has_value(), "what is well coded is read");
  fuzz::check(request.body == content, "a body is what was coded");
  fuzz::check(request.headers.get("x-amz-checksum-crc32") == "AAAAAA==", "the trailer is kept");
  fuzz::check(!sandbox::decode_aws_chunked(longer, {}, {}), "nothing may stand behind the end");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto body = fuzz::text_of(data + 1, size - 1);
  check_any(kinds.at(data[0] % kinds.size()), body);
  check_coded(body);
  return 0;
}
