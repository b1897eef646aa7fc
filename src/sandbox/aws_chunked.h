// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"
#include "sandbox/refusal.h"
#include "sandbox/signature.h"

namespace sandbox {

// Replaces the body of a request whose payload is a stream (`x-amz-content-sha256: STREAMING-…`, Content-Encoding
// aws-chunked) by its content, appends the trailer to the headers, and takes `aws-chunked` out of Content-Encoding. A trailer
// is one checksum, which x-amz-trailer announces and no header gives. Other requests stay as they are. With a signing key, the
// signatures of chunks and trailer must be there and right; an empty key leaves them unchecked. Errors: what is malformed or
// not announced, the declared length, or a wrong signature.
Answer<void> decode_aws_chunked(http::Request& request, const Signature& signature, std::string_view signing_key);

}  // namespace sandbox
