// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>

#include "aws/caller.h"
#include "aws/ecr.h"
#include "decide/facts.h"
#include "records/store.h"
#include "target/target.h"

namespace reconcile {

// The repositories listed so far, so that several services of one repository cost one listing, and a long one that the time of one
// service is too short for goes on in that of the next. For as long as one batch of work lasts, not longer: a listing ages.
class Listings {
 public:
  explicit Listings(aws::Caller& caller) : caller_(caller) {}

  // All tags of the repository as a rule of this pattern reads them (nullopt: as versions), or an error.
  base::Result<const decide::Listing*> get(const names::Repository& repository,
                                           const std::optional<rules::TagPattern>& pattern,
                                           const aws::Deadline& deadline);

 private:
  base::Result<const decide::Listing*> get(const names::Repository& repository, const aws::Deadline& deadline);

  aws::Caller& caller_;
  std::map<std::string, aws::ecr::ImageReader> readers_;
  // By repository and pattern.
  std::map<std::pair<std::string, std::string>, std::unique_ptr<decide::Listing>> listings_;
};

// What was gathered for one service. Complete, or gather() fails. The listing is read by the rule's pattern.
struct Gathered {
  records::Stored stored;
  std::unique_ptr<target::Described> described;
  const decide::Listing* listing = nullptr;
};

base::Result<Gathered> gather(const rules::Rule& rule, const names::Repository& repository, target::Target& target,
                              records::Store& records, Listings& listings, const aws::Deadline& deadline);

// Whether an artifact of these media types is an image that a service can run, rather than a Helm chart, a signature, an
// attestation or an SBOM (OCI image specification, manifest.md, "Guidelines for Artifact Usage").
bool is_container_image(std::string_view manifest_media_type, std::string_view artifact_media_type);

}  // namespace reconcile
