// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sandbox/state.h"
#include "sandbox/upload.h"
#include "sandbox/world.h"

namespace sandbox {

// The uploads of layers that were begun and not finished, from ECR's API and from its registry.
class LayerUploads final {
 public:
  // One that nobody has touched for so long is given up.
  static constexpr std::chrono::hours lifetime{1};
  static constexpr std::size_t uploads_max = 1'000;
  using Shared = std::shared_ptr<Upload>;

  explicit LayerUploads(World& world);

  // A new one, which is kept only by keep().
  Shared make(const std::string& repository);
  bool full() const { return uploads_.size() >= uploads_max; }
  void keep(const Shared& upload);
  // The repository's upload of that id, which is touched by that; nullptr if there is none.
  Shared find(std::string_view id, std::string_view repository);
  void drop(std::string_view id);

  // In ecr_state.cc.
  void save(StateWriter& out) const;
  bool restore(std::string_view kind, MembersIn& m);

 private:
  void expire(const std::string& id);
  Agenda::Task expiring(const std::string& id);

  World& world_;
  std::shared_ptr<BlobStore> blobs_;
  std::map<std::string, Shared, std::less<>> uploads_;  // By id.
};

}  // namespace sandbox
