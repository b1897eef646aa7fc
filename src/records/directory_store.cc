// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>

#include "records/codec.h"
#include "records/conditional_store.h"
#include "records/store.h"

namespace records {
namespace {

using base::ErrorKind;
namespace fs = std::filesystem;

// Whoever holds the lock writes one small file.
constexpr base::Duration between_tries = std::chrono::milliseconds(20);

// Trouble that may be over at the next try.
constexpr int passing[] = {ENOSPC, EDQUOT, EINTR, EIO, EMFILE, ENFILE};

std::unexpected<base::Error> failed(const fs::path& path, std::string_view doing, int why) {
  const bool passes = std::ranges::find(passing, why) != std::end(passing);
  return base::fail(passes ? ErrorKind::Transient : ErrorKind::Denied,
                    fmt::format("record {}: {}: {}", path.string(), doing, std::strerror(why)));
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  explicit operator bool() const { return number_ >= 0; }
  int number() const { return number_; }
  // A full disk may show only now.
  bool close() { return number_ < 0 || ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

// The file's text; nullopt where there is none.
base::Result<std::optional<std::string>> read_text(const fs::path& path) {
  const Descriptor file(path, O_RDONLY);
  if (!file && errno == ENOENT) return std::nullopt;
  if (!file) return failed(path, "reading", errno);
  std::string text;
  char part[16384];
  while (true) {
    const auto got = ::read(file.number(), part, sizeof part);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path, "reading", errno);
    if (got == 0) return text;
    text.append(part, static_cast<std::size_t>(got));
    if (text.size() > readable_max)
      return base::fail(ErrorKind::Invalid, fmt::format("record {}: too large to be one", path.string()));
  }
}

base::Result<void> write_draft(const fs::path& draft, const std::string& text) {
  // What is there was left by a crash, or is somebody's link to a file that must not be written.
  if (::unlink(draft.c_str()) != 0 && errno != ENOENT) return failed(draft, "writing", errno);
  Descriptor file(draft, O_WRONLY | O_CREAT | O_EXCL);
  if (!file) return failed(draft, "writing", errno);
  for (std::string_view rest = text; !rest.empty();) {
    const auto put = ::write(file.number(), rest.data(), rest.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failed(draft, "writing", errno);
    rest.remove_prefix(static_cast<std::size_t>(put));
  }
  if (::fsync(file.number()) != 0 || !file.close()) return failed(draft, "writing", errno);
  return {};
}

// Makes the names in a folder outlive a crash.
bool keep_names(const fs::path& folder) {
  const Descriptor opened(folder, O_RDONLY | O_DIRECTORY);
  return opened && ::fsync(opened.number()) == 0;
}

// Not Unknown, to which ConditionalStore would look and find it written: that it stays is what is not known.
std::unexpected<base::Error> not_kept(const fs::path& path, int why) {
  return base::fail(ErrorKind::Denied,
                    fmt::format("record {}: written, but perhaps not kept: {}", path.string(), std::strerror(why)));
}

// The folders below `root` down to `folder`.
base::Result<void> make_folders(const fs::path& root, const fs::path& folder) {
  fs::path made = root;
  for (const auto& part : folder.lexically_relative(root)) {
    const auto above = made;
    made /= part;
    if (::mkdir(made.c_str(), 0755) == 0) {
      if (!keep_names(above)) return not_kept(made, errno);
    } else if (errno != EEXIST) {
      return failed(made, "making the folder", errno);
    }
  }
  return {};
}

class DirectoryStore final : public ConditionalStore {
 public:
  DirectoryStore(std::string folder, base::Clock& clock, std::function<std::string()> nonce)
      : ConditionalStore(std::move(nonce)), folder_(std::move(folder)), clock_(clock) {}

  base::Result<Stored> load(const names::ServiceArn& service, const aws::Deadline&) override {
    const auto text = read_text(path(service));
    if (!text) return std::unexpected(text.error());
    if (!*text) return Stored{};
    return read(service, **text, etag_of(**text));
  }

 private:
  fs::path path(const names::ServiceArn& service) const { return folder_ / record_key(service); }
  std::string subject(const names::ServiceArn& service) const override { return "record " + path(service).string(); }
  // For eyes only: what is compared is the whole text.
  static std::string etag_of(std::string_view text) {
    return fmt::format("\"{:x}\"", std::hash<std::string_view>()(text));
  }

  base::Result<std::string> put(const names::ServiceArn& service, const Stored& before, const std::string& document,
                                const aws::Deadline& deadline) override {
    const auto file = path(service);
    const Descriptor lock(folder_ / ".lock", O_RDWR | O_CREAT);
    if (!lock) return failed(folder_ / ".lock", "locking", errno);
    if (auto held = hold(lock, deadline); !held) return std::unexpected(held.error());
    const auto now = read_text(file);
    if (!now) return std::unexpected(now.error());
    if (*now != (before.exists ? std::optional(before.document) : std::nullopt)) {
      return base::fail(ErrorKind::Conflict, fmt::format("record {}: changed since it was read", file.string()));
    }
    if (auto made = make_folders(folder_, file.parent_path()); !made) return std::unexpected(made.error());
    auto draft = file;
    draft += ".new";
    auto written = write_draft(draft, document);
    if (written && ::rename(draft.c_str(), file.c_str()) != 0) written = failed(file, "replacing", errno);
    if (!written) {
      ::unlink(draft.c_str());
      auto error = written.error();
      error.message += "; the record is as it was";
      return std::unexpected(std::move(error));
    }
    if (!keep_names(file.parent_path())) {
      return not_kept(file, errno);
    }
    return etag_of(document);
  }

  // Until the descriptor is closed, or its process ends in any way.
  base::Result<void> hold(const Descriptor& lock, const aws::Deadline& deadline) {
    while (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK && errno != EINTR) return failed(folder_ / ".lock", "locking", errno);
      const auto next = clock_.instant() + between_tries;
      if (next >= deadline.at || !clock_.sleep_until(next, deadline.stop)) {
        return base::fail(ErrorKind::Transient,
                          fmt::format("records {0}: another process holds {0}/.lock; `fuser -v {0}/.lock` says which",
                                      folder_.string()));
      }
    }
    return {};
  }

  fs::path folder_;
  base::Clock& clock_;
};

}  // namespace

base::Result<void> check_folder(const std::string& folder) {
  std::error_code error;
  const auto status = fs::status(folder, error);
  if (status.type() == fs::file_type::not_found) {
    return base::fail(ErrorKind::NotFound, fmt::format("records {}: there is no such folder; make it first", folder));
  }
  if (status.type() != fs::file_type::directory) {
    return base::fail(ErrorKind::NotFound,
                      fmt::format("records {}: {}", folder, error ? error.message() : "it is no folder"));
  }
  return {};
}

std::unique_ptr<Store> make_directory_store(std::string folder, base::Clock& clock,
                                            std::function<std::string()> nonce) {
  return std::make_unique<DirectoryStore>(std::move(folder), clock, std::move(nonce));
}

}  // namespace records
