// SPDX-License-Identifier: Apache-2.0
// semver::coerce: what it finds is a version that it finds in itself again.
#include <string>

#include "fuzz/fuzz.h"
#include "semver/semver.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  for (unsigned bits = 0; bits < 8; ++bits) {
    const semver::Options options{
        .loose = (bits & 1U) != 0, .include_prerelease = (bits & 2U) != 0, .rtl = (bits & 4U) != 0};
    if (const auto found = semver::coerce(text, options)) {
      const std::string normal = to_string(found->version());
      fuzz::check(semver::valid(normal, options) == normal, "what is found is a version");
    }
  }
  return 0;
}
