// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/event_bus.h"
#include "sandbox/json_service.h"
#include "sandbox/world.h"

namespace sandbox {

// Amazon ECR's API. Differences from AWS: there are no layers, so PutImage takes a manifest whose layers nobody uploaded,
// where ECR answers LayersNotFoundException.
class Ecr final : public JsonService {
 public:
  Ecr(World& world, EventBus& bus) : world_(world), bus_(bus) {}

  void handle(std::string_view operation, const Input& input, Asker asker) override;

  // The digest that a tag names, or the digest itself if an image has it; nullopt if there is no such image.
  std::optional<std::string> find_digest(std::string_view repository, std::string_view tag_or_digest) const;

 private:
  struct Image {
    std::string manifest;
    std::string media_type;
    std::int64_t size = 0;
    base::Time pushed;
    std::set<std::string> tags;
  };
  struct Repository {
    std::string name;
    base::Time created;
    bool immutable_tags = false;
    bool scan_on_push = false;
    std::map<std::string, Image> images;      // By digest.
    std::map<std::string, std::string> tags;  // Digests, by tag.
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
  };
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

  Answer<Repository*> repository_of(const Input& input);
  Answer<void> check_put(const Repository& repository, const Put& put) const;
  std::string digest_of(const Repository& repository, const ImageId& id) const;
  Outcome describe_named_images(const Repository& repository, const boost::json::array& ids);
  bool delete_image(Repository& repository, const ImageId& id);
  void emit(std::string_view action, const Repository& repository, std::string_view digest, std::string_view tag);
  std::string uri_of(std::string_view repository) const;
  boost::json::object show_repository(const Repository& repository) const;
  boost::json::object show_image(const Repository& repository, const std::string& digest, const std::string& tag) const;
  boost::json::object show_detail(const Repository& repository, const std::string& digest) const;

  World& world_;
  EventBus& bus_;
  std::map<std::string, Repository, std::less<>> repositories_;
};

}  // namespace sandbox
