// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "http/body.h"

namespace http {

// The header fields of a message, in the order they came; names are compared without case (RFC 9110 section 5.1).
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  // The first field of that name.
  std::optional<std::string_view> get(std::string_view name) const;
  // Replaces all fields of that name by one.
  void set(std::string_view name, std::string value);
  // Adds a field, also beside others of that name.
  void add(std::string_view name, std::string value);
  void remove(std::string_view name);

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  bool operator==(const Headers&) const = default;

 private:
  std::vector<Field> fields_;
};

// Where a request goes: scheme, host and port of a URL (RFC 6454).
struct Origin {
  bool tls = false;
  std::string host;  // Without the brackets of an IPv6 address.
  std::uint16_t port = 80;

  // What belongs into the Host header: the port only where it is not the scheme's own, IPv6 in brackets.
  std::string authority() const;
  auto operator<=>(const Origin&) const = default;
};

struct Url {
  Origin origin;
  std::string target = "/";  // Path and query, as on the wire.
};

// `http://host[:port][/path][?query]` or https. The host comes out in lower case; a fragment is dropped, since it is never
// sent. Errors: Invalid, naming the text, but not one that holds a user name: a password may follow it.
base::Result<Url> parse_url(std::string_view text);

// True if both parts can stand in a message as they are: a token (RFC 9110 section 5.6.2), and a value without the line
// breaks and NULs by which one message could be made to look like two.
bool valid_field(std::string_view name, std::string_view value);

struct Request {
  Origin origin;  // Client: where to connect. Server: the scheme and Host header it was asked as.
  std::string method = "GET";
  std::string target = "/";  // Origin form: path and query, already percent-encoded; sent byte for byte.
  Headers headers;           // Client: Host and Content-Length are added by the client where they are missing.
  std::string body;
  std::shared_ptr<BodySink> sink =
      nullptr;  // Server: what took the body, where the handler chose so; `body` is then empty.
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  std::shared_ptr<BodySource> source = nullptr;  // Server: gives the body instead, piece by piece.
};

// Percent-encodes all but RFC 3986's unreserved characters, in upper-case hex; `/` stays if `keep_slash`.
std::string percent_encode(std::string_view text, bool keep_slash = false);
// Decodes `%XX`; a broken escape stays as it is. `+` is a blank only if `plus_is_blank` (form bodies).
std::string percent_decode(std::string_view text, bool plus_is_blank = false);

}  // namespace http
