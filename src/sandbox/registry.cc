// SPDX-License-Identifier: Apache-2.0
// Routes, lists and errors; layers are in registry_uploads.cc and manifests in registry_manifests.cc.
#include "sandbox/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <utility>
#include <vector>

#include "sandbox/ecr_names.h"
#include "sandbox/registry_login.h"

namespace sandbox {
namespace {

namespace json = boost::json;
using Kind = RegistryRoute::Kind;

constexpr std::string_view root = "/v2/";
constexpr std::size_t page_max = 1'000;

Refusal unsupported(const std::string& method) {
  return {"UNSUPPORTED", fmt::format("The operation is unsupported: {}", method.substr(0, 40)), 405, {}, {}};
}

struct Page {
  std::vector<std::string> items;
  std::string next;  // The Link field's value; empty on the last page.
};

// The names after `last`, at most `n` of them; the names are in order.
Answer<Page> page_of(const std::vector<std::string>& names, const RegistryRoute& route, std::string_view path) {
  std::size_t size = page_max;
  if (const auto* n = find_pair(route.query, "n")) {
    const auto parsed = std::from_chars(n->data(), n->data() + n->size(), size);
    if (parsed.ec != std::errc() || parsed.ptr != n->data() + n->size())
      return refuse("PAGINATION_NUMBER_INVALID", "invalid number of results requested");
  }
  size = std::min(size, page_max);
  const auto* last = find_pair(route.query, "last");
  const auto from = last ? std::ranges::upper_bound(names, *last) : names.begin();
  const auto count = std::min(size, static_cast<std::size_t>(names.end() - from));
  Page page{{from, from + static_cast<std::ptrdiff_t>(count)}, {}};
  if (count > 0 && from + static_cast<std::ptrdiff_t>(count) != names.end()) {
    page.next = fmt::format(R"(<{}?last={}&n={}>; rel="next")", path, uri_encode(page.items.back()), size);
  }
  return page;
}

http::Response json_answer(const json::object& body, const std::string& link) {
  http::Response response{200, {{"Content-Type", "application/json"}}, json::serialize(body)};
  if (!link.empty()) response.headers.set("Link", link);
  return response;
}

}  // namespace

RegistryRoute read_registry_route(std::string_view target) {
  const auto parts = split_target(target);
  RegistryRoute route{Kind::Unknown, {}, {}, parse_pairs(parts.query, false)};
  const auto path = uri_decode(parts.path).substr(std::min(parts.path.size(), root.size()));
  const auto named = [&](Kind kind, std::size_t at, std::string_view word) {
    route.kind = kind;
    route.name = path.substr(0, at);
    route.reference = path.substr(std::min(path.size(), at + word.size()));
    return route;
  };
  if (path.empty()) return route.kind = Kind::Ping, route;
  if (path == "_catalog") return route.kind = Kind::Catalog, route;
  if (path.ends_with("/tags/list")) return named(Kind::Tags, path.size() - 10, "/tags/list");
  // From the end: a repository may be called `blobs`.
  static constexpr std::pair<std::string_view, Kind> words[] = {
      {"/blobs/uploads/", Kind::Upload}, {"/blobs/", Kind::Blob}, {"/manifests/", Kind::Manifest}};
  if (path.ends_with("/blobs/uploads")) return named(Kind::Uploads, path.size() - 14, "/blobs/uploads");
  for (const auto& [word, kind] : words) {
    const auto at = path.rfind(word);
    if (at == std::string::npos || path.find('/', at + word.size()) != std::string::npos) continue;
    return named(kind == Kind::Upload && at + word.size() == path.size() ? Kind::Uploads : kind, at, word);
  }
  return route;
}

std::string describe(const std::string& method, Kind kind) {
  static constexpr std::string_view words[] = {"ping",   "catalog", "tags",     "uploads",
                                               "upload", "blob",    "manifest", "(unknown)"};
  return fmt::format("{} {}", method.substr(0, 40), words[std::to_underlying(kind)]);
}

bool is_registry(const http::Request& request) {
  if (request.target != "/v2" && !request.target.starts_with(root)) return false;
  const bool is_signed = request.headers.get("Authorization").value_or("").starts_with("AWS4-") ||
                         request.target.find("X-Amz-Algorithm=") != std::string::npos;
  return !is_signed && request.headers.get("Host").value_or("").find(".s3.") == std::string_view::npos;
}

http::Response registry_refusal(const Refusal& refusal) {
  const json::object error{{"code", refusal.code}, {"message", refusal.message}, {"detail", json::object()}};
  http::Response response{refusal.status,
                          {{"Content-Type", "application/json"}},
                          json::serialize(json::object{{"errors", json::array{error}}}) + "\n"};
  for (const auto& [name, value] : refusal.details) response.headers.set(name, value);
  return response;
}

Answer<Ecr::Repository*> Registry::repository_of(const RegistryRoute& route) {
  if (!is_repository_name(route.name))
    return refuse("NAME_INVALID", fmt::format("'{}' is no repository name", route.name.substr(0, 256)));
  if (auto* repository = ecr_.find_repository(route.name)) return repository;
  return refuse("NAME_UNKNOWN",
                fmt::format("The repository with name '{}' does not exist in the registry with id '{}'", route.name,
                            world_.settings().account),
                404);
}

Answer<http::Response> Registry::handle(const http::Request& request, const RegistryRoute& route) {
  if (auto admitted = check_login(request, world_); !admitted) return std::unexpected(std::move(admitted.error()));
  const bool reads = request.method == "GET" || request.method == "HEAD";
  switch (route.kind) {
    case Kind::Ping:
      if (!reads) break;
      return http::Response{200, {{"Content-Type", "application/json"}}, "{}"};
    case Kind::Catalog:
      if (!reads) break;
      return list_repositories(route);
    case Kind::Tags:
      if (!reads) break;
      return list_tags(route);
    case Kind::Uploads:
      if (request.method != "POST") break;
      return start_upload(request, route);
    case Kind::Upload: return serve_upload(request, route);
    case Kind::Blob:
      if (!reads) break;
      return serve_blob(request, route);
    case Kind::Manifest: return serve_manifest(request, route);
    case Kind::Unknown:
      return refuse("UNSUPPORTED", "The sandbox's registry has no such endpoint; docs/sandbox.md lists them", 404);
  }
  return std::unexpected(unsupported(request.method));
}

Answer<http::Response> Registry::serve_manifest(const http::Request& request, const RegistryRoute& route) {
  if (request.method == "PUT") return put_manifest(request, route);
  if (request.method == "GET" || request.method == "HEAD") return get_manifest(request, route);
  if (request.method == "DELETE") return delete_manifest(route);
  return std::unexpected(unsupported(request.method));
}

Answer<http::Response> Registry::list_tags(const RegistryRoute& route) {
  const auto repository = repository_of(route);
  if (!repository) return std::unexpected(repository.error());
  std::vector<std::string> names;
  for (const auto& [tag, digest] : (*repository)->tags) names.push_back(tag);
  const auto page = page_of(names, route, fmt::format("/v2/{}/tags/list", route.name));
  if (!page) return std::unexpected(page.error());
  return json_answer({{"name", route.name}, {"tags", json::array(page->items.begin(), page->items.end())}}, page->next);
}

Answer<http::Response> Registry::list_repositories(const RegistryRoute& route) {
  std::vector<std::string> names;
  for (const auto& [name, repository] : ecr_.repositories()) names.push_back(name);
  const auto page = page_of(names, route, "/v2/_catalog");
  if (!page) return std::unexpected(page.error());
  return json_answer({{"repositories", json::array(page->items.begin(), page->items.end())}}, page->next);
}

}  // namespace sandbox
