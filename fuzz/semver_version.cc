// SPDX-License-Identifier: Apache-2.0
// semver::parse_version and what is made of a version: what it prints is read again as the same, an error lies in the text.
#include <string>

#include "fuzz/fuzz.h"
#include "semver/semver.h"

namespace {

void check_version(std::string_view text, semver::Options options) {
  const auto version = semver::parse_version(text, options);
  if (!version) {
    fuzz::check(version.error().offset <= text.size() && !version.error().expected.empty(), "an error has a place");
    return;
  }
  const std::string normal = to_string(*version);
  // A loose one may have become too long by the hyphen that was missing.
  const auto again = semver::parse_version(std::string_view(normal), options);
  fuzz::check(again.has_value() || normal.size() > semver::version_length_max, "what is printed is a version");
  fuzz::check(!again || (compare(*again, *version) == 0 && to_string(*again) == normal), "and the same one");
  const semver::OwnedVersion owned(*version);
  fuzz::check(compare_build(owned.version(), *version) == 0, "an owned version is the same");
  fuzz::check(!diff(*version, owned.version()), "a version does not differ from itself");
  for (const auto release : {semver::Release::Major, semver::Release::Prerelease, semver::Release::Prepatch}) {
    const auto next = inc(*version, release, {.identifier = "beta"}, options);
    fuzz::check(next && (next->version() > *version || release == semver::Release::Prerelease), "inc goes up");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  check_version(text, {});
  check_version(text, {.loose = true});
  return 0;
}
