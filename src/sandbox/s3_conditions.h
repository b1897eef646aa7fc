// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "http/message.h"
#include "sandbox/refusal.h"

namespace sandbox {

// Whether a condition's list of entity tags, or `*`, names this one. S3 takes entity tags without their quotes as well.
bool names_etag(std::string_view condition, std::string_view etag);

Refusal precondition_failed(std::string_view condition);

// How a read with conditions ends: in the order of RFC 9110 section 13.2.2.
enum class Reading { Whole, NotModified };
// `prefix` is before the names of the headers: empty, or `x-amz-copy-source-`.
Answer<Reading> check_reading(const http::Headers& headers, std::string_view prefix, std::string_view etag,
                              base::Time modified);

struct ByteRange {
  std::size_t begin = 0;
  std::size_t size = 0;
};
// The bytes that a Range header asks for; nullopt for all of them. Errors: InvalidRange.
Answer<std::optional<ByteRange>> range_of(const http::Headers& headers, std::size_t size);
// The bytes that x-amz-copy-source-range asks for, which must be there, all of them. Errors: InvalidArgument, InvalidRequest.
Answer<ByteRange> copied_range(const http::Headers& headers, std::size_t size);

// A page's size or a marker, as the parameter or header `name` has it; `absent` where it is empty. Errors: InvalidArgument.
Answer<std::size_t> number_of(std::string_view text, std::string_view name, std::size_t absent);

// What is kept of a write's headers and comes back with the object.
std::vector<std::pair<std::string, std::string>> kept_headers(const http::Headers& headers);

// Refuses headers that ask for what the sandbox does not emulate, and the bucket's owner if it is another.
Answer<void> check_headers(const http::Headers& headers, std::string_view operation, std::string_view account);

// `Wed, 01 Jan 2026 03:04:05 GMT`; nullopt for anything else.
std::optional<base::Time> parse_http_date(std::string_view text);

}  // namespace sandbox
