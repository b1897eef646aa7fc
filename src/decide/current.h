// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "decide/facts.h"

namespace decide {

// What the decision compares with: the version that runs, or is being deployed by an operation of ours.
struct Current {
  std::string tag;  // Empty: unknown.
  std::optional<semver::OwnedVersion> version;
  std::string digest;  // As recorded; empty: unknown.
  bool being_deployed = false;
};

// Expects a record that has observed the same facts.
Current current(const Facts& facts);

// The tag of the described image; where that has only a digest, the highest version tag that the digest bears in the listing.
// Empty: the image is of no tag that we know, or there is none.
std::string described_tag(const Running& running, const Listing& listing);

// Whether what runs comes from the rule's repository. Not so for source code.
bool runs_repository(const Facts& facts);

}  // namespace decide
