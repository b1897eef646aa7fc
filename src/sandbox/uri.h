// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sandbox {

// The sandbox decodes and encodes by itself: a mistake shared with the client that it checks would pass on both sides.

// `%XX` decoded, `+` as a blank if asked for; a broken escape stays as it is.
std::string uri_decode(std::string_view text, bool plus_is_blank = false);
// All but RFC 3986's unreserved characters as upper-case `%XX`; `/` stays if asked for.
std::string uri_encode(std::string_view text, bool keep_slash = false);

// The decoded names and values of a query string or form, in their order.
using Pairs = std::vector<std::pair<std::string, std::string>>;
Pairs parse_pairs(std::string_view text, bool plus_is_blank);
// The value of the first pair of that name; nullptr if there is none.
const std::string* find_pair(const Pairs& pairs, std::string_view name);

// Path and query of a request's target, still encoded.
struct Target {
  std::string_view path;
  std::string_view query;
};
Target split_target(std::string_view target);

// Well-formed UTF-8, without surrogates and overlong forms.
bool is_utf8(std::string_view text);

}  // namespace sandbox
