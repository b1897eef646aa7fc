// SPDX-License-Identifier: Apache-2.0
#include "sandbox/aws_chunked.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "sandbox/signature_refusal.h"

namespace sandbox {
namespace {

std::unexpected<Refusal> incomplete() { return refuse("IncompleteBody", "The request body terminated unexpectedly"); }

// Takes the text up to CR LF off the front; nullopt if there is no line.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const auto end = rest.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

struct ChunkHead {
  std::size_t size = 0;
  std::string_view signature;
};

// `400;chunk-signature=0123…`
std::optional<ChunkHead> read_head(std::string_view line) {
  ChunkHead head;
  const auto end = line.find(';');
  const auto digits = line.substr(0, end);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), head.size, 16);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return std::nullopt;
  constexpr std::string_view extension = ";chunk-signature=";
  if (end != std::string_view::npos && line.substr(end).starts_with(extension)) {
    head.signature = line.substr(end + extension.size());
  }
  return head;
}

// Reads one stream: chunks, then the trailer's fields.
class Decoder {
 public:
  Decoder(std::string_view body, const Signature& signature, std::string_view key)
      : rest_(body), signature_(signature), key_(key), previous_(signature.signature) {}

  Answer<void> run() {
    while (true) {
      const auto line = take_line(rest_);
      const auto head = line ? read_head(*line) : std::nullopt;
      if (!head || head->size > rest_.size()) return incomplete();
      const auto data = rest_.substr(0, head->size);
      if (!matches("AWS4-HMAC-SHA256-PAYLOAD", base::sha256_hex("") + "\n" + base::sha256_hex(data), head->signature))
        return mismatch();
      rest_.remove_prefix(head->size);
      if (head->size == 0) return trailer();
      if (!rest_.starts_with("\r\n")) return incomplete();
      rest_.remove_prefix(2);
      content_ += data;
    }
  }

  std::string content_;
  http::Headers fields_;

 private:
  Answer<void> trailer() {
    std::string signed_text;
    while (const auto line = take_line(rest_)) {
      if (line->empty()) return {};
      const auto colon = line->find(':');
      if (colon == std::string_view::npos) return incomplete();
      const auto name = line->substr(0, colon);
      const auto value = line->substr(colon + 1);
      if (name == "x-amz-trailer-signature") {
        if (!matches("AWS4-HMAC-SHA256-TRAILER", base::sha256_hex(signed_text), value)) return mismatch();
      } else {
        signed_text += fmt::format("{}:{}\n", name, value);
        fields_.add(std::string(name), std::string(value));
      }
    }
    // Some clients leave out the empty line that ends the trailer.
    if (rest_.empty()) return {};
    return incomplete();
  }

  bool matches(std::string_view algorithm, std::string_view hashes, std::string_view given) {
    if (key_.empty()) return true;
    const auto text =
        fmt::format("{}\n{}\n{}\n{}\n{}", algorithm, signature_.time, signature_.scope(), previous_, hashes);
    previous_ = base::to_hex(base::hmac_sha256(key_, text));
    return previous_ == given;
  }

  static std::unexpected<Refusal> mismatch() {
    return std::unexpected(signature_refusal(SignatureFault::Mismatch, Protocol::Rest,
                                             "The signature of a chunk does not match what was computed."));
  }

  std::string_view rest_;
  const Signature& signature_;
  std::string_view key_;
  std::string previous_;
};

// The encodings without `aws-chunked`, which is only about the way here.
void drop_encoding(http::Headers& headers) {
  const auto encoding = std::string(headers.get("content-encoding").value_or(""));
  if (encoding == "aws-chunked") headers.remove("content-encoding");
  if (encoding.starts_with("aws-chunked,"))
    headers.set("content-encoding", encoding.substr(std::min(encoding.find_first_not_of(", ", 11), encoding.size())));
}

}  // namespace

Answer<void> decode_aws_chunked(http::Request& request, const Signature& signature, std::string_view signing_key) {
  const auto payload = std::string(request.headers.get("x-amz-content-sha256").value_or(""));
  if (!payload.starts_with("STREAMING-")) return {};
  const bool is_signed = payload.starts_with("STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  if (!is_signed && payload != "STREAMING-UNSIGNED-PAYLOAD-TRAILER") {
    return refuse("NotImplemented", fmt::format("The sandbox does not read the payload {}", payload), 501);
  }
  Decoder decoder(request.body, signature, is_signed ? signing_key : std::string_view());
  if (auto done = decoder.run(); !done) return done;
  const auto length = request.headers.get("x-amz-decoded-content-length");
  if (length && *length != std::to_string(decoder.content_.size())) return incomplete();
  if (const auto announced = request.headers.get("x-amz-trailer"); announced && !decoder.fields_.get(*announced)) {
    return refuse("MalformedTrailerError",
                  "The request contained trailing data that was not well-formed or did not conform to our published "
                  "schema.");
  }
  for (const auto& [name, value] : decoder.fields_) request.headers.set(name, value);
  request.body = std::move(decoder.content_);
  drop_encoding(request.headers);
  return {};
}

}  // namespace sandbox
