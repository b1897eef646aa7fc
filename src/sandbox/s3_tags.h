// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/refusal.h"

namespace sandbox {

// An object's tags, in the order they were given.
using S3Tags = std::vector<std::pair<std::string, std::string>>;

// `team=web&stage=a%20b`, as the header x-amz-tagging has them. Errors: InvalidArgument, InvalidTag, BadRequest.
Answer<S3Tags> read_tags_header(std::string_view text);
// `<Tagging><TagSet><Tag><Key>…`. Errors: MalformedXML, InvalidTag, BadRequest.
Answer<S3Tags> read_tags_document(std::string_view text);
// The same document of these tags.
std::string write_tags_document(const S3Tags& tags);

}  // namespace sandbox
