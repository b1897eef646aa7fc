// SPDX-License-Identifier: Apache-2.0
// ECR's operations on layers, which the SDKs know; container clients push them by the registry.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "sandbox/ecr.h"
#include "sandbox/ecr_names.h"
#include "sandbox/registry_login.h"
#include "sandbox/uri.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::int64_t part_size = 10 << 20;  // That clients are told to send,
constexpr std::size_t part_max = 20 << 20;    // and what a part may have.
constexpr std::string_view layer_type = "application/vnd.docker.image.rootfs.diff.tar.gzip";

std::unexpected<Refusal> no_upload(const Input& input, std::string_view registry) {
  return refuse("UploadNotFoundException",
                fmt::format("The upload with id '{}' does not exist for the repository with name '{}' in registry with "
                            "id '{}'",
                            text_of(input, "uploadId"), text_of(input, "repositoryName"), registry));
}

}  // namespace

Outcome Ecr::initiate_layer_upload(const Input& input) {
  const auto repository = repository_of(input);
  if (!repository) return std::unexpected(repository.error());
  if (uploads_.full()) {
    return refuse("LimitExceededException",
                  fmt::format("The sandbox keeps at most {} uploads of layers.", LayerUploads::uploads_max));
  }
  const auto upload = uploads_.make((*repository)->name);
  uploads_.keep(upload);
  return json::object{{"uploadId", upload->id}, {"partSize", part_size}};
}

Outcome Ecr::upload_layer_part(const Input& input) {
  const auto repository = repository_of(input);
  if (!repository) return std::unexpected(repository.error());
  const auto& registry = world_.settings().account;
  const auto upload = uploads_.find(text_of(input, "uploadId"), (*repository)->name);
  if (!upload) return no_upload(input, registry);
  const auto bytes = base::from_base64(text_of(input, "layerPartBlob"));
  if (!bytes) return refuse("SerializationException", "layerPartBlob is not base64");
  if (bytes->size() > part_max)
    return std::unexpected(
        invalid_parameter("layerPartBlob", "Member must have length less than or equal to 20971520"));
  const auto first = integer_of(input, "partFirstByte", 0);
  const auto last = integer_of(input, "partLastByte", 0);
  const auto size = upload->blob->size();
  if (upload->taking || std::cmp_not_equal(first, size) || last < first ||
      std::cmp_not_equal(last - first, bytes->size() - 1)) {
    return refuse("InvalidLayerPartException",
                  fmt::format("Layer part with first byte {} and last byte {} is invalid for the upload with id '{}': "
                              "{} bytes were received and {} are there",
                              first, last, upload->id, bytes->size(), size));
  }
  upload->append(*bytes);
  if (upload->out_of_room) {
    uploads_.drop(upload->id);
    return refuse("ServerException", "The sandbox has no room for this layer on its disk", 500);
  }
  return json::object{{"registryId", registry},
                      {"repositoryName", (*repository)->name},
                      {"uploadId", upload->id},
                      {"lastByteReceived", last}};
}

Outcome Ecr::complete_layer_upload(const Input& input) {
  const auto repository = repository_of(input);
  if (!repository) return std::unexpected(repository.error());
  const auto& registry = world_.settings().account;
  const auto upload = uploads_.find(text_of(input, "uploadId"), (*repository)->name);
  if (!upload) return no_upload(input, registry);
  if (upload->blob->size() == 0) {
    return refuse("EmptyUploadException",
                  fmt::format("The upload with id '{}' does not contain any layer parts.", upload->id));
  }
  const auto digest = "sha256:" + upload->hash.hex();
  const auto said = texts_of(input, "layerDigests");
  if (std::ranges::find(said, digest) == said.end()) {
    return refuse("InvalidLayerException",
                  fmt::format("The layer's digest is '{}', which is none of the given ones.", digest));
  }
  if ((*repository)->layers.contains(digest)) {
    return refuse("LayerAlreadyExistsException",
                  fmt::format("Layer with digest '{}' already exists in the repository with name '{}' in registry with "
                              "id '{}'",
                              digest, (*repository)->name, registry));
  }
  (*repository)->layers.emplace(digest, upload->blob);
  uploads_.drop(upload->id);
  return json::object{{"registryId", registry},
                      {"repositoryName", (*repository)->name},
                      {"uploadId", upload->id},
                      {"layerDigest", digest}};
}

Outcome Ecr::batch_check_layer_availability(const Input& input) {
  const auto repository = repository_of(input);
  if (!repository) return std::unexpected(repository.error());
  json::array layers;
  json::array failures;
  for (const auto& digest : texts_of(input, "layerDigests")) {
    if (!is_image_digest(digest)) {
      failures.push_back(
          json::object{{"layerDigest", digest},
                       {"failureCode", digest.empty() ? "MissingLayerDigest" : "InvalidLayerDigest"},
                       {"failureReason",
                        "Invalid request parameters: layer digest should be sha256: and 64 lower-case hex digits"}});
      continue;
    }
    const auto found = (*repository)->layers.find(digest);
    const bool there = found != (*repository)->layers.end();
    json::object layer{{"layerDigest", digest}, {"layerAvailability", there ? "AVAILABLE" : "UNAVAILABLE"}};
    if (there) {
      layer["layerSize"] = found->second->size();
      layer["mediaType"] = layer_type;
    }
    layers.push_back(std::move(layer));
  }
  return json::object{{"layers", std::move(layers)}, {"failures", std::move(failures)}};
}

Outcome Ecr::get_download_url_for_layer(const Input& input) {
  const auto repository = repository_of(input);
  if (!repository) return std::unexpected(repository.error());
  const auto digest = text_of(input, "layerDigest");
  if (!(*repository)->layers.contains(digest)) {
    return refuse("LayersNotFoundException",
                  fmt::format("The layer with digest '{}' does not exist in the repository with name '{}' in registry "
                              "with id '{}'",
                              digest.substr(0, 100), (*repository)->name, world_.settings().account));
  }
  return json::object{{"layerDigest", digest},
                      {"downloadUrl", fmt::format("http://{}/v2/{}/blobs/{}?{}={}", authority_, (*repository)->name,
                                                  digest, login_parameter, uri_encode(make_login(world_).password))}};
}

}  // namespace sandbox
