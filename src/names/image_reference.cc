// SPDX-License-Identifier: Apache-2.0
#include "names/image_reference.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "names/digest.h"

namespace names {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower_or_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'z'); }
bool is_word(char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '_'; }

// As docker does: what comes before the first slash is a host if it looks like one, and else a part of the path.
bool is_host(std::string_view text) {
  return text == "localhost" || text.find_first_of(".:") != std::string_view::npos;
}

// RFC 1035 section 2.3.4, as it is written without the root's dot.
constexpr std::size_t host_size_max = 253;

// `:1` to `:65535`
bool is_port(std::string_view text) {
  if (!text.starts_with(':')) return false;
  unsigned port = 0;
  const auto read = std::from_chars(text.data() + 1, text.data() + text.size(), port);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() && port > 0 && port <= 65535;
}

// A name or an address, and perhaps a port: `localhost:5000`, `[::1]:5000`.
bool is_registry(std::string_view text) {
  const bool is_address = text.starts_with('[');
  const auto end = is_address ? text.find(']') + 1 : std::min(text.find(':'), text.size());
  const auto name = text.substr(0, end);
  if (end < text.size() && !is_port(text.substr(end))) return false;
  if (is_address) {
    in6_addr address;
    return name.size() > 2 && !name.contains('\0') &&
           inet_pton(AF_INET6, std::string(name.substr(1, name.size() - 2)).c_str(), &address) == 1;
  }
  return !name.empty() && name.size() <= host_size_max && !name.starts_with('.') && !name.ends_with('.') &&
         !name.contains("..") &&
         std::ranges::all_of(name, [](char c) { return (is_word(c) && c != '_') || c == '.' || c == '-'; });
}

bool is_path(std::string_view text) {
  return !text.empty() && !text.starts_with('/') && !text.ends_with('/') && !text.contains("//") &&
         std::ranges::all_of(text, [](char c) { return is_word(c) || c == '/' || c == '.' || c == '-'; });
}

// `a_b__c.d--e`: runs of lower-case letters and digits, parted by `.`, `_`, `__` or any number of `-`.
bool is_repository_component(std::string_view text) {
  while (true) {
    const auto run = std::ranges::find_if_not(text, is_lower_or_digit) - text.begin();
    if (run == 0) return false;
    text.remove_prefix(static_cast<std::size_t>(run));
    if (text.empty()) return true;
    const auto dashes = std::min(text.find_first_not_of('-'), text.size());
    const std::size_t separator = dashes > 0 ? dashes : text.starts_with("__") ? 2 : 1;
    if (dashes == 0 && text.front() != '.' && text.front() != '_') return false;
    text.remove_prefix(separator);
  }
}

// What stands before and behind the region in a registry's host, after `ACCOUNT.`; the suffixes by partition.
constexpr std::array plain_services = {std::string_view("dkr.ecr."), std::string_view("dkr.ecr-fips.")};
constexpr std::array plain_suffixes = {std::string_view(".amazonaws.com"), std::string_view(".amazonaws.com.cn"),
                                       std::string_view(".amazonaws.eu"),  std::string_view(".c2s.ic.gov"),
                                       std::string_view(".sc2s.sgov.gov"), std::string_view(".cloud.adc-e.uk"),
                                       std::string_view(".csp.hci.ic.gov")};
constexpr std::array dual_stack_services = {std::string_view("dkr-ecr."), std::string_view("dkr-ecr-fips.")};
constexpr std::array dual_stack_suffixes = {std::string_view(".on.aws"),
                                            std::string_view(".on.amazonwebservices.com.cn")};

// The region between one of `services` and one of `suffixes`; empty if `text` is not of that form.
std::string_view region_between(std::string_view text, std::span<const std::string_view> services,
                                std::span<const std::string_view> suffixes) {
  for (const auto service : services) {
    if (!text.starts_with(service)) continue;
    for (const auto suffix : suffixes) {
      if (!text.ends_with(suffix) || text.size() <= service.size() + suffix.size()) continue;
      const auto region = text.substr(service.size(), text.size() - service.size() - suffix.size());
      if (!region.starts_with('-') &&
          std::ranges::all_of(region, [](char c) { return is_lower_or_digit(c) || c == '-'; }))
        return region;
    }
  }
  return {};
}

std::unexpected<base::Error> wrong(std::string_view reference, std::string_view what) {
  return base::fail(base::ErrorKind::Invalid, fmt::format("`{}` is no image: {}", reference, what));
}

}  // namespace

std::string to_string(const Repository& repository) {
  return fmt::format("{}/{}/{}", repository.account, repository.region, repository.name);
}

std::optional<Repository> ImageReference::ecr() const {
  const auto dot = registry.find('.');
  if (dot != 12 || !std::ranges::all_of(registry.substr(0, dot), is_digit)) return std::nullopt;
  const auto host = std::string_view(registry).substr(dot + 1);
  auto region = region_between(host, plain_services, plain_suffixes);
  if (region.empty()) region = region_between(host, dual_stack_services, dual_stack_suffixes);
  if (region.empty()) return std::nullopt;
  return Repository{registry.substr(0, dot), std::string(region), path};
}

ImageReference ImageReference::with_tag(std::string_view other) const {
  return {.registry = registry, .path = path, .tag = std::string(other), .digest = {}};
}

base::Result<ImageReference> parse_image_reference(std::string_view text) {
  ImageReference reference;
  auto rest = text;
  if (const auto at = rest.find('@'); at != std::string_view::npos) {
    reference.digest = rest.substr(at + 1);
    rest = rest.substr(0, at);
    if (!is_digest(reference.digest))
      return wrong(text, "expected a digest, as sha256:<64 hex digits>, behind the `@`");
  }
  const auto slash = rest.rfind('/');
  if (const auto colon = rest.rfind(':');
      colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) {
    reference.tag = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
    if (!is_tag(reference.tag)) {
      return wrong(text, "a tag has up to 128 letters, digits, `_`, `.` and `-`, and begins with neither `.` nor `-`");
    }
  }
  if (const auto first = rest.find('/'); first != std::string_view::npos && is_host(rest.substr(0, first))) {
    reference.registry = rest.substr(0, first);
    if (!is_registry(reference.registry))
      return wrong(text, "expected a registry's host, or HOST:PORT, before the first `/`");
    rest.remove_prefix(first + 1);
  }
  if (!is_path(rest)) return wrong(text, "expected REGISTRY/REPOSITORY:TAG");
  reference.path = rest;
  return reference;
}

std::string to_string(const ImageReference& reference) {
  auto text = reference.registry.empty() ? reference.path : reference.registry + '/' + reference.path;
  if (!reference.tag.empty()) text += ':' + reference.tag;
  if (!reference.digest.empty()) text += '@' + reference.digest;
  return text;
}

bool is_repository_name(std::string_view text) {
  if (text.size() < 2 || text.size() > 256) return false;
  while (true) {
    const auto slash = text.find('/');
    if (!is_repository_component(text.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    text.remove_prefix(slash + 1);
  }
}

bool is_tag(std::string_view text) {
  return !text.empty() && text.size() <= 128 && is_word(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

}  // namespace names
