// SPDX-License-Identifier: Apache-2.0
#include "http/message.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace http {
namespace {

// <cctype> depends on the locale; the wire is ASCII.
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_alphanumeric(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z'); }

std::string to_lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

bool same_name(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

bool is_token_character(char c) { return is_alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").contains(c); }

// RFC 3986's registered names, short of escapes, which no resolver takes.
bool is_host_name(std::string_view host) {
  return !host.empty() && host.size() <= 255 &&
         std::ranges::all_of(host, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_'; });
}

bool is_ipv6(const std::string& host) {
  in6_addr address;
  return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

// Splits `host[:port]` or `[address][:port]`; a word of what is wrong otherwise.
std::expected<Origin, std::string_view> parse_authority(std::string_view text, bool tls) {
  Origin origin{tls, {}, static_cast<std::uint16_t>(tls ? 443 : 80)};
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::unexpected("a bracket is not closed");
    origin.host = to_lower(text.substr(1, end - 1));
    rest = text.substr(end + 1);
    if (!is_ipv6(origin.host)) return std::unexpected("not an IPv6 address in the brackets");
  } else {
    const auto end = std::min(text.find(':'), text.size());
    origin.host = to_lower(text.substr(0, end));
    rest = text.substr(end);
    if (!is_host_name(origin.host)) return std::unexpected("not a host name");
  }
  if (rest.empty() || rest == ":") return origin;
  if (rest.front() != ':') return std::unexpected("something stands between host and port");
  const auto [stop, error] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), origin.port);
  if (error != std::errc() || stop != rest.data() + rest.size() || origin.port == 0) {
    return std::unexpected("the port is not a number from 1 to 65535");
  }
  return origin;
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char letter = lower(c);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

// At most so much of a text that is wrong, and only what a terminal prints, goes into a message about it.
std::string excerpt(std::string_view text) {
  std::string out(text.substr(0, 120));
  std::ranges::replace_if(out, [](char c) { return c < ' ' || c > '~'; }, '?');
  return text.size() > out.size() ? out + "..." : out;
}

}  // namespace

std::optional<std::string_view> Headers::get(std::string_view name) const {
  const auto found = std::ranges::find_if(fields_, [&](const Field& field) { return same_name(field.first, name); });
  if (found == fields_.end()) return std::nullopt;
  return found->second;
}

void Headers::set(std::string_view name, std::string value) {
  const auto found = std::ranges::find_if(fields_, [&](const Field& field) { return same_name(field.first, name); });
  if (found == fields_.end()) return add(name, std::move(value));
  found->second = std::move(value);
  fields_.erase(
      std::remove_if(found + 1, fields_.end(), [&](const Field& field) { return same_name(field.first, name); }),
      fields_.end());
}

void Headers::add(std::string_view name, std::string value) {
  fields_.emplace_back(std::string(name), std::move(value));
}

void Headers::remove(std::string_view name) {
  std::erase_if(fields_, [&](const Field& field) { return same_name(field.first, name); });
}

std::string Origin::authority() const {
  const bool bracketed = host.contains(':');
  auto text = bracketed ? "[" + host + "]" : host;
  if (port != (tls ? 443 : 80)) text += fmt::format(":{}", port);
  return text;
}

base::Result<Url> parse_url(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return base::fail(base::ErrorKind::Invalid, fmt::format("URL {}: {}", excerpt(text), why));
  };
  const auto colon = text.find("://");
  const auto scheme = colon == std::string_view::npos ? std::string() : to_lower(text.substr(0, colon));
  if (scheme != "http" && scheme != "https") return wrong("it does not begin with http:// or https://");
  auto rest = text.substr(colon + 3);
  rest = rest.substr(0, rest.find('#'));
  const auto authority = rest.substr(0, rest.find_first_of("/?"));
  if (authority.contains('@')) {
    return base::fail(base::ErrorKind::Invalid, "URL: a user name and password in it are not supported");
  }
  const auto origin = parse_authority(authority, scheme == "https");
  if (!origin) return wrong(origin.error());
  Url url{*origin, std::string(rest.substr(authority.size()))};
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  const bool printable = std::ranges::all_of(url.target, [](char c) { return c > ' ' && c <= '~'; });
  if (!printable) return wrong("blanks, controls and other than ASCII must be percent-encoded");
  return url;
}

bool valid_field(std::string_view name, std::string_view value) {
  return !name.empty() && std::ranges::all_of(name, is_token_character) &&
         value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

std::string percent_encode(std::string_view text, bool keep_slash) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_alphanumeric(c) || std::string_view("-._~").contains(c) || (c == '/' && keep_slash)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

std::string percent_decode(std::string_view text, bool plus_is_blank) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i] == '+' && plus_is_blank ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace http
