// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace names {

// A repository of Amazon ECR: which registry (account and region) and its name there.
struct Repository {
  std::string account;
  std::string region;
  std::string name;
  bool operator==(const Repository&) const = default;
};

std::string to_string(const Repository& repository);  // `123456789012/us-east-1/shop`

// `[host/]path[:tag][@digest]`, as `docker pull` takes it.
struct ImageReference {
  std::string registry;  // The host, with a port if it has one; empty: none was written.
  std::string path;      // The repository's name in its registry.
  std::string tag;       // Empty: none.
  std::string digest;    // Empty: none.

  // The ECR repository it lies in; nullopt if its registry is not a private ECR registry. Understands the plain host
  // `ACCOUNT.dkr.ecr.REGION.amazonaws.com[.cn …]`, the FIPS one and the dual-stack one (`dkr-ecr.REGION.on.aws`).
  std::optional<Repository> ecr() const;
  // The same image by another tag: registry and path stay, a digest goes.
  ImageReference with_tag(std::string_view other) const;
  bool operator==(const ImageReference&) const = default;
};

// Splits at `@` first, then at the last `:` behind the last `/`. Errors: Invalid (bad registry, empty path, bad tag or digest).
base::Result<ImageReference> parse_image_reference(std::string_view text);
std::string to_string(const ImageReference& reference);

// Whether ECR would take this as a repository's name (API reference, CreateRepository: 2 to 256 of lower-case letters,
// digits and separators).
bool is_repository_name(std::string_view text);
// Whether a registry would take this as a tag (OCI distribution specification): `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`.
bool is_tag(std::string_view text);

}  // namespace names
