// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"
#include "sandbox/ecr.h"
#include "sandbox/layer_uploads.h"
#include "sandbox/refusal.h"
#include "sandbox/upload.h"
#include "sandbox/uri.h"
#include "sandbox/world.h"

namespace sandbox {

// What a request below `/v2/` is about (OCI distribution specification 1.1, "Endpoints").
struct RegistryRoute {
  enum class Kind { Ping, Catalog, Tags, Uploads, Upload, Blob, Manifest, Unknown };
  Kind kind = Kind::Unknown;
  std::string name;       // Of the repository.
  std::string reference;  // Digest, tag or upload id.
  Pairs query;
};
RegistryRoute read_registry_route(std::string_view target);
// `PUT manifest`, for the call log.
std::string describe(const std::string& method, RegistryRoute::Kind kind);

// True for what a container client asks: below `/v2/`, and neither signed as AWS's clients do nor of a bucket.
bool is_registry(const http::Request& request);

// ECR as docker, podman and skopeo see it: the OCI distribution protocol, with ECR's rules. A repository must exist, a login
// is needed, an image's layers must be there, and a push tells EventBridge through Ecr::put.
class Registry final {
 public:
  static constexpr std::size_t manifest_max = 4 << 20;

  Registry(World& world, Ecr& ecr, LayerUploads& uploads) : world_(world), ecr_(ecr), uploads_(uploads) {}

  // Takes the body of a layer's request while it arrives; nullptr for all that is small.
  std::shared_ptr<http::BodySink> receive(const http::Request& head);
  // Answers a request; its layer's bytes come by Request::sink, or in its body as with any other.
  Answer<http::Response> handle(const http::Request& request, const RegistryRoute& route);

 private:
  using Shared = std::shared_ptr<Upload>;

  Answer<Ecr::Repository*> repository_of(const RegistryRoute& route);
  http::Response show_upload(const Upload& upload, int status) const;
  Answer<Shared> upload_of(const RegistryRoute& route);
  Answer<Shared> begin(const http::Request& head, const RegistryRoute& route);
  Answer<Shared> take_body(const http::Request& request, const RegistryRoute& route);
  Answer<http::Response> finish(const Shared& upload, const RegistryRoute& route);

  Answer<http::Response> start_upload(const http::Request& request, const RegistryRoute& route);
  Answer<http::Response> serve_upload(const http::Request& request, const RegistryRoute& route);
  Answer<http::Response> serve_blob(const http::Request& request, const RegistryRoute& route);
  Answer<http::Response> serve_manifest(const http::Request& request, const RegistryRoute& route);
  Answer<http::Response> put_manifest(const http::Request& request, const RegistryRoute& route);
  Answer<http::Response> get_manifest(const http::Request& request, const RegistryRoute& route);
  Answer<http::Response> delete_manifest(const RegistryRoute& route);
  Answer<http::Response> list_tags(const RegistryRoute& route);
  Answer<http::Response> list_repositories(const RegistryRoute& route);

  World& world_;
  Ecr& ecr_;
  LayerUploads& uploads_;
};

// A refusal as the protocol writes it: `{"errors":[{"code":…,"message":…}]}`; its details are header fields.
http::Response registry_refusal(const Refusal& refusal);

}  // namespace sandbox
