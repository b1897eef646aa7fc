// SPDX-License-Identifier: Apache-2.0
#include "sandbox/blob_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace sandbox {
namespace {

class MemoryBlob final : public Blob {
 public:
  bool append(std::string_view bytes) override {
    bytes_ += bytes;
    return true;
  }
  std::uint64_t size() const override { return bytes_.size(); }
  std::string read(std::uint64_t offset, std::size_t max) const override {
    return offset < bytes_.size() ? bytes_.substr(offset, max) : std::string();
  }

 private:
  std::string bytes_;
};

class MemoryBlobs final : public BlobStore {
 public:
  std::shared_ptr<Blob> create() override { return std::make_shared<MemoryBlob>(); }
};

// A folder that goes with its last user.
struct Folder {
  explicit Folder(std::filesystem::path where) : path(std::move(where)) {}
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
};

// Closed at the end.
class File {
 public:
  File(const std::filesystem::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

// Opened for every piece: thousands of layers cost no file descriptors, and a piece is long enough not to notice.
class FileBlob final : public Blob {
 public:
  FileBlob(std::shared_ptr<Folder> folder, std::uint64_t number)
      : folder_(std::move(folder)), path_(folder_->path / std::to_string(number)) {}
  FileBlob(const FileBlob&) = delete;
  FileBlob& operator=(const FileBlob&) = delete;
  ~FileBlob() override { ::unlink(path_.c_str()); }

  bool append(std::string_view bytes) override {
    const File file(path_, O_WRONLY | O_APPEND | O_CREAT);
    while (!bytes.empty()) {
      const auto count = ::write(file.fd(), bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      size_ += static_cast<std::uint64_t>(count);
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  std::uint64_t size() const override { return size_; }

  std::string read(std::uint64_t offset, std::size_t max) const override {
    const File file(path_, O_RDONLY);
    std::string bytes(max, '\0');
    const auto count = ::pread(file.fd(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
  }

 private:
  std::shared_ptr<Folder> folder_;
  std::filesystem::path path_;
  std::uint64_t size_ = 0;
};

class DirectoryBlobs final : public BlobStore {
 public:
  explicit DirectoryBlobs(std::filesystem::path path) : folder_(std::make_shared<Folder>(std::move(path))) {}
  std::shared_ptr<Blob> create() override { return std::make_shared<FileBlob>(folder_, ++created_); }

 private:
  std::shared_ptr<Folder> folder_;
  std::uint64_t created_ = 0;
};

class BlobSource final : public http::BodySource {
 public:
  BlobSource(std::shared_ptr<const Blob> blob, std::uint64_t first, std::uint64_t end)
      : blob_(std::move(blob)), next_(first), end_(end), size_(end - first) {}
  std::uint64_t size() const override { return size_; }
  std::string read(std::size_t max) override {
    auto bytes = blob_->read(next_, std::min<std::uint64_t>(max, end_ - next_));
    next_ += bytes.size();
    return bytes;
  }

 private:
  std::shared_ptr<const Blob> blob_;
  std::uint64_t next_;
  std::uint64_t end_;
  std::uint64_t size_;
};

}  // namespace

std::shared_ptr<http::BodySource> blob_source(std::shared_ptr<const Blob> blob, std::uint64_t first,
                                              std::uint64_t end) {
  return std::make_shared<BlobSource>(std::move(blob), first, end);
}

std::shared_ptr<BlobStore> memory_blobs() { return std::make_shared<MemoryBlobs>(); }

base::Result<std::shared_ptr<BlobStore>> directory_blobs(const std::filesystem::path& parent) {
  std::string path = (parent / "caretaker-sandbox-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) {
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("no folder for image layers in {}: {}", parent.string(), std::strerror(errno)));
  }
  return std::make_shared<DirectoryBlobs>(path);
}

}  // namespace sandbox
