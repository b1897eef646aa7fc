// SPDX-License-Identifier: Apache-2.0
// The registry's manifests and indexes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "base/hash.h"
#include "base/json.h"
#include "sandbox/ecr_names.h"
#include "sandbox/registry.h"

namespace sandbox {
namespace {

namespace json = boost::json;

struct MediaType {
  std::string_view name;
  bool index;
};
constexpr std::array media_types{
    MediaType{"application/vnd.oci.image.manifest.v1+json", false},
    MediaType{"application/vnd.docker.distribution.manifest.v2+json", false},
    MediaType{"application/vnd.oci.image.index.v1+json", true},
    MediaType{"application/vnd.docker.distribution.manifest.list.v2+json", true},
};

// Without parameters and blanks, in lower case.
std::string bare(std::string_view type) {
  std::string text(type.substr(0, type.find(';')));
  std::erase(text, ' ');
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

// Whether the asker takes the type: by any of its Accept fields, or because it has none.
bool accepts(const http::Headers& headers, std::string_view type) {
  bool any = false;
  for (const auto& [name, value] : headers) {
    if (bare(name) != "accept") continue;
    any = true;
    for (std::string_view rest = value; !rest.empty();) {
      const auto end = std::min(rest.find(','), rest.size());
      const auto one = bare(rest.substr(0, end));
      if (one == type || one == "*/*" || one == "application/*") return true;
      rest.remove_prefix(std::min(rest.size(), end + 1));
    }
  }
  return !any;
}

Refusal invalid(std::string message) { return {"MANIFEST_INVALID", std::move(message), 400, {}, {}}; }

// The type that the request and the manifest agree upon.
Answer<MediaType> type_of(const http::Request& request, const json::value& manifest) {
  const auto header = bare(request.headers.get("Content-Type").value_or(""));
  const auto said = base::string_member(manifest, "mediaType");
  const auto name = header.empty() ? std::string(said.value_or("")) : header;
  const auto* found = std::ranges::find(media_types, name, &MediaType::name);
  if (found == media_types.end())
    return std::unexpected(
        invalid(fmt::format("manifest invalid: '{}' is no media type ECR knows", name.substr(0, 100))));
  if (said && *said != name) {
    return std::unexpected(invalid(
        fmt::format("manifest invalid: it says mediaType '{}', its Content-Type is '{}'", said->substr(0, 100), name)));
  }
  if (base::int_member(manifest, "schemaVersion") != 2)
    return std::unexpected(invalid("manifest invalid: schemaVersion must be 2"));
  const auto* list = base::member(manifest, found->index ? "manifests" : "layers");
  if (!list || !list->is_array() || (!found->index && !base::member(manifest, "config"))) {
    return std::unexpected(invalid(found->index ? "manifest invalid: an index needs a list of manifests"
                                                : "manifest invalid: an image needs a config and a list of layers"));
  }
  return *found;
}

Answer<void> check_references(const Ecr::Repository& repository, const References& references) {
  for (const auto& digest : references.blobs) {
    if (repository.layers.contains(digest)) continue;
    return refuse("MANIFEST_BLOB_UNKNOWN",
                  fmt::format("blob unknown to repository {}: {}", repository.name, digest.substr(0, 100)));
  }
  for (const auto& digest : references.manifests) {
    if (repository.images.contains(digest)) continue;
    return refuse("MANIFEST_BLOB_UNKNOWN",
                  fmt::format("manifest unknown to repository {}: {}", repository.name, digest.substr(0, 100)));
  }
  return {};
}

// ECR's API and its registry name the same troubles differently.
Refusal translate(const Refusal& refusal) {
  if (refusal.code == "ImageTagAlreadyExistsException") return {"TAG_INVALID", refusal.message, 400, {}, {}};
  if (refusal.code == "ImageNotFoundException") return {"MANIFEST_UNKNOWN", refusal.message, 404, {}, {}};
  return {"DENIED", refusal.message, 403, {}, {}};
}

}  // namespace

Answer<http::Response> Registry::put_manifest(const http::Request& request, const RegistryRoute& route) {
  const auto repository = repository_of(route);
  if (!repository) return std::unexpected(repository.error());
  if (request.body.size() > manifest_max)
    return std::unexpected(invalid(fmt::format("manifest invalid: more than {} bytes", manifest_max)));
  const auto manifest = base::parse_json(request.body);
  if (!manifest || !manifest->is_object()) return std::unexpected(invalid("manifest invalid: it is no JSON object"));
  const auto type = type_of(request, *manifest);
  if (!type) return std::unexpected(type.error());
  auto references = references_of(*manifest);
  if (auto there = check_references(**repository, references); !there) return std::unexpected(there.error());

  Ecr::Put put{request.body,
               std::string(type->name),
               "sha256:" + base::sha256_hex(request.body),
               {},
               0,
               std::move(references.blobs)};
  put.references.merge(references.manifests);
  put.size = size_by_manifest(*manifest, request.body.size());
  put.artifact_type = artifact_type_of(*manifest);
  if (route.reference.find(':') == std::string::npos) {
    if (!is_image_tag(route.reference))
      return refuse("TAG_INVALID", fmt::format("'{}' is no tag", route.reference.substr(0, 200)));
    put.tag = route.reference;
  } else if (route.reference != put.digest) {
    return refuse("DIGEST_INVALID", fmt::format("provided digest did not match uploaded content: {} came", put.digest));
  }
  // A push of what is there already succeeds, and nobody is told.
  if (auto done = ecr_.put(**repository, put); !done && done.error().code != "ImageAlreadyExistsException")
    return std::unexpected(translate(done.error()));
  return http::Response{
      201,
      {{"Location", fmt::format("/v2/{}/manifests/{}", route.name, put.digest)}, {"Docker-Content-Digest", put.digest}},
      {}};
}

Answer<http::Response> Registry::get_manifest(const http::Request& request, const RegistryRoute& route) {
  const auto repository = repository_of(route);
  if (!repository) return std::unexpected(repository.error());
  const auto digest = ecr_.find_digest(route.name, route.reference);
  if (!digest)
    return refuse("MANIFEST_UNKNOWN", fmt::format("Requested image not found: {}", route.reference.substr(0, 200)),
                  404);
  const auto& image = (*repository)->images.at(*digest);
  if (!accepts(request.headers, image.media_type)) {
    return refuse("MANIFEST_UNKNOWN",
                  fmt::format("The image is of type {}, which the Accept fields don't have", image.media_type), 404);
  }
  return http::Response{200, {{"Content-Type", image.media_type}, {"Docker-Content-Digest", *digest}}, image.manifest};
}

Answer<http::Response> Registry::delete_manifest(const RegistryRoute& route) {
  const auto repository = repository_of(route);
  if (!repository) return std::unexpected(repository.error());
  const bool by_digest = route.reference.find(':') != std::string::npos;
  const auto id = by_digest ? Ecr::ImageId{route.reference, {}} : Ecr::ImageId{{}, route.reference};
  if (auto done = ecr_.delete_image(**repository, id); !done) return std::unexpected(translate(done.error()));
  return http::Response{202, {}, {}};
}

}  // namespace sandbox
