// SPDX-License-Identifier: Apache-2.0
// The query protocol of the sandbox: a form in, XML out.
#include "sandbox/query_protocol.h"

#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  fuzz::check(sandbox::uri_decode(sandbox::uri_encode(text)) == text, "what is encoded is decoded the same");
  const auto input = sandbox::read_form(sandbox::parse_pairs(text, true));
  if (!input) {
    fuzz::check(!input.error().code.empty(), "a refusal has a code");
    return 0;
  }
  const auto answer = sandbox::write_answer("Operation", "urn:fuzz", *input, "id");
  fuzz::check(answer.ends_with("</OperationResponse>") || answer.ends_with("</OperationResponse>\n"),
              "an answer is closed");
  return 0;
}
