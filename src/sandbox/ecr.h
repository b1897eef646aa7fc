// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/blob_store.h"
#include "sandbox/event_bus.h"
#include "sandbox/json_service.h"
#include "sandbox/layer_uploads.h"
#include "sandbox/state.h"
#include "sandbox/world.h"

namespace sandbox {

// Amazon ECR's API; registry.h is its other side. Differences from AWS: PutImage also takes a manifest whose layers nobody
// uploaded, where ECR answers LayersNotFoundException; rules are so tried out without images.
class Ecr final : public JsonService {
 public:
  struct Image {
    std::string manifest;
    std::string media_type;
    std::int64_t size = 0;
    base::Time pushed;
    std::set<std::string> tags;
    std::set<std::string> references;  // Digests of the config, layers and manifests that the manifest names.
    std::optional<std::string> artifact_type = {};
  };
  struct Repository {
    std::string name;
    base::Time created;
    bool immutable_tags = false;
    bool scan_on_push = false;
    std::map<std::string, Image> images;                                     // By digest.
    std::map<std::string, std::string> tags;                                 // Digests, by tag.
    std::map<std::string, std::shared_ptr<const Blob>, std::less<>> layers;  // Layers and configs, by digest.
  };
  // An imageId of a request.
  struct ImageId {
    std::string digest;
    std::string tag;
  };
  // A manifest that is about to become an image.
  struct Put {
    std::string manifest;
    std::string media_type;
    std::string digest;
    std::string tag;
    std::int64_t size = 0;
    std::set<std::string> references;
    std::optional<std::string> artifact_type = {};
  };

  Ecr(World& world, EventBus& bus, LayerUploads& uploads) : world_(world), bus_(bus), uploads_(uploads) {}

  void handle(std::string_view operation, const Input& input, Asker asker) override;
  std::vector<Described> described() const override { return describe(operations()); }

  // The digest that a tag names, or the digest itself if an image has it; nullopt if there is no such image.
  std::optional<std::string> find_digest(std::string_view repository, std::string_view tag_or_digest) const;

  // What the registry works on. nullptr: there is no such repository.
  Repository* find_repository(std::string_view name);
  const std::map<std::string, Repository, std::less<>>& repositories() const { return repositories_; }
  // Makes a manifest an image, or gives one another tag, and tells of it: the one way in, from the API and the registry.
  // Refusals: as PutImage's.
  Answer<void> put(Repository& repository, const Put& put);
  // Takes a tag off its image, which goes with its last tag; a digest takes the image with all tags. Refusals:
  // ImageNotFoundException; ImageReferencedByManifestList while an index names it.
  Answer<void> delete_image(Repository& repository, const ImageId& id);

  // In ecr_state.cc.
  void save(StateWriter& out) const;
  bool restore(std::string_view kind, MembersIn& m);

 private:
  void restore_image(MembersIn& m);
  void restore_layer(MembersIn& m);

  static const std::vector<Operation<Ecr>>& operations();

  Outcome create_repository(const Input& input);
  Outcome describe_repositories(const Input& input);
  Outcome delete_repository(const Input& input);
  Outcome put_image(const Input& input);
  Outcome list_images(const Input& input);
  Outcome describe_images(const Input& input);
  Outcome batch_get_image(const Input& input);
  Outcome batch_delete_image(const Input& input);
  Outcome get_authorization_token(const Input& input);
  // ecr_layers.cc
  Outcome initiate_layer_upload(const Input& input);
  Outcome upload_layer_part(const Input& input);
  Outcome complete_layer_upload(const Input& input);
  Outcome batch_check_layer_availability(const Input& input);
  Outcome get_download_url_for_layer(const Input& input);

  Answer<Repository*> repository_of(const Input& input);
  Answer<void> check_put(const Repository& repository, const Put& put) const;
  std::string digest_of(const Repository& repository, const ImageId& id) const;
  Outcome describe_named_images(const Repository& repository, const boost::json::array& ids);
  void drop_image(Repository& repository, const std::string& digest);
  void emit(std::string_view action, const Repository& repository, std::string_view digest, std::string_view tag);
  std::string uri_of(std::string_view repository) const;
  boost::json::object show_repository(const Repository& repository) const;
  boost::json::object show_image(const Repository& repository, const std::string& digest, const std::string& tag) const;
  boost::json::object show_detail(const Repository& repository, const std::string& digest) const;

  World& world_;
  EventBus& bus_;
  LayerUploads& uploads_;
  std::string authority_;  // Of the request in hand.
  std::map<std::string, Repository, std::less<>> repositories_;
  std::size_t manifest_bytes_ = 0;  // Of all images.
};

// What a manifest names by digest.
struct References {
  std::set<std::string> blobs;      // Config and layers, but for those that are to be had elsewhere (`urls`).
  std::set<std::string> manifests;  // Of an index.
};
References references_of(const boost::json::value& manifest);

// What an image is by its manifest: its artifactType, else the media type of its config. An index has neither.
std::optional<std::string> artifact_type_of(const boost::json::value& manifest);

// What an image weighs by its manifest: config and layers, or the manifest itself where it names none.
std::int64_t size_by_manifest(const boost::json::value& manifest, std::size_t manifest_size);

}  // namespace sandbox
