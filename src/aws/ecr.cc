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

// Collects the pages. The repository may change while they are read: of what two say the later knows better.
class Listing {
 public:
  void add(ImageDetail image) {
    const auto [known, added] = by_digest_.emplace(image.digest, images_.size());
    if (added) images_.emplace_back();
    for (const std::string& tag : image.tags) {
      auto& owner = by_tag_.emplace(tag, known->second).first->second;
      if (owner != known->second) std::erase(images_[owner].tags, tag);
      owner = known->second;
    }
    images_[known->second] = std::move(image);
  }

  // An image that has lost its last tag meanwhile is as one that had none.
  std::vector<ImageDetail> take() && {
    std::erase_if(images_, [](const ImageDetail& image) { return image.tags.empty(); });
    return std::move(images_);
  }

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
    listing.add(std::move(*image));
  }
  return std::string(base::string_member(page, "nextToken").value_or(""));
}

}  // namespace

struct ImageReader::Progress {
  Listing listing;
  PageTokens tokens{describe_images_operation, "nextToken"};
  std::string token;  // Of the next page; empty: the first.
};

ImageReader::ImageReader(Repository repository)
    : repository_(std::move(repository)), progress_(std::make_unique<Progress>()) {}
ImageReader::ImageReader(ImageReader&&) noexcept = default;
ImageReader::~ImageReader() = default;

base::Result<std::vector<ImageDetail>> ImageReader::read(Caller& caller, const Deadline& deadline) {
  const auto done = read_pages(caller, deadline);
  using enum base::ErrorKind;
  const auto kind = done ? Invalid : done.error().kind;
  if (kind == NotSent || kind == Unknown || kind == Transient) return std::unexpected(done.error());
  const auto progress = std::exchange(progress_, std::make_unique<Progress>());
  if (!done) return std::unexpected(done.error());
  return std::move(progress->listing).take();
}

base::Result<void> ImageReader::read_pages(Caller& caller, const Deadline& deadline) {
  auto& [listing, tokens, token] = *progress_;
  do {
    const auto answer =
        caller.json(describe_images_operation, repository_.region, page_request(repository_, token), deadline);
    if (!answer) return std::unexpected(answer.error());
    auto next = read_page(answer->tree, listing);
    if (!next) return std::unexpected(next.error());
    if (const auto added = tokens.add(*next); !added) return std::unexpected(added.error());
    token = std::move(*next);
  } while (!token.empty());
  return {};
}

base::Result<std::vector<ImageDetail>> describe_images(Caller& caller, const Repository& repository,
                                                       const Deadline& deadline) {
  return ImageReader(repository).read(caller, deadline);
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
