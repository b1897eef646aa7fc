// SPDX-License-Identifier: Apache-2.0
// The registry's layers: pushed in one request or in pieces, mounted, pulled.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "sandbox/ecr_names.h"
#include "sandbox/registry.h"
#include "sandbox/registry_login.h"

namespace sandbox {
namespace {

using Kind = RegistryRoute::Kind;

// First and last byte.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// `0-99`; clients that keep to RFC 9110 instead of the registry's own form write `bytes 0-99/*`.
std::optional<ByteRange> read_content_range(std::string_view text) {
  if (text.starts_with("bytes ")) text = text.substr(6, text.find('/') - 6);
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = number_of(text.substr(0, dash));
  const auto last = number_of(text.substr(dash + 1));
  if (!first || !last || *last < *first) return std::nullopt;
  return ByteRange{*first, *last};
}

// The part of a blob that `bytes=a-b`, `bytes=a-` or `bytes=-n` asks for; nullopt if it has no such part.
std::optional<ByteRange> read_range(std::string_view text, std::uint64_t size) {
  text.remove_prefix(6);
  const auto dash = text.find('-');
  if (dash == std::string_view::npos || size == 0) return std::nullopt;
  const auto last = number_of(text.substr(dash + 1));
  if (dash == 0) {
    if (!last || *last == 0) return std::nullopt;
    return ByteRange{size - std::min(size, *last), size - 1};
  }
  const auto first = number_of(text.substr(0, dash));
  if (!first || *first >= size || (!last && dash + 1 != text.size())) return std::nullopt;
  const ByteRange range{*first, std::min(last.value_or(size - 1), size - 1)};
  return range.last < range.first ? std::nullopt : std::optional(range);
}

http::Response created(const RegistryRoute& route, const std::string& digest) {
  return {
      201, {{"Location", fmt::format("/v2/{}/blobs/{}", route.name, digest)}, {"Docker-Content-Digest", digest}}, {}};
}

std::string range_text(const Upload& upload) {
  const auto size = upload.blob->size();
  return fmt::format("0-{}", size == 0 ? 0 : size - 1);
}

// Brings bytes: all requests that do have a sink.
bool brings_bytes(const std::string& method, const RegistryRoute& route) {
  if (route.kind == Kind::Uploads) return method == "POST" && find_pair(route.query, "digest") != nullptr;
  return route.kind == Kind::Upload && (method == "PATCH" || method == "PUT");
}

}  // namespace

std::shared_ptr<http::BodySink> Registry::receive(const http::Request& head) {
  const auto route = read_registry_route(head.target);
  if (route.kind != Kind::Uploads && route.kind != Kind::Upload) return nullptr;
  if (auto admitted = check_login(head, world_); !admitted)
    return std::make_shared<UploadSink>(std::unexpected(std::move(admitted.error())));
  if (!brings_bytes(head.method, route))
    return std::make_shared<UploadSink>(refuse("UNSUPPORTED", "This request has no body", 400));
  return std::make_shared<UploadSink>(begin(head, route));
}

http::Response Registry::show_upload(const Upload& upload, int status) const {
  return {status,
          {{"Location", fmt::format("/v2/{}/blobs/uploads/{}", upload.repository, upload.id)},
           {"Range", range_text(upload)},
           {"Docker-Upload-UUID", upload.id}},
          {}};
}

Answer<Registry::Shared> Registry::upload_of(const RegistryRoute& route) {
  const auto repository = repository_of(route);
  if (!repository) return std::unexpected(repository.error());
  if (auto upload = uploads_.find(route.reference, route.name)) return upload;
  return refuse("BLOB_UPLOAD_UNKNOWN", "There is no such upload: it is finished, cancelled or expired", 404);
}

// The upload that a request's bytes go to, if they may.
Answer<Registry::Shared> Registry::begin(const http::Request& head, const RegistryRoute& route) {
  if (route.kind == Kind::Uploads) {
    const auto repository = repository_of(route);
    if (!repository) return std::unexpected(repository.error());
    return uploads_.make(route.name);
  }
  auto upload = upload_of(route);
  if (!upload) return upload;
  if ((*upload)->taking) return refuse("BLOB_UPLOAD_INVALID", "Another request is writing to this upload", 409);
  const auto given = head.headers.get("Content-Range");
  if (!given) return upload;
  const auto range = read_content_range(*given);
  const auto size = (*upload)->blob->size();
  if (!range || range->first != size) {
    auto shown = show_upload(**upload, 416);
    return std::unexpected(Refusal{
        "BLOB_UPLOAD_INVALID",
        fmt::format("The next byte of this upload is {}, not that of Content-Range: {}", size, given->substr(0, 60)),
        416,
        {},
        {shown.headers.begin(), shown.headers.end()}});
  }
  const auto length = number_of(head.headers.get("Content-Length").value_or(""));
  if (length && *length != range->last + 1 - range->first)
    return refuse("SIZE_INVALID", "Content-Range and Content-Length differ");
  return upload;
}

// The upload with the request's bytes in it, whichever way they came.
Answer<Registry::Shared> Registry::take_body(const http::Request& request, const RegistryRoute& route) {
  const auto came = std::dynamic_pointer_cast<UploadSink>(request.sink);
  const auto sink = came ? came : std::make_shared<UploadSink>(begin(request, route));
  sink->take(request.body);
  const auto& upload = sink->upload();
  if (!upload) return upload;
  if ((*upload)->out_of_room) {
    uploads_.drop((*upload)->id);
    return refuse("UNKNOWN", "The sandbox has no room for this layer on its disk", 500);
  }
  (*upload)->touched = world_.now();
  return upload;
}

Answer<http::Response> Registry::start_upload(const http::Request& request, const RegistryRoute& route) {
  const auto repository = repository_of(route);
  if (!repository) return std::unexpected(repository.error());
  const auto* mount = find_pair(route.query, "mount");
  const auto* from = find_pair(route.query, "from");
  const auto* source = mount && from ? ecr_.find_repository(*from) : nullptr;
  if (source) {
    if (const auto layer = source->layers.find(*mount); layer != source->layers.end()) {
      (*repository)->layers.emplace(*mount, layer->second);
      return created(route, *mount);
    }
  }
  if (find_pair(route.query, "digest")) {
    const auto upload = take_body(request, route);
    if (!upload) return std::unexpected(upload.error());
    return finish(*upload, route);
  }
  if (uploads_.full()) {
    return refuse(
        "TOOMANYREQUESTS",
        fmt::format("{} uploads have been begun and not finished, the most there can be", LayerUploads::uploads_max),
        429);
  }
  const auto upload = uploads_.make(route.name);
  uploads_.keep(upload);
  return show_upload(*upload, 202);
}

Answer<http::Response> Registry::serve_upload(const http::Request& request, const RegistryRoute& route) {
  if (request.method == "PATCH" || request.method == "PUT") {
    const auto upload = take_body(request, route);
    if (!upload) return std::unexpected(upload.error());
    return request.method == "PUT" ? finish(*upload, route) : show_upload(**upload, 202);
  }
  const auto upload = upload_of(route);
  if (!upload) return std::unexpected(upload.error());
  if (request.method == "GET" || request.method == "HEAD") return show_upload(**upload, 204);
  if (request.method != "DELETE") return refuse("UNSUPPORTED", "The operation is unsupported", 405);
  uploads_.drop(route.reference);
  return http::Response{204, {}, {}};
}

Answer<http::Response> Registry::finish(const Shared& upload, const RegistryRoute& route) {
  const auto* digest = find_pair(route.query, "digest");
  if (!digest || !is_image_digest(*digest))
    return refuse("DIGEST_INVALID", "There must be a digest=sha256:… of 64 lower-case hex digits");
  // Its bytes are not what their sender thinks: there is nothing to go on with.
  uploads_.drop(upload->id);
  const auto found = "sha256:" + upload->hash.hex();
  if (found != *digest) {
    return refuse("DIGEST_INVALID",
                  fmt::format("provided digest did not match uploaded content: {} was given, {} came", *digest, found));
  }
  const auto repository = repository_of(route);
  if (!repository) return std::unexpected(repository.error());
  (*repository)->layers.emplace(found, upload->blob);
  return created(route, found);
}

Answer<http::Response> Registry::serve_blob(const http::Request& request, const RegistryRoute& route) {
  const auto repository = repository_of(route);
  if (!repository) return std::unexpected(repository.error());
  if (!is_image_digest(route.reference))
    return refuse("DIGEST_INVALID", fmt::format("'{}' is no sha256 digest", route.reference.substr(0, 100)));
  const auto layer = (*repository)->layers.find(route.reference);
  if (layer == (*repository)->layers.end())
    return refuse("BLOB_UNKNOWN", fmt::format("blob unknown to repository {}", route.name), 404);
  const auto size = layer->second->size();
  http::Response response{200,
                          {{"Content-Type", "application/octet-stream"},
                           {"Docker-Content-Digest", route.reference},
                           {"Accept-Ranges", "bytes"}},
                          {}};
  ByteRange range{0, size - 1};
  const auto asked = request.headers.get("Range").value_or("");
  if (asked.starts_with("bytes=") && asked.find(',') == std::string_view::npos && request.method == "GET") {
    const auto part = read_range(asked, size);
    if (!part) {
      return std::unexpected(
          Refusal{"RANGE_INVALID", "invalid range", 416, {}, {{"Content-Range", fmt::format("bytes */{}", size)}}});
    }
    range = *part;
    response.status = 206;
    response.headers.set("Content-Range", fmt::format("bytes {}-{}/{}", range.first, range.last, size));
  }
  response.source = blob_source(layer->second, range.first, range.last + 1);
  return response;
}

}  // namespace sandbox
