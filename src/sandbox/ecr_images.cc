// SPDX-License-Identifier: Apache-2.0
// ECR's operations on images; those on repositories are in ecr.cc.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/json.h"
#include "sandbox/ecr.h"
#include "sandbox/ecr_names.h"
#include "sandbox/page.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t images_max = 100'000;
constexpr std::size_t manifest_bytes_max = std::size_t{256} << 20U;  // Of all repositories.
constexpr std::string_view docker_manifest = "application/vnd.docker.distribution.manifest.v2+json";

json::object show_id(std::string_view digest, std::string_view tag) {
  json::object id;
  if (!digest.empty()) id["imageDigest"] = digest;
  if (!tag.empty()) id["imageTag"] = tag;
  return id;
}

bool fits_filter(const Input& input, bool tagged) {
  const auto* filter = object_of(input, "filter");
  const auto status = filter ? text_of(*filter, "tagStatus") : std::string();
  return (status != "TAGGED" || tagged) && (status != "UNTAGGED" || !tagged);
}

// The page that a request asks for.
struct Paging {
  std::optional<std::string> after;
  std::size_t size = 100;
};

Answer<Paging> read_paging(const Input& input) {
  Paging paging;
  paging.size = static_cast<std::size_t>(integer_of(input, "maxResults", 100));
  if (const auto token = optional_text(input, "nextToken")) {
    paging.after = page_item(*token);
    if (!paging.after) return std::unexpected(invalid_parameter("nextToken", "Invalid token"));
  }
  return paging;
}

}  // namespace

References references_of(const json::value& manifest) {
  References found;
  const auto add = [](const json::value& descriptor, std::set<std::string>& into) {
    const auto digest = base::string_member(descriptor, "digest");
    if (digest && !base::member(descriptor, "urls")) into.emplace(*digest);
  };
  const auto add_all = [&](std::string_view name, std::set<std::string>& into) {
    const auto* list = base::member(manifest, name);
    if (!list || !list->is_array()) return;
    for (const auto& descriptor : list->get_array()) add(descriptor, into);
  };
  if (const auto* config = base::member(manifest, "config")) add(*config, found.blobs);
  add_all("layers", found.blobs);
  add_all("manifests", found.manifests);
  return found;
}

std::int64_t size_by_manifest(const json::value& manifest, std::size_t manifest_size) {
  std::int64_t size = 0;
  if (const auto* config = base::member(manifest, "config")) size += base::int_member(*config, "size").value_or(0);
  if (const auto* layers = base::member(manifest, "layers"); layers && layers->is_array()) {
    for (const auto& layer : layers->get_array()) {
      // Sizes are the pusher's word: a sum that cannot be is no reason to fail.
      if (__builtin_add_overflow(size, base::int_member(layer, "size").value_or(0), &size)) return INT64_MAX;
    }
  }
  return size > 0 ? size : static_cast<std::int64_t>(manifest_size);
}

std::optional<std::string> artifact_type_of(const json::value& manifest) {
  const auto* config = base::member(manifest, "config");
  auto type = base::string_member(manifest, "artifactType");
  if (!type && config) type = base::string_member(*config, "mediaType");
  return type ? std::optional(std::string(*type)) : std::nullopt;
}

Ecr::Repository* Ecr::find_repository(std::string_view name) {
  const auto found = repositories_.find(name);
  return found == repositories_.end() ? nullptr : &found->second;
}

void Ecr::emit(std::string_view action, const Repository& repository, std::string_view digest, std::string_view tag) {
  json::object detail{
      {"result", "SUCCESS"}, {"repository-name", repository.name}, {"image-digest", digest}, {"action-type", action}};
  if (!tag.empty()) detail["image-tag"] = tag;
  bus_.emit({"aws.ecr", "ECR Image Action", {}, std::move(detail)});
}

std::optional<std::string> Ecr::find_digest(std::string_view repository, std::string_view tag_or_digest) const {
  const auto found = repositories_.find(repository);
  if (found == repositories_.end()) return std::nullopt;
  const bool is_digest = tag_or_digest.starts_with("sha256:");
  auto digest = digest_of(
      found->second, is_digest ? ImageId{std::string(tag_or_digest), {}} : ImageId{{}, std::string(tag_or_digest)});
  return digest.empty() ? std::nullopt : std::optional(std::move(digest));
}

// The digest of the image that an id names; empty if there is none, or if digest and tag name different images.
std::string Ecr::digest_of(const Repository& repository, const ImageId& id) const {
  if (id.tag.empty()) return repository.images.contains(id.digest) ? id.digest : std::string();
  const auto found = repository.tags.find(id.tag);
  if (found == repository.tags.end() || (!id.digest.empty() && id.digest != found->second)) return {};
  return found->second;
}

Answer<void> Ecr::check_put(const Repository& repository, const Put& put) const {
  if (!put.tag.empty() && !is_image_tag(put.tag)) {
    return std::unexpected(
        invalid_parameter("imageTag", "must satisfy regular expression '[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}'"));
  }
  const auto image = repository.images.find(put.digest);
  const auto tagged = repository.tags.find(put.tag);
  if (image != repository.images.end() && (put.tag.empty() || image->second.tags.contains(put.tag))) {
    return refuse("ImageAlreadyExistsException", fmt::format("Image with digest '{}' and tag '{}' already exists in "
                                                             "the repository with name '{}' in registry with id '{}'",
                                                             put.digest, put.tag.empty() ? "null" : put.tag,
                                                             repository.name, world_.settings().account));
  }
  if (repository.immutable_tags && tagged != repository.tags.end()) {
    return refuse("ImageTagAlreadyExistsException",
                  fmt::format("The image tag '{}' already exists in the '{}' repository and cannot be overwritten "
                              "because the tag is immutable.",
                              put.tag, repository.name));
  }
  if (manifest_bytes_ + put.manifest.size() > manifest_bytes_max && !repository.images.contains(put.digest)) {
    return refuse("LimitExceededException",
                  fmt::format("The sandbox keeps at most {} MiB of manifests.", manifest_bytes_max >> 20U));
  }
  if (repository.images.size() >= images_max) {
    return refuse(
        "LimitExceededException",
        fmt::format("The repository with name '{}' holds {} images, the most it can.", repository.name, images_max));
  }
  return {};
}

Outcome Ecr::put_image(const Input& input) {
  auto found = repository_of(input);
  if (!found) return std::unexpected(std::move(found.error()));
  Repository& repository = **found;
  Put put{text_of(input, "imageManifest"), {}, {}, text_of(input, "imageTag"), 0, {}};
  const auto manifest = base::parse_json(put.manifest);
  if (!manifest || !manifest->is_object())
    return std::unexpected(invalid_parameter("ImageManifest", "Invalid JSON syntax"));
  const auto declared = base::string_member(*manifest, "mediaType");
  put.media_type =
      optional_text(input, "imageManifestMediaType").value_or(std::string(declared.value_or(docker_manifest)));
  put.digest = "sha256:" + base::sha256_hex(put.manifest);
  put.size = size_by_manifest(*manifest, put.manifest.size());
  put.references = references_of(*manifest).blobs;
  put.references.merge(references_of(*manifest).manifests);
  put.artifact_type = artifact_type_of(*manifest);
  if (const auto digest = optional_text(input, "imageDigest"); digest && *digest != put.digest) {
    return refuse("ImageDigestDoesNotMatchException",
                  fmt::format("The provided digest '{}' does not match the calculated digest '{}'.",
                              digest->substr(0, 80), put.digest));
  }
  if (auto done = this->put(repository, put); !done) return std::unexpected(std::move(done.error()));
  return json::object{{"image", show_image(repository, put.digest, put.tag)}};
}

Answer<void> Ecr::put(Repository& repository, const Put& put) {
  if (auto checked = check_put(repository, put); !checked) return checked;
  if (!repository.images.contains(put.digest)) {
    manifest_bytes_ += put.manifest.size();
    repository.images[put.digest] = {put.manifest, put.media_type, put.size,         world_.now(),
                                     {},           put.references, put.artifact_type};
  }
  if (!put.tag.empty()) {
    if (const auto former = repository.tags.find(put.tag); former != repository.tags.end())
      repository.images.at(former->second).tags.erase(put.tag);
    repository.tags[put.tag] = put.digest;
    repository.images.at(put.digest).tags.insert(put.tag);
  }
  world_.tell("push", fmt::format("{}:{} pushed, {}", repository.name, put.tag.empty() ? "(no tag)" : put.tag,
                                  short_digest(put.digest)));
  emit("PUSH", repository, put.digest, put.tag);
  return {};
}

json::object Ecr::show_image(const Repository& repository, const std::string& digest, const std::string& tag) const {
  const auto& image = repository.images.at(digest);
  return {{"registryId", world_.settings().account},
          {"repositoryName", repository.name},
          {"imageId", show_id(digest, tag)},
          {"imageManifest", image.manifest},
          {"imageManifestMediaType", image.media_type}};
}

json::object Ecr::show_detail(const Repository& repository, const std::string& digest) const {
  const auto& image = repository.images.at(digest);
  json::object detail{
      {"registryId", world_.settings().account}, {"repositoryName", repository.name}, {"imageDigest", digest}};
  if (!image.tags.empty()) {
    json::array tags;
    for (const auto& tag : image.tags) tags.emplace_back(tag);
    detail["imageTags"] = std::move(tags);
  }
  detail["imageSizeInBytes"] = image.size;
  detail["imagePushedAt"] = epoch_seconds(image.pushed);
  detail["imageManifestMediaType"] = image.media_type;
  if (image.artifact_type) detail["artifactMediaType"] = *image.artifact_type;
  detail["imageStatus"] = "ACTIVE";
  return detail;
}

Outcome Ecr::list_images(const Input& input) {
  auto repository = repository_of(input);
  if (!repository) return std::unexpected(std::move(repository.error()));
  const auto paging = read_paging(input);
  if (!paging) return std::unexpected(paging.error());
  // Digest and tag with a blank between them, which neither has: sorted, and a page's last one names its successor.
  std::vector<std::string> keys;
  for (const auto& [digest, image] : (*repository)->images) {
    if (image.tags.empty() && fits_filter(input, false)) keys.push_back(digest + " ");
    if (!fits_filter(input, true)) continue;
    for (const auto& tag : image.tags) keys.push_back(digest + " " + tag);
  }
  const auto page = take_page(keys, paging->after, paging->size, [](const std::string& key) { return key; });
  json::array ids;
  for (const auto& key : page.items) {
    const auto blank = key.find(' ');
    ids.emplace_back(show_id(key.substr(0, blank), key.substr(blank + 1)));
  }
  json::object output{{"imageIds", std::move(ids)}};
  if (page.next_token) output["nextToken"] = *page.next_token;
  return output;
}

Outcome Ecr::describe_named_images(const Repository& repository, const json::array& ids) {
  json::array details;
  std::set<std::string> shown;
  for (const auto& value : ids) {
    const auto& id = value.get_object();
    const auto digest = digest_of(repository, {text_of(id, "imageDigest"), text_of(id, "imageTag")});
    if (digest.empty()) {
      const auto part = [&](std::string_view name) { return optional_text(id, name).value_or("null"); };
      return refuse(
          "ImageNotFoundException",
          fmt::format(
              "The image with imageId {{imageDigest:'{}', imageTag:'{}'}} does not exist within the repository with "
              "name '{}' in the registry with id '{}'",
              part("imageDigest"), part("imageTag"), repository.name, world_.settings().account));
    }
    if (shown.insert(digest).second) details.emplace_back(show_detail(repository, digest));
  }
  return json::object{{"imageDetails", std::move(details)}};
}

Outcome Ecr::describe_images(const Input& input) {
  auto repository = repository_of(input);
  if (!repository) return std::unexpected(std::move(repository.error()));
  if (const auto& ids = list_of(input, "imageIds"); !ids.empty()) {
    if (input.contains("nextToken") || input.contains("maxResults")) {
      return std::unexpected(invalid_parameter("imageIds", "cannot be used with 'maxResults' or 'nextToken'"));
    }
    return describe_named_images(**repository, ids);
  }
  const auto paging = read_paging(input);
  if (!paging) return std::unexpected(paging.error());
  std::vector<std::string> digests;
  for (const auto& [digest, image] : (*repository)->images) {
    if (fits_filter(input, !image.tags.empty())) digests.push_back(digest);
  }
  const auto page = take_page(digests, paging->after, paging->size, [](const std::string& digest) { return digest; });
  json::array details;
  for (const auto& digest : page.items) details.emplace_back(show_detail(**repository, digest));
  json::object output{{"imageDetails", std::move(details)}};
  if (page.next_token) output["nextToken"] = *page.next_token;
  return output;
}

namespace {

// Why an image id names no image.
json::object failure(const std::string& digest, const std::string& tag) {
  json::object failed{{"imageId", show_id(digest, tag)}};
  if (digest.empty() && tag.empty()) {
    failed["failureCode"] = "MissingDigestAndTag";
    failed["failureReason"] = "Invalid request parameters: both tag and digest cannot be null";
  } else if (!digest.empty() && !is_image_digest(digest)) {
    failed["failureCode"] = "InvalidImageDigest";
    failed["failureReason"] =
        "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'";
  } else if (!tag.empty() && !is_image_tag(tag)) {
    failed["failureCode"] = "InvalidImageTag";
    failed["failureReason"] = "Invalid request parameters: image tag is malformed";
  } else if (!digest.empty() && !tag.empty()) {
    failed["failureCode"] = "ImageTagDoesNotMatchDigest";
    failed["failureReason"] = "Requested image tag does not match the digest";
  } else {
    failed["failureCode"] = "ImageNotFound";
    failed["failureReason"] = "Requested image not found";
  }
  return failed;
}

}  // namespace

Outcome Ecr::batch_get_image(const Input& input) {
  auto repository = repository_of(input);
  if (!repository) return std::unexpected(std::move(repository.error()));
  json::array images;
  json::array failures;
  for (const auto& value : list_of(input, "imageIds")) {
    const ImageId id{text_of(value.get_object(), "imageDigest"), text_of(value.get_object(), "imageTag")};
    const auto digest = digest_of(**repository, id);
    if (digest.empty()) {
      failures.emplace_back(failure(id.digest, id.tag));
    } else {
      images.emplace_back(show_image(**repository, digest, id.tag));
    }
  }
  return json::object{{"images", std::move(images)}, {"failures", std::move(failures)}};
}

// With the layers that no other image of the repository has.
void Ecr::drop_image(Repository& repository, const std::string& digest) {
  const auto node = repository.images.extract(digest);
  manifest_bytes_ -= node.mapped().manifest.size();
  for (const auto& tag : node.mapped().tags) repository.tags.erase(tag);
  for (const auto& layer : node.mapped().references) {
    const bool used = std::ranges::any_of(repository.images,
                                          [&](const auto& other) { return other.second.references.contains(layer); });
    if (!used) repository.layers.erase(layer);
  }
}

Answer<void> Ecr::delete_image(Repository& repository, const ImageId& id) {
  const auto digest = digest_of(repository, id);
  if (digest.empty()) return refuse("ImageNotFoundException", "Requested image not found");
  const auto index = std::ranges::find_if(repository.images,
                                          [&](const auto& other) { return other.second.references.contains(digest); });
  if (id.tag.empty() && index != repository.images.end()) {
    return refuse("ImageReferencedByManifestList",
                  fmt::format("Requested image referenced by manifest list: [{}]", index->first));
  }
  auto& image = repository.images.at(digest);
  if (!id.tag.empty()) {
    image.tags.erase(id.tag);
    repository.tags.erase(id.tag);
  }
  if (image.tags.empty() || id.tag.empty()) {
    if (index == repository.images.end()) drop_image(repository, digest);
  }
  world_.tell("push", fmt::format("{}:{} deleted, {}", repository.name, id.tag.empty() ? "(no tag)" : id.tag,
                                  short_digest(digest)));
  emit("DELETE", repository, digest, id.tag);
  return {};
}

Outcome Ecr::batch_delete_image(const Input& input) {
  auto repository = repository_of(input);
  if (!repository) return std::unexpected(std::move(repository.error()));
  json::array deleted;
  json::array failures;
  for (const auto& value : list_of(input, "imageIds")) {
    const ImageId id{text_of(value.get_object(), "imageDigest"), text_of(value.get_object(), "imageTag")};
    const auto digest = digest_of(**repository, id);
    if (const auto done = delete_image(**repository, id)) {
      deleted.emplace_back(show_id(digest, id.tag));
    } else {
      auto failed = failure(id.digest, id.tag);
      if (!digest.empty()) {
        failed["failureCode"] = done.error().code;
        failed["failureReason"] = done.error().message;
      }
      failures.emplace_back(std::move(failed));
    }
  }
  return json::object{{"imageIds", std::move(deleted)}, {"failures", std::move(failures)}};
}

}  // namespace sandbox
