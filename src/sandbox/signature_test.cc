// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signature.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/hash.h"

namespace sandbox {
namespace {

// The shared vectors; their README says how a file is made.
struct Vector {
  std::string name;
  std::string service;
  std::string region;
  bool verbatim = false;
  http::Request request;
  std::string canonical;
  std::string signature;
};

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

http::Request parse_request(const std::string& text) {
  http::Request request;
  std::istringstream lines(text);
  std::string version;
  std::string line;
  std::getline(lines, line);
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, last - first - 1);
  std::vector<http::Headers::Field> fields;
  while (std::getline(lines, line) && !line.empty()) {
    // The suite counts the lines of a folded field as fields of one name.
    const auto name = line.starts_with(' ') ? fields.back().first : line.substr(0, line.find(':'));
    const auto value = line.starts_with(' ') ? line : line.substr(line.find(':') + 1);
    const auto first_letter = value.find_first_not_of(' ');
    fields.emplace_back(name, first_letter == std::string::npos ? "" : value.substr(first_letter));
  }
  for (const auto& [name, value] : fields) request.headers.add(name, value);
  const auto blank = text.find("\n\n");
  if (blank != std::string::npos) request.body = text.substr(blank + 2);
  return request;
}

std::string header_of(const std::string& head, std::string_view name) {
  const auto at = head.find(fmt::format("{}: ", name));
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 2;
  return head.substr(begin, head.find('\n', begin) - begin);
}

Vector parse_vector(const std::filesystem::path& path) {
  const auto text = read_file(path);
  const auto part = [&](std::string_view name) {
    const auto mark = fmt::format("--- {}\n", name);
    const auto begin = text.find(mark) + mark.size();
    const auto end = text.find("\n---", begin);
    auto found = text.substr(begin, end == std::string::npos ? std::string::npos : end - begin);
    if (end == std::string::npos && found.ends_with('\n')) found.pop_back();
    return found;
  };
  const auto head = text.substr(0, text.find("---"));
  return {path.stem().string(),
          header_of(head, "service"),
          header_of(head, "region"),
          header_of(head, "path") == "verbatim",
          parse_request(part("request")),
          part("canonical request"),
          part("signature")};
}

std::vector<Vector> all_vectors() {
  std::vector<Vector> vectors;
  // The signer's own vectors: both sides are held to them, and share no code.
  const auto source = std::filesystem::path(TESTDATA).parent_path().parent_path();
  for (const auto& entry : std::filesystem::directory_iterator(source / "aws" / "testdata" / "sigv4")) {
    vectors.push_back(parse_vector(entry.path()));
  }
  std::ranges::sort(vectors, {}, &Vector::name);
  return vectors;
}

Signature signature_of(const Vector& vector) {
  Signature signature;
  signature.access_key_id = "AKIDEXAMPLE";
  signature.service = vector.service;
  signature.region = vector.region;
  signature.time = vector.request.headers.get("x-amz-date").value_or("");
  signature.date = signature.time.substr(0, 8);
  // The names of the signed headers are the last line but one.
  const auto last = vector.canonical.rfind('\n');
  const auto names = vector.canonical.substr(0, last);
  std::istringstream list(names.substr(names.rfind('\n') + 1));
  for (std::string name; std::getline(list, name, ';');) signature.signed_headers.push_back(name);
  return signature;
}

TEST(Signature, AgreesWithBotocoreAndTheSuiteOfAws) {
  const auto vectors = all_vectors();
  EXPECT_GT(vectors.size(), 60U);
  for (const auto& vector : vectors) {
    SCOPED_TRACE(vector.name);
    // Only S3 takes a path verbatim, and it does not sign as another service.
    if (vector.verbatim) continue;
    const auto signature = signature_of(vector);
    const auto hash = vector.canonical.substr(vector.canonical.rfind('\n') + 1);
    ASSERT_EQ(canonical_request(vector.request, signature, hash), vector.canonical);
    const auto text = fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", signature.time, signature.scope(),
                                  base::sha256_hex(vector.canonical));
    EXPECT_EQ(base::to_hex(base::hmac_sha256(signing_key(signature, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), text)),
              vector.signature);
  }
}

// A request that is right in every respect, as a base for those that are not.
struct Given {
  std::string key = "sandbox";
  std::string secret = "sandbox";
  std::string region = "us-east-1";
  std::string service = "apprunner";
  std::string date = "20260102";
  std::string time = "20260102T120000Z";
  std::string names = "host;x-amz-date;x-amz-target";
  std::string body = "{}";
  std::string token;
};

http::Request signed_request(const Given& given) {
  http::Request request{
      {},
      "POST",
      "/",
      {{"Host", "localhost:4566"}, {"X-Amz-Date", given.time}, {"X-Amz-Target", "AppRunner.ListServices"}},
      given.body};
  if (!given.token.empty()) request.headers.set("X-Amz-Security-Token", given.token);
  Signature signature;
  signature.date = given.date;
  signature.region = given.region;
  signature.service = given.service;
  signature.time = given.time;
  std::istringstream list(given.names);
  for (std::string name; std::getline(list, name, ';');) signature.signed_headers.push_back(name);
  const auto text = fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", given.time, signature.scope(),
                                base::sha256_hex(canonical_request(request, signature, base::sha256_hex(given.body))));
  request.headers.set(
      "Authorization",
      fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}", given.key, signature.scope(),
                  given.names, base::to_hex(base::hmac_sha256(signing_key(signature, given.secret), text))));
  return request;
}

struct Case {
  std::string_view name;
  Given given;
  std::string_view json;  // The code in the JSON protocol; empty if it is let in.
  std::string_view query;
  std::string_view rest;
};

TEST(Signature, SaysWhatIsWrong) {
  const Case cases[] = {
      {"right", {}, "", "", "AuthorizationHeaderMalformed"},  // S3 demands the payload's hash as a header.
      {"unknown key",
       {.key = "AKIDOTHER"},
       "UnrecognizedClientException",
       "InvalidClientTokenId",
       "InvalidAccessKeyId"},
      {"wrong secret", {.secret = "guess"}, "InvalidSignatureException", "SignatureDoesNotMatch", ""},
      {"other region",
       {.region = "eu-west-1"},
       "InvalidSignatureException",
       "SignatureDoesNotMatch",
       "AuthorizationHeaderMalformed"},
      {"other service",
       {.service = "ecr"},
       "InvalidSignatureException",
       "SignatureDoesNotMatch",
       "AuthorizationHeaderMalformed"},
      {"scope of another day",
       {.date = "20260101"},
       "InvalidSignatureException",
       "SignatureDoesNotMatch",
       "SignatureDoesNotMatch"},
      {"six minutes old", {.time = "20260102T115400Z"}, "InvalidSignatureException", "SignatureDoesNotMatch", ""},
      {"six minutes ahead", {.time = "20260102T120600Z"}, "InvalidSignatureException", "SignatureDoesNotMatch", ""},
      {"twenty minutes old",
       {.time = "20260102T114000Z"},
       "InvalidSignatureException",
       "SignatureDoesNotMatch",
       "RequestTimeTooSkewed"},
      {"four minutes old", {.time = "20260102T115600Z"}, "", "", ""},
      {"no time at all",
       {.time = "20260102"},
       "IncompleteSignatureException",
       "IncompleteSignature",
       "AuthorizationHeaderMalformed"},
      {"host not signed",
       {.names = "x-amz-date;x-amz-target"},
       "InvalidSignatureException",
       "SignatureDoesNotMatch",
       "SignatureDoesNotMatch"},
      {"target not signed",
       {.names = "host;x-amz-date"},
       "InvalidSignatureException",
       "SignatureDoesNotMatch",
       "SignatureDoesNotMatch"},
      {"a token nobody gave",
       {.names = "host;x-amz-date;x-amz-security-token;x-amz-target", .token = "t"},
       "UnrecognizedClientException",
       "InvalidClientTokenId",
       "InvalidToken"},
  };
  const base::Time now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + std::chrono::hours(12);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto request = signed_request(c.given);
    const auto code = [&](Protocol protocol) {
      const auto checked = check_signature(request, protocol, "apprunner", {}, now);
      return checked ? std::string() : checked.error().code;
    };
    EXPECT_EQ(code(Protocol::Json), c.json);
    EXPECT_EQ(code(Protocol::Query), c.query);
    if (!c.rest.empty()) {
      EXPECT_EQ(code(Protocol::Rest), c.rest);
    }
  }
}

TEST(Signature, NoticesAChangeOnTheWay) {
  const base::Time now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + std::chrono::hours(12);
  const auto good = signed_request({});
  ASSERT_TRUE(check_signature(good, Protocol::Json, "apprunner", {}, now));
  http::Request changed = good;
  changed.body = "{ }";
  EXPECT_FALSE(check_signature(changed, Protocol::Json, "apprunner", {}, now));
  changed = good;
  changed.headers.set("X-Amz-Target", "AppRunner.DeleteService");
  EXPECT_FALSE(check_signature(changed, Protocol::Json, "apprunner", {}, now));
  changed = good;
  changed.target = "/?a=b";
  EXPECT_FALSE(check_signature(changed, Protocol::Json, "apprunner", {}, now));
  changed = good;
  changed.headers.remove("Authorization");
  EXPECT_EQ(check_signature(changed, Protocol::Json, "apprunner", {}, now).error().code,
            "MissingAuthenticationTokenException");
}

TEST(Signature, RefusesWhatIsNoAuthorization) {
  for (const std::string_view header :
       {"", "Basic abc", "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=", "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0",
        "AWS4-HMAC-SHA256 Credential=/20260102/us-east-1/apprunner/aws4_request, SignedHeaders=host, Signature=0",
        "AWS4-HMAC-SHA256 Credential=k/20260102/us-east-1/apprunner/aws4_request, Signature=0",
        "AWS4-HMAC-SHA256 Credential=k/20260102/us-east-1/apprunner/aws4_request, SignedHeaders=host", ",,,,",
        "AWS4-HMAC-SHA256 ="}) {
    SCOPED_TRACE(header);
    const http::Request request{
        {},
        "POST",
        "/",
        {{"Host", "h"}, {"X-Amz-Date", "20260102T120000Z"}, {"Authorization", std::string(header)}},
        "{}"};
    const auto read = read_signature(request, Protocol::Json);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, "IncompleteSignatureException");
  }
}

}  // namespace
}  // namespace sandbox
