// SPDX-License-Identifier: Apache-2.0
// The state of ECR: repositories, images and layers, and uploads.
#include <fmt/format.h>

#include <utility>

#include "base/json.h"
#include "sandbox/ecr.h"
#include "sandbox/ecr_names.h"
#include "sandbox/layer_uploads.h"

namespace sandbox {
namespace {

constexpr std::size_t piece_size = std::size_t{1} << 20;

template <class Members, class Repository>
void describe_repository(Members& m, Repository& repository) {
  m("name", repository.name);
  m("created", repository.created);
  m("immutableTags", repository.immutable_tags);
  m("scanOnPush", repository.scan_on_push);
}

template <class Members, class Image>
void describe_image(Members& m, Image& image) {
  m.bytes("manifest", image.manifest);
  m("mediaType", image.media_type);
  m("size", image.size);
  m("pushed", image.pushed);
  m("tags", image.tags);
  m("references", image.references);
}

std::string layer_digest(const Blob& blob) {
  base::Sha256 hash;
  for (std::uint64_t at = 0; at < blob.size();) {
    const auto piece = blob.read(at, piece_size);
    if (piece.empty()) break;
    hash.update(piece);
    at += piece.size();
  }
  return "sha256:" + hash.hex();
}

}  // namespace

void Ecr::save(StateWriter& out) const {
  for (const auto& [name, repository] : repositories_) {
    out.line("ecr.repository", [&](MembersOut& m) { describe_repository(m, repository); });
    for (const auto& [digest, image] : repository.images) {
      out.line("ecr.image", [&](MembersOut& m) {
        m("repository", name);
        m("digest", digest);
        describe_image(m, image);
      });
    }
    for (const auto& [digest, blob] : repository.layers) {
      out.line("ecr.layer", [&](MembersOut& m) {
        m("repository", name);
        m("digest", digest);
        m.blob("bytes", blob);
      });
    }
  }
}

bool Ecr::restore(std::string_view kind, MembersIn& m) {
  if (kind == "ecr.image") {
    restore_image(m);
  } else if (kind == "ecr.layer") {
    restore_layer(m);
  } else if (kind == "ecr.repository") {
    Repository repository;
    describe_repository(m, repository);
    m.demand(is_repository_name(repository.name), "its name is none that ECR allows");
    auto name = repository.name;
    m.demand(repositories_.emplace(std::move(name), std::move(repository)).second, "there are two of that name");
  } else {
    return false;
  }
  return true;
}

void Ecr::restore_image(MembersIn& m) {
  std::string name;
  std::string digest;
  Image image;
  m("repository", name);
  m("digest", digest);
  describe_image(m, image);
  auto* repository = find_repository(name);
  if (!repository || !is_image_digest(digest)) return m.fail("its repository is not there, or its digest is none");
  for (const auto& tag : image.tags)
    m.demand(repository->tags.emplace(tag, digest).second, "two images have the same tag");
  image.artifact_type = artifact_type_of(base::parse_json(image.manifest).value_or(nullptr));
  manifest_bytes_ += image.manifest.size();
  m.demand(repository->images.emplace(digest, std::move(image)).second, "there are two of that digest");
}

void Ecr::restore_layer(MembersIn& m) {
  std::string name;
  std::string digest;
  std::shared_ptr<const Blob> blob;
  m("repository", name);
  m("digest", digest);
  m.blob("bytes", blob);
  auto* repository = find_repository(name);
  if (!repository || !blob) return m.fail("its repository or its bytes are not there");
  m.demand(layer_digest(*blob) == digest, "its bytes have another digest");
  m.demand(repository->layers.emplace(digest, blob).second, "there are two of that digest");
}

void LayerUploads::save(StateWriter& out) const {
  for (const auto& [id, upload] : uploads_) {
    out.line("ecr.upload", [&](MembersOut& m) {
      m("id", id);
      m("repository", upload->repository);
      m("touched", upload->touched);
      m("outOfRoom", upload->out_of_room);
      m("due", upload->due);
      m.blob("bytes", upload->blob);
    });
  }
}

bool LayerUploads::restore(std::string_view kind, MembersIn& m) {
  if (kind != "ecr.upload") return false;
  const auto upload = std::make_shared<Upload>();
  std::shared_ptr<const Blob> bytes;
  m("id", upload->id);
  m("repository", upload->repository);
  m("touched", upload->touched);
  m("outOfRoom", upload->out_of_room);
  m("due", upload->due);
  m.blob("bytes", bytes);
  m.demand(upload->due.has_value(), "it has no time at which it is given up");
  if (!m.ok()) return true;
  // Its own, since it may go on, and its digest is that of what has come.
  upload->blob = blobs_->create();
  for (std::uint64_t at = 0; at < bytes->size() && !upload->out_of_room;) {
    const auto piece = bytes->read(at, piece_size);
    if (piece.empty()) return m.fail("its bytes can't be read again"), true;
    upload->append(piece);
    at += piece.size();
  }
  world_.agenda().put(*upload->due, expiring(upload->id));
  m.demand(uploads_.emplace(upload->id, upload).second, "there are two of that id");
  return true;
}

}  // namespace sandbox
