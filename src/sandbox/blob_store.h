// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/body.h"

namespace sandbox {

// Bytes that grow at their end: a layer while it is uploaded, and afterwards. They go when nobody holds them any more.
class Blob {
 public:
  virtual ~Blob() = default;
  // False if there is no room for them; the blob is then as it was, or has some of them.
  virtual bool append(std::string_view bytes) = 0;
  virtual std::uint64_t size() const = 0;
  // At most `max` bytes from `offset`; none past the end, or where they cannot be read.
  virtual std::string read(std::uint64_t offset, std::size_t max) const = 0;
};

// Where blobs lie. The account decides what becomes of them; a store only keeps their bytes.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  // An empty one; may outlive the store.
  virtual std::shared_ptr<Blob> create() = 0;
};

// What a blob has from `first` up to `end`, as an answer's body.
std::shared_ptr<http::BodySource> blob_source(std::shared_ptr<const Blob> blob, std::uint64_t first, std::uint64_t end);

// In memory: for simulations and tests.
std::shared_ptr<BlobStore> memory_blobs();

// As files of a new folder in `parent`, removed with the last blob and the store. Errors: Invalid, naming the folder.
base::Result<std::shared_ptr<BlobStore>> directory_blobs(const std::filesystem::path& parent);

}  // namespace sandbox
