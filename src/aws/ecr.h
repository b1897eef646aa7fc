// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/caller.h"

// Amazon ECR, API version 2015-09-21: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/
namespace aws::ecr {

inline constexpr Operation describe_images_operation{Service::Ecr, "DescribeImages", true, "ecr:DescribeImages"};
inline constexpr Operation describe_repositories_operation{Service::Ecr, "DescribeRepositories", true,
                                                           "ecr:DescribeRepositories"};
inline constexpr Operation get_lifecycle_policy_operation{Service::Ecr, "GetLifecyclePolicy", true,
                                                          "ecr:GetLifecyclePolicy"};

struct ImageDetail {
  std::string digest;
  std::vector<std::string> tags;
  std::optional<base::Time> pushed_at;  // Of the manifest; adding a tag later need not move it.
  std::string manifest_media_type;
  std::string artifact_media_type;
};

struct Repository {
  std::string account;  // The registry's id.
  std::string region;
  std::string name;
};

// Every tagged, active image of the repository: all pages, or an error. Order is not promised.
// Errors: NotFound (no such repository), Denied, Transient …; never a part of the list.
base::Result<std::vector<ImageDetail>> describe_images(Caller& caller, const Repository& repository,
                                                       const Deadline& deadline);

// The same for a repository that one deadline may be too short for.
class ImageReader {
 public:
  explicit ImageReader(Repository repository);
  ImageReader(ImageReader&&) noexcept;
  ~ImageReader();

  // As describe_images(). Behind a failure that passes (NotSent, Unknown, Transient) the next call goes on with the page that failed.
  base::Result<std::vector<ImageDetail>> read(Caller& caller, const Deadline& deadline);

 private:
  struct Progress;
  base::Result<void> read_pages(Caller& caller, const Deadline& deadline);

  Repository repository_;
  std::unique_ptr<Progress> progress_;
};

// Whether a tag may be put on another image: `MUTABLE`, `IMMUTABLE` … Errors: NotFound.
base::Result<std::string> describe_tag_mutability(Caller& caller, const Repository& repository,
                                                  const Deadline& deadline);

// The text of the policy, which is JSON; nullopt if there is none.
base::Result<std::optional<std::string>> get_lifecycle_policy(Caller& caller, const Repository& repository,
                                                              const Deadline& deadline);

}  // namespace aws::ecr
