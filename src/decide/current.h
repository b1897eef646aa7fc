// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "decide/facts.h"

namespace decide {

// What stands around the version in its tag. Expects a version that was read from the tag.
struct TagForm {
  std::string_view before;
  std::string_view behind;
  bool operator==(const TagForm&) const = default;
};
TagForm form_of(std::string_view tag, const semver::Version& version);

// What the decision compares with: the version that runs, or is being deployed by an operation of ours.
struct Current {
  std::string tag;  // Empty: unknown.
  std::optional<semver::OwnedVersion> version;
  // The tag holds that version, but not as the rule's pattern wants it: `1.2.5` under `-alpine$`.
  bool beside_pattern = false;
  std::string before;  // What stands around the version in the tag: `v`, `-alpine`.
  std::string behind;
  std::string digest;  // As recorded; empty: unknown.
  bool being_deployed = false;

  TagForm form() const { return {before, behind}; }
};

// Expects a record that has observed the same facts.
Current current(const Facts& facts);

// The tag of the described image; where that has only a digest, the highest version tag that the digest bears in the listing, or if it
// bears none any more the one that it is recorded with. Empty: the image is of no tag that we know, or there is none.
std::string described_tag(const Facts& facts, const std::optional<Record>& record);

// Whether what runs comes from the rule's repository. Not so for source code.
bool runs_repository(const Facts& facts);

}  // namespace decide
