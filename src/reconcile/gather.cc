// SPDX-License-Identifier: Apache-2.0
#include "reconcile/gather.h"

namespace reconcile {

bool is_container_image(std::string_view manifest_media_type, std::string_view artifact_media_type) {
  if (manifest_media_type == "application/vnd.oci.artifact.manifest.v1+json") return false;
  // ECR gives the config's media type here, and nothing for an index.
  return artifact_media_type.empty() || artifact_media_type == "application/vnd.oci.image.config.v1+json" ||
         artifact_media_type == "application/vnd.docker.container.image.v1+json";
}

base::Result<const decide::Listing*> Listings::get(const names::Repository& repository,
                                                   const std::optional<rules::TagPattern>& pattern,
                                                   const aws::Deadline& deadline) {
  const auto plain = get(repository, deadline);
  if (!plain || !pattern) return plain;
  auto& listing = listings_[{names::to_string(repository), pattern->text()}];
  if (!listing) listing = std::make_unique<decide::Listing>((*plain)->read_by(*pattern));
  return listing.get();
}

base::Result<const decide::Listing*> Listings::get(const names::Repository& repository, const aws::Deadline& deadline) {
  auto& listing = listings_[{names::to_string(repository), std::string()}];
  if (listing) return listing.get();
  auto& reader = readers_
                     .try_emplace(names::to_string(repository),
                                  aws::ecr::Repository{repository.account, repository.region, repository.name})
                     .first->second;
  const auto images = reader.read(caller_, deadline);
  if (!images) return std::unexpected(images.error());
  listing = std::make_unique<decide::Listing>();
  for (const auto& image : *images) {
    listing->add(image.digest, image.tags, image.pushed_at,
                 is_container_image(image.manifest_media_type, image.artifact_media_type));
  }
  return listing.get();
}

base::Result<Gathered> gather(const rules::Rule& rule, const names::Repository& repository, target::Target& target,
                              records::Store& records, Listings& listings, const aws::Deadline& deadline) {
  Gathered gathered;
  // The record first: it may only lag behind what is described after it, never run ahead.
  auto stored = records.load(rule.service, deadline);
  if (!stored) return std::unexpected(stored.error());
  auto described = target.describe(rule.service, deadline);
  if (!described) return std::unexpected(described.error());
  const auto listing = listings.get(repository, rule.tag_pattern, deadline);
  if (!listing) return std::unexpected(listing.error());
  gathered.stored = std::move(*stored);
  gathered.described = std::move(*described);
  gathered.listing = *listing;
  return gathered;
}

}  // namespace reconcile
