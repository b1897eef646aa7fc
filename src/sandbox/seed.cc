// SPDX-License-Identifier: Apache-2.0
#include "sandbox/seed.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <set>

#include "sandbox/ecr_names.h"

namespace sandbox {
namespace {

namespace json = boost::json;

bool is_account(std::string_view text) {
  return text.size() == 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_word(std::string_view text, std::size_t min, std::size_t max) {
  return text.size() >= min && text.size() <= max && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

// RFC 6901 escapes.
std::string pointer_part(std::string_view name) {
  std::string part;
  for (const char c : name) part += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return part;
}

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0;;) {
    const auto end = text.find(by, begin);
    parts.emplace_back(text.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

class SeedReader {
 public:
  explicit SeedReader(const base::JsonDocument& document) : document_(document) {}

  std::expected<Seed, base::JsonError> read() {
    const auto& root = document_.root();
    if (!check_object("", root, {"$schema", "account", "region", "repositories", "services"})) return failed();
    if (!read_place("account", seed_.account) || !read_place("region", seed_.region)) return failed();
    if (const auto* repositories = base::member(root, "repositories");
        repositories && !read_repositories(*repositories))
      return failed();
    if (const auto* services = base::member(root, "services"); services && !read_services(*services)) return failed();
    return std::move(seed_);
  }

 private:
  std::unexpected<base::JsonError> failed() { return std::unexpected(std::move(error_)); }

  // Always false: reading ends here.
  bool fail(const std::string& pointer, std::string message, bool at_name = false) {
    const auto* entry = document_.find(pointer);
    const auto offset = !entry ? 0 : at_name ? entry->key.begin : entry->value.begin;
    error_ = {base::position_at(document_.text(), offset), std::move(message)};
    return false;
  }

  bool check_object(const std::string& pointer, const json::value& value,
                    std::initializer_list<std::string_view> names) {
    if (!value.is_object()) return fail(pointer, fmt::format("must be an object with {}", fmt::join(names, ", ")));
    for (const auto& entry : document_.entries()) {
      if (!entry.duplicate) continue;
      const auto twice = document_.pointer(entry);
      if (twice.starts_with(pointer + "/")) return fail(twice, "is there twice; keep one", true);
    }
    for (const auto& member : value.get_object()) {
      const std::string_view name = member.key();
      if (std::ranges::find(names, name) == names.end()) {
        return fail(pointer + "/" + pointer_part(name),
                    fmt::format("{} is not known here; known are {}", base::json_quote(name), fmt::join(names, ", ")),
                    true);
      }
    }
    return true;
  }

  bool read_place(std::string_view name, std::string& into) {
    const auto pointer = fmt::format("/{}", name);
    const auto* given = base::member(document_.root(), name);
    if (!given) return true;
    const bool fits = given->is_string() &&
                      (name == "account" ? is_account(given->get_string()) : is_word(given->get_string(), 5, 30));
    if (!fits)
      return fail(pointer, name == "account" ? R"(must be twelve digits, such as "123456789012")"
                                             : R"(must be a region, such as "eu-west-1")");
    into = given->get_string();
    placed_ = true;
    return true;
  }

  bool read_repositories(const json::value& given) {
    if (!given.is_object())
      return fail("/repositories", R"(must be an object of repositories and their tags, such as {"shop": ["1.2.3"]})");
    for (const auto& member : given.get_object()) {
      const std::string name(member.key());
      const auto pointer = "/repositories/" + pointer_part(name);
      if (!is_repository_name(name)) {
        return fail(pointer,
                    fmt::format("{} is no repository's name: lower-case letters, digits and . _ - / between them",
                                base::json_quote(name)),
                    true);
      }
      std::vector<std::string> tags;
      if (!member.value().is_array()) return fail(pointer, R"(must be a list of tags, such as ["1.2.3", "1.2.4"])");
      for (std::size_t i = 0; i < member.value().get_array().size(); ++i) {
        const auto& tag = member.value().get_array()[i];
        if (!tag.is_string() || !is_image_tag(tag.get_string()))
          return fail(fmt::format("{}/{}", pointer, i), R"(must be a tag, such as "1.2.3")");
        tags.emplace_back(tag.get_string());
      }
      seed_.repositories.emplace_back(name, std::move(tags));
    }
    return true;
  }

  bool read_services(const json::value& given) {
    if (!given.is_array())
      return fail("/services", R"(must be a list of services, such as [{"arn": "…", "image": "shop:1.2.3"}])");
    for (std::size_t i = 0; i < given.get_array().size(); ++i) {
      if (!read_service(fmt::format("/services/{}", i), given.get_array()[i])) return false;
    }
    return true;
  }

  bool read_service(const std::string& pointer, const json::value& given) {
    if (!check_object(pointer, given, {"arn", "image", "autoDeployments"})) return false;
    SeedService service;
    const auto arn = base::string_member(given, "arn");
    if (!arn) return fail(pointer, R"(needs the service's "arn")");
    if (!read_arn(pointer + "/arn", std::string(*arn), service)) return false;
    const auto image = base::string_member(given, "image");
    if (!image) return fail(pointer, R"(needs the "image" that the service runs, such as "shop:1.2.3")");
    if (!read_image(pointer + "/image", std::string(*image), service)) return false;
    if (base::member(given, "autoDeployments") && !base::bool_member(given, "autoDeployments"))
      return fail(pointer + "/autoDeployments", "must be true or false");
    service.auto_deployments = base::bool_member(given, "autoDeployments").value_or(false);
    seed_.services.push_back(std::move(service));
    return true;
  }

  bool read_arn(const std::string& pointer, const std::string& arn, SeedService& service) {
    const auto parts = split(arn, ':');
    const auto resource = parts.size() == 6 ? split(parts[5], '/') : std::vector<std::string>();
    const bool fits = resource.size() == 3 && parts[0] == "arn" && parts[1] == "aws" && parts[2] == "apprunner" &&
                      is_word(parts[3], 5, 30) && is_account(parts[4]) && resource[0] == "service" &&
                      is_word(resource[1], 4, 40) && is_word(resource[2], 1, 64);
    if (!fits)
      return fail(pointer, "must be an App Runner service's ARN: arn:aws:apprunner:REGION:ACCOUNT:service/NAME/ID");
    if (placed_ && (parts[3] != seed_.region || parts[4] != seed_.account)) {
      return fail(pointer,
                  fmt::format("is in account {} and region {}, but the sandbox is one account in one region, and what "
                              "came before says {} and {}",
                              parts[4], parts[3], seed_.account, seed_.region));
    }
    for (const auto& other : seed_.services) {
      if (other.name == resource[1]) return fail(pointer, fmt::format("a service {} is there already", resource[1]));
    }
    placed_ = true;
    seed_.region = parts[3];
    seed_.account = parts[4];
    service.arn = arn;
    service.name = resource[1];
    service.id = resource[2];
    return true;
  }

  // With or without the account's own registry before it.
  bool read_image(const std::string& pointer, std::string image, SeedService& service) {
    const auto registry = fmt::format("{}.dkr.ecr.{}.amazonaws.com/", seed_.account, seed_.region);
    if (image.starts_with(registry)) image.erase(0, registry.size());
    const auto colon = image.rfind(':');
    const auto name = image.substr(0, colon);
    const auto tag = colon == std::string::npos ? std::string() : image.substr(colon + 1);
    const auto repository =
        std::ranges::find(seed_.repositories, name, &decltype(seed_.repositories)::value_type::first);
    if (repository == seed_.repositories.end() ||
        std::ranges::find(repository->second, tag) == repository->second.end()) {
      return fail(pointer, fmt::format("must be NAME:TAG of one of the repositories of this file; {} is none of them",
                                       base::json_quote(image)));
    }
    service.image = std::move(image);
    return true;
  }

  const base::JsonDocument& document_;
  Seed seed_;
  bool placed_ = false;  // Account and region are said.
  base::JsonError error_;
};

}  // namespace

std::expected<Seed, base::JsonError> read_seed(std::string text) {
  const auto document = base::JsonDocument::parse(std::move(text));
  if (!document) return std::unexpected(document.error());
  return SeedReader(*document).read();
}

std::string to_string(const base::JsonError& error, std::string_view file) {
  return fmt::format("{}:{}:{}: {}", file, error.position.line, error.position.column, error.message);
}

}  // namespace sandbox
