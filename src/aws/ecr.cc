// SPDX-License-Identifier: Apache-2.0
#include "aws/ecr.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "aws/page_tokens.h"
#include "aws/timestamp.h"
#include "base/json.h"

namespace aws::ecr {
namespace {

// The most ECR gives in one page.
constexpr int page_size = 1000;

// `,"registryId":"…"` where the account is known.
std::string registry_of(const Repository& repository) {
  return repository.account.empty() ? "" : fmt::format(R"(,"registryId":{})", base::json_quote(repository.account));
}

std::string page_request(const Repository& repository, const std::string& token) {
  std::string body =
      fmt::format(R"({{"repositoryName":{}{})", base::json_quote(repository.name), registry_of(repository));
  body += fmt::format(R"(,"maxResults":{},"filter":{{"tagStatus":"TAGGED"}})", page_size);
  if (!token.empty()) body += fmt::format(R"(,"nextToken":{})", base::json_quote(token));
  return body + "}";
}

base::Result<ImageDetail> read_image(const boost::json::value& value) {
  ImageDetail image;
  image.digest = base::string_member(value, "imageDigest").value_or("");
  if (image.digest.empty()) return malformed(describe_images_operation, "an image without imageDigest in the answer");
  if (const auto* tags = base::member(value, "imageTags")) {
    if (!tags->is_array()) return malformed(describe_images_operation, "imageTags is no list in the answer");
    for (const auto& tag : tags->get_array()) {
      if (!tag.is_string()) return malformed(describe_images_operation, "a tag that is no text in the answer");
      image.tags.emplace_back(std::string_view(tag.get_string()));
    }
  }
  image.pushed_at = time_member(value, "imagePushedAt");
  image.manifest_media_type = base::string_member(value, "imageManifestMediaType").value_or("");
  image.artifact_media_type = base::string_member(value, "artifactMediaType").value_or("");
  return image;
}

// Collects the pages, and notices when they do not fit together: the repository changed while it was read.
class Listing {
 public:
  base::Result<void> add(ImageDetail image) {
    const auto [known, added] = by_digest_.emplace(image.digest, images_.size());
    for (const std::string& tag : image.tags) {
      const auto [owner, first] = by_tag_.emplace(tag, known->second);
      if (!first && owner->second != known->second) {
        return malformed(describe_images_operation,
                         fmt::format("tag {} moved from one image to another while the list was read", tag));
      }
    }
    if (added) {
      images_.push_back(std::move(image));
    } else {
      // Listed again after it got another tag: the later page knows better.
      images_[known->second] = std::move(image);
    }
    return {};
  }

  std::vector<ImageDetail> take() && { return std::move(images_); }

 private:
  std::vector<ImageDetail> images_;
  std::map<std::string, std::size_t, std::less<>> by_digest_;
  std::map<std::string, std::size_t, std::less<>> by_tag_;
};

// One page into the listing; returns the token of the next, empty after the last.
base::Result<std::string> read_page(const boost::json::value& page, Listing& listing) {
  const auto* images = base::member(page, "imageDetails");
  if (images == nullptr || !images->is_array())
    return malformed(describe_images_operation, "no imageDetails in the answer");
  for (const auto& value : images->get_array()) {
    auto image = read_image(value);
    if (!image) return std::unexpected(image.error());
    // Absent from older answers; ECR lists active images unless asked otherwise, and no other can be pulled.
    const bool active = base::string_member(value, "imageStatus").value_or("ACTIVE") == "ACTIVE";
    if (!active || image->tags.empty()) continue;
    if (const auto added = listing.add(std::move(*image)); !added) return std::unexpected(added.error());
  }
  return std::string(base::string_member(page, "nextToken").value_or(""));
}

}  // namespace

base::Result<std::vector<ImageDetail>> describe_images(Caller& caller, const Repository& repository,
                                                       const Deadline& deadline) {
  Listing listing;
  PageTokens tokens(describe_images_operation, "nextToken");
  std::string token;
  do {
    const auto answer =
        caller.json(describe_images_operation, repository.region, page_request(repository, token), deadline);
    if (!answer) return std::unexpected(answer.error());
    auto next = read_page(answer->tree, listing);
    if (!next) return std::unexpected(next.error());
    token = std::move(*next);
    if (const auto added = tokens.add(token); !added) return std::unexpected(added.error());
  } while (!token.empty());
  return std::move(listing).take();
}

base::Result<std::string> describe_tag_mutability(Caller& caller, const Repository& repository,
                                                  const Deadline& deadline) {
  const auto answer = caller.json(
      describe_repositories_operation, repository.region,
      fmt::format(R"({{"repositoryNames":[{}]{}}})", base::json_quote(repository.name), registry_of(repository)),
      deadline);
  if (!answer) return std::unexpected(answer.error());
  const auto* list = base::member(answer->tree, "repositories");
  if (list == nullptr || !list->is_array() || list->get_array().empty())
    return malformed(describe_repositories_operation, "no repository in the answer");
  return std::string(base::string_member(list->get_array().front(), "imageTagMutability").value_or("MUTABLE"));
}

base::Result<std::optional<std::string>> get_lifecycle_policy(Caller& caller, const Repository& repository,
                                                              const Deadline& deadline) {
  const auto answer = caller.json(
      get_lifecycle_policy_operation, repository.region,
      fmt::format(R"({{"repositoryName":{}{}}})", base::json_quote(repository.name), registry_of(repository)),
      deadline);
  if (!answer && answer.error().code == "LifecyclePolicyNotFoundException") return std::optional<std::string>();
  if (!answer) return std::unexpected(answer.error());
  const auto text = base::string_member(answer->tree, "lifecyclePolicyText");
  if (!text) return malformed(get_lifecycle_policy_operation, "no lifecyclePolicyText in the answer");
  return std::optional(std::string(*text));
}

}  // namespace aws::ecr
