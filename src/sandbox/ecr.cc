// SPDX-License-Identifier: Apache-2.0
// The routes of ECR and its operations on repositories; those on images and layers are in ecr_images.cc and ecr_layers.cc.
#include "sandbox/ecr.h"

#include <fmt/format.h>

#include <utility>

#include "base/hash.h"
#include "sandbox/ecr_names.h"
#include "sandbox/page.h"
#include "sandbox/registry_login.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t repositories_max = 10'000;

Refusal no_such_repository(std::string_view name, std::string_view registry) {
  return {"RepositoryNotFoundException",
          fmt::format("The repository with name '{}' does not exist in the registry with id '{}'", name, registry),
          400,
          {},
          {}};
}

}  // namespace

const std::vector<Operation<Ecr>>& Ecr::operations() {
  static constexpr auto required = Need::Required;
  static constexpr auto optional = Need::Optional;
  static constexpr std::string_view names =
      R"([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*)";
  static constexpr std::string_view account = "[0-9]{12}";
  static const Field repository{"repositoryName", Type::String, required, 2, 256, names};
  static const Field registry{.path = "registryId", .pattern = account};
  static const Field max_results{"maxResults", Type::Integer, optional, 1, 1'000};
  static const Field next_token{"nextToken"};
  static const Field image_id{"imageIds[]", Type::Object};
  static const Field image_digest{"imageIds[].imageDigest"};
  static const Field image_tag{"imageIds[].imageTag", Type::String, optional, 1, 300};
  static const Field some_ids{"imageIds", Type::List, optional, 1, 100};
  static const Field ids{"imageIds", Type::List, required, 1, 100};
  static constexpr std::string_view layer_digest = "[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+";
  static const Field digests{"layerDigests", Type::List, required, 1, 100};
  static const Field upload_id{
      "uploadId", Type::String, required,
      INT64_MIN,  INT64_MAX,    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"};
  static const Field tag_status{.path = "filter.tagStatus", .values = {"TAGGED", "UNTAGGED", "ANY"}};
  static const Field image_status{.path = "filter.imageStatus", .values = {"ACTIVE", "ARCHIVED", "ACTIVATING", "ANY"}};
  static const std::vector<Operation<Ecr>> table = {
      {"CreateRepository",
       {repository,
        registry,
        {.path = "imageTagMutability",
         .values = {"MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"}},
        unemulated("imageTagMutabilityExclusionFilters"),
        {"imageScanningConfiguration.scanOnPush", Type::Boolean},
        unemulated("encryptionConfiguration"),
        {"tags[].Key", Type::String, required},
        {"tags[].Value", Type::String, required}},
       &Ecr::create_repository,
       "tags are not kept; exclusion filters of immutable tags and encryption are refused"},
      {"DescribeRepositories",
       {registry,
        {"repositoryNames", Type::List, optional, 1, 100},
        {"repositoryNames[]", Type::String, optional, 2, 256, names},
        next_token,
        max_results},
       &Ecr::describe_repositories},
      {"DeleteRepository", {repository, registry, {"force", Type::Boolean}}, &Ecr::delete_repository},
      {"PutImage",
       {repository,
        registry,
        {"imageManifest", Type::String, required, 1, 4'194'304},
        {"imageManifestMediaType"},
        {"imageTag", Type::String, optional, 1, 300},
        {"imageDigest"}},
       &Ecr::put_image,
       "takes a manifest whose layers were never uploaded"},
      {"ListImages", {repository, registry, next_token, max_results, tag_status, image_status}, &Ecr::list_images},
      {"DescribeImages",
       {repository, registry, some_ids, image_id, image_digest, image_tag, next_token, max_results, tag_status,
        image_status},
       &Ecr::describe_images},
      {"BatchGetImage",
       {repository,
        registry,
        ids,
        image_id,
        image_digest,
        image_tag,
        {"acceptedMediaTypes", Type::List, optional, 1, 100},
        {"acceptedMediaTypes[]"}},
       &Ecr::batch_get_image},
      {"BatchDeleteImage", {repository, registry, ids, image_id, image_digest, image_tag}, &Ecr::batch_delete_image},
      {"InitiateLayerUpload", {repository, registry}, &Ecr::initiate_layer_upload},
      {"UploadLayerPart",
       {repository,
        registry,
        upload_id,
        {"partFirstByte", Type::Integer, required, 0},
        {"partLastByte", Type::Integer, required, 0},
        {"layerPartBlob", Type::Blob, required}},
       &Ecr::upload_layer_part},
      {"CompleteLayerUpload",
       {repository, registry, upload_id, digests, {.path = "layerDigests[]", .pattern = layer_digest}},
       &Ecr::complete_layer_upload,
       "parts may be smaller than 5 MiB"},
      {"BatchCheckLayerAvailability",
       {repository, registry, digests, {"layerDigests[]", Type::String, optional, INT64_MIN, 1'000}},
       &Ecr::batch_check_layer_availability},
      {"GetDownloadUrlForLayer",
       {repository, registry, {"layerDigest", Type::String, required, INT64_MIN, INT64_MAX, layer_digest}},
       &Ecr::get_download_url_for_layer,
       "the address is one of the registry's own, good for twelve hours"},
      {"GetAuthorizationToken",
       {{"registryIds", Type::List, optional, 1, 10}, {.path = "registryIds[]", .pattern = account}},
       &Ecr::get_authorization_token},
  };
  return table;
}

void Ecr::handle(std::string_view operation, const Input& input, Asker asker) {
  static const Wording wording = [](const std::vector<Violation>& violations) {
    const auto& violation = violations.front();
    // ECR writes a pattern's violation in words of its own.
    return invalid_parameter(violation.place,
                             violation.kind == Violation::Kind::Pattern
                                 ? fmt::format("must satisfy regular expression '{}'", violation.field.pattern)
                                 : constraint_text(violation));
  };
  authority_ = asker.authority();
  asker(run_operation(*this, "ECR", operations(), operation, input, wording));
}

std::string Ecr::uri_of(std::string_view repository) const {
  return fmt::format("{}.dkr.ecr.{}.amazonaws.com/{}", world_.settings().account, world_.settings().region, repository);
}

Answer<Ecr::Repository*> Ecr::repository_of(const Input& input) {
  const auto name = text_of(input, "repositoryName");
  const auto registry = optional_text(input, "registryId").value_or(world_.settings().account);
  const auto found = repositories_.find(name);
  if (found == repositories_.end() || registry != world_.settings().account)
    return std::unexpected(no_such_repository(name, registry));
  return &found->second;
}

json::object Ecr::show_repository(const Repository& repository) const {
  return {{"repositoryArn", world_.arn("ecr", "repository/" + repository.name)},
          {"registryId", world_.settings().account},
          {"repositoryName", repository.name},
          {"repositoryUri", uri_of(repository.name)},
          {"createdAt", epoch_seconds(repository.created)},
          {"imageTagMutability", repository.immutable_tags ? "IMMUTABLE" : "MUTABLE"},
          {"imageScanningConfiguration", json::object{{"scanOnPush", repository.scan_on_push}}},
          {"encryptionConfiguration", json::object{{"encryptionType", "AES256"}}}};
}

Outcome Ecr::create_repository(const Input& input) {
  const auto name = text_of(input, "repositoryName");
  if (repositories_.contains(name)) {
    return refuse("RepositoryAlreadyExistsException",
                  fmt::format("The repository with name '{}' already exists in the registry with id '{}'", name,
                              world_.settings().account));
  }
  const auto mutability = optional_text(input, "imageTagMutability").value_or("MUTABLE");
  if (mutability != "MUTABLE" && mutability != "IMMUTABLE") {
    return refuse("InvalidParameterException",
                  fmt::format("The sandbox does not emulate imageTagMutability '{}'.", mutability.substr(0, 64)));
  }
  if (repositories_.size() >= repositories_max) {
    return refuse("LimitExceededException",
                  fmt::format("The sandbox keeps at most {} repositories.", repositories_max));
  }
  const auto* scanning = object_of(input, "imageScanningConfiguration");
  Repository repository{
      name, world_.now(), mutability == "IMMUTABLE", scanning && boolean_of(*scanning, "scanOnPush", false), {}, {}};
  json::object shown = show_repository(repository);
  repositories_.emplace(name, std::move(repository));
  return json::object{{"repository", std::move(shown)}};
}

Outcome Ecr::describe_repositories(const Input& input) {
  const auto registry = optional_text(input, "registryId").value_or(world_.settings().account);
  json::array shown;
  if (const auto names = texts_of(input, "repositoryNames"); !names.empty()) {
    for (const auto& name : names) {
      const auto found = repositories_.find(name);
      if (found == repositories_.end() || registry != world_.settings().account)
        return std::unexpected(no_such_repository(name, registry));
      shown.emplace_back(show_repository(found->second));
    }
    return json::object{{"repositories", std::move(shown)}};
  }
  std::vector<std::string> names;
  for (const auto& [name, repository] : repositories_) names.push_back(name);
  std::optional<std::string> after;
  if (const auto token = optional_text(input, "nextToken")) {
    after = page_item(*token);
    if (!after)
      return refuse("InvalidParameterException",
                    "Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'");
  }
  const auto page = take_page(names, after, static_cast<std::size_t>(integer_of(input, "maxResults", 100)),
                              [](const std::string& name) { return name; });
  for (const auto& name : page.items) shown.emplace_back(show_repository(repositories_.at(name)));
  json::object output{{"repositories", std::move(shown)}};
  if (page.next_token) output["nextToken"] = *page.next_token;
  return output;
}

Outcome Ecr::delete_repository(const Input& input) {
  auto repository = repository_of(input);
  if (!repository) return std::unexpected(std::move(repository.error()));
  if (!(*repository)->images.empty() && !boolean_of(input, "force", false)) {
    return refuse(
        "RepositoryNotEmptyException",
        fmt::format(
            "The repository with name '{}' in registry with id '{}' cannot be deleted because it still contains images",
            (*repository)->name, world_.settings().account));
  }
  json::object shown = show_repository(**repository);
  for (const auto& [digest, image] : (*repository)->images) manifest_bytes_ -= image.manifest.size();
  repositories_.erase(std::string((*repository)->name));
  return json::object{{"repository", std::move(shown)}};
}

Outcome Ecr::get_authorization_token(const Input&) {
  const auto host = uri_of("");
  const auto login = make_login(world_);
  return json::object{{"authorizationData",
                       json::array{json::object{{"authorizationToken", base::to_base64("AWS:" + login.password)},
                                                {"expiresAt", epoch_seconds(login.expires)},
                                                {"proxyEndpoint", "https://" + host.substr(0, host.size() - 1)}}}}};
}

}  // namespace sandbox
