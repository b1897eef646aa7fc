// SPDX-License-Identifier: Apache-2.0
#include "sandbox/layer_uploads.h"

namespace sandbox {

LayerUploads::LayerUploads(World& world) : world_(world), blobs_(world.settings().blobs) {
  if (!blobs_) blobs_ = memory_blobs();
}

LayerUploads::Shared LayerUploads::make(const std::string& repository) {
  return std::make_shared<Upload>(Upload{world_.ids().uuid(), repository, blobs_->create(), world_.now(), {}});
}

void LayerUploads::keep(const Shared& upload) {
  uploads_.emplace(upload->id, upload);
  upload->due = world_.agenda().add(world_.now() + lifetime, expiring(upload->id));
}

LayerUploads::Shared LayerUploads::find(std::string_view id, std::string_view repository) {
  const auto found = uploads_.find(id);
  if (found == uploads_.end() || found->second->repository != repository) return nullptr;
  found->second->touched = world_.now();
  return found->second;
}

void LayerUploads::drop(std::string_view id) {
  if (const auto found = uploads_.find(id); found != uploads_.end()) uploads_.erase(found);
}

Agenda::Task LayerUploads::expiring(const std::string& id) {
  return [this, id] { expire(id); };
}

void LayerUploads::expire(const std::string& id) {
  const auto found = uploads_.find(id);
  if (found == uploads_.end()) return;
  auto& upload = *found->second;
  if (upload.taking) upload.touched = world_.now();
  const auto due = upload.touched + lifetime;
  if (due <= world_.now()) {
    uploads_.erase(found);
  } else {
    upload.due = world_.agenda().add(due, expiring(id));
  }
}

}  // namespace sandbox
