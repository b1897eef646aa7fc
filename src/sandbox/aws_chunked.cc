// SPDX-License-Identifier: Apache-2.0
#include "sandbox/aws_chunked.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "sandbox/checksum.h"
#include "sandbox/signature_refusal.h"

namespace sandbox {
namespace {

// What x-amz-content-sha256 says of a stream.
struct Kind {
  std::string_view payload;
  bool is_signed;
  bool has_trailer;
};
constexpr Kind kinds[] = {{"STREAMING-AWS4-HMAC-SHA256-PAYLOAD", true, false},
                          {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", true, true},
                          {"STREAMING-UNSIGNED-PAYLOAD-TRAILER", false, true}};

std::unexpected<Refusal> incomplete() { return refuse("IncompleteBody", "The request body terminated unexpectedly"); }

std::unexpected<Refusal> malformed_trailer() {
  return refuse("MalformedTrailerError",
                "The request contained trailing data that was not well-formed or did not conform to our published "
                "schema.");
}

// Names of header fields are the same in either case, and signed in lower case.
std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

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
  Decoder(std::string_view body, const Kind& kind, const Signature& signature, std::string_view key)
      : rest_(body), kind_(kind), signature_(signature), key_(key), previous_(signature.signature) {}

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
  std::vector<http::Headers::Field> fields_;  // Of the trailer, but for its signature.

 private:
  Answer<void> trailer() {
    std::string signed_text;
    std::optional<std::string_view> given;
    // Some clients leave out the empty line that ends the trailer.
    while (!rest_.empty()) {
      const auto line = take_line(rest_);
      if (!line) return incomplete();
      if (line->empty()) break;
      const auto colon = line->find(':');
      if (colon == std::string_view::npos) return incomplete();
      // What stands behind the signature is not signed.
      if (given) return malformed_trailer();
      const auto name = lower(line->substr(0, colon));
      const auto value = line->substr(colon + 1);
      if (name == "x-amz-trailer-signature" && kind_.is_signed && kind_.has_trailer) {
        given = value;
      } else {
        signed_text += fmt::format("{}:{}\n", name, value);
        fields_.emplace_back(name, value);
      }
    }
    if (!rest_.empty()) return incomplete();
    if (!kind_.is_signed || !kind_.has_trailer) return {};
    const bool right = matches("AWS4-HMAC-SHA256-TRAILER", base::sha256_hex(signed_text), given.value_or(""));
    return right ? Answer<void>() : mismatch();
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
  const Kind& kind_;
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

// Whether the trailer is what the request's head, which is signed, announces: nothing, or a checksum that is not there yet.
bool is_announced(const http::Headers& headers, const Kind& kind, const std::vector<http::Headers::Field>& trailer) {
  const auto announced = headers.get("x-amz-trailer");
  if (!announced) return trailer.empty();
  const auto name = lower(*announced);
  return kind.has_trailer && trailer.size() == 1 && trailer[0].first == name && is_checksum_header(name) &&
         !headers.get(name);
}

}  // namespace

Answer<void> decode_aws_chunked(http::Request& request, const Signature& signature, std::string_view signing_key) {
  const auto payload = std::string(request.headers.get("x-amz-content-sha256").value_or(""));
  if (!payload.starts_with("STREAMING-")) return {};
  const auto* kind = std::ranges::find(kinds, payload, &Kind::payload);
  if (kind == std::end(kinds))
    return refuse("NotImplemented", fmt::format("The sandbox does not read the payload {}", payload), 501);
  Decoder decoder(request.body, *kind, signature, kind->is_signed ? signing_key : std::string_view());
  if (auto done = decoder.run(); !done) return done;
  const auto length = request.headers.get("x-amz-decoded-content-length");
  if (length && *length != std::to_string(decoder.content_.size())) return incomplete();
  if (!is_announced(request.headers, *kind, decoder.fields_)) return malformed_trailer();
  for (const auto& [name, value] : decoder.fields_) request.headers.add(name, value);
  request.body = std::move(decoder.content_);
  drop_encoding(request.headers);
  return {};
}

}  // namespace sandbox
