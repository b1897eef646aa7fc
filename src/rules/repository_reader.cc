// SPDX-License-Identifier: Apache-2.0
#include "rules/repository_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "names/arn.h"

namespace rules {
namespace {

constexpr std::string_view full_form = "ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME";

bool is_name_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' ||
         c == '-' || c == '/';
}

bool has_upper_case(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

// Registries that people copy names from. A name of ECR's may have dots, too, so that not every dot makes a host.
bool is_other_registry(std::string_view host) {
  constexpr std::array<std::string_view, 8> known = {
      "docker.io",           "ghcr.io",           "quay.io",        "gcr.io", "index.docker.io",
      "registry.gitlab.com", "mcr.microsoft.com", "registry.k8s.io"};
  return std::ranges::find(known, host) != known.end() || host.ends_with(".azurecr.io") || host.ends_with(".pkg.dev") ||
         host.ends_with(".gcr.io");
}

// `localhost:5000/shop`
bool has_port(std::string_view host) {
  const auto colon = host.find(':');
  return colon != std::string_view::npos && colon + 1 < host.size() &&
         host.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
}

bool looks_like_ecr(std::string_view host) {
  return host.contains(".dkr.ecr") || host.contains("dkr-ecr") || host.contains("amazonaws");
}

std::string no_registry(std::string_view host) {
  return fmt::format("`{}` is no registry of ECR: expected {}, and an account has 12 digits", host, full_form);
}

// What is wrong with a text that is neither a name nor a name in full; empty: nothing.
std::string fault(const std::string& text) {
  if (text.empty()) return "expected the name of a repository, as in \"team/shop\", and this is empty";
  if (const auto arn = names::parse_arn(text)) {
    if (arn->service != "ecr")
      return fmt::format("`{}` is an ARN; expected a repository's name or {}", text, full_form);
    const auto name = arn->resource.substr(arn->resource.find('/') + 1);
    return fmt::format("`{}` is an ARN: write `{}.dkr.ecr.{}.amazonaws.com{}/{}`, or only `{}`", text, arn->account,
                       arn->region, arn->partition == "aws-cn" ? ".cn" : "", name, name);
  }
  if (const auto scheme = text.find("://"); scheme != std::string::npos) {
    return fmt::format("`{}` is an address: write `{}`", text, text.substr(scheme + 3));
  }
  const auto host = text.substr(0, text.find('/'));
  if (host == "public.ecr.aws") {
    return fmt::format("`{}` is in the public registry, which tells nobody of pushes; expected a private repository",
                       text);
  }
  const bool ported = host.size() < text.size() && has_port(host);
  if (is_other_registry(host) || (ported && !looks_like_ecr(host)))
    return fmt::format("`{}` is not in ECR, and only ECR tells of pushes", text);
  if (ported) return no_registry(host);
  if (const auto end = text.find_first_of(":@"); end != std::string::npos) {
    return fmt::format("`{}` names an image and not its repository: write `{}`", text, text.substr(0, end));
  }
  if (const auto odd = std::ranges::find_if_not(text, is_name_character); odd != text.end()) {
    if (*odd == ' ' || *odd == '\t' || *odd == '\n')
      return fmt::format("`{}` has a blank in it, which no repository has", text);
    return fmt::format("`{}` can't be a repository: names have lower-case letters, digits, `-`, `_`, `.` and `/`",
                       text);
  }
  if (looks_like_ecr(host)) return no_registry(host);
  return {};
}

void warn_of_name(const Node& node, const std::string& name, Problems& problems) {
  if (has_upper_case(name)) {
    problems.warning(id::upper_case_repository, node,
                     fmt::format("`{}` can never match: names of repositories have no upper-case letters in ECR; did "
                                 "you mean `{}`?",
                                 name, lower_case(name)));
  } else if (!names::is_repository_name(name)) {
    problems.warning(id::impossible_repository, node,
                     fmt::format("`{}` can never match: a repository's name in ECR has 2 to 256 lower-case letters and "
                                 "digits, with single `-`, `_`, `.` or `/` between them",
                                 name));
  } else if (name.contains("__") || name.contains("--")) {
    problems.warning(id::unrunnable_repository, node,
                     fmt::format("`{}` can't be run by App Runner, which refuses names with `__` or `--`", name));
  }
}

}  // namespace

std::optional<names::Repository> read_repository(const Node& node, Problems& problems) {
  const auto text = node.string();
  const auto image = names::parse_image_reference(text);
  auto repository = image && image->tag.empty() && image->digest.empty() ? image->ecr() : std::nullopt;
  if (!repository) {
    if (const auto wrong = fault(text); !wrong.empty()) {
      problems.error(id::bad_repository, node, wrong);
      return std::nullopt;
    }
    repository = names::Repository{.account = {}, .region = {}, .name = text};
  }
  warn_of_name(node, repository->name, problems);
  return repository;
}

void check_reach(const Node& node, const names::Repository& repository, const names::ServiceArn& service,
                 Problems& problems) {
  const auto text = node.string();
  const auto host = text.substr(0, text.find('/'));
  if (!host.ends_with(".amazonaws.com") || host.contains("-fips.")) {
    problems.warning(id::unrunnable_repository, node,
                     fmt::format("App Runner runs nothing from `{}`: it takes ACCOUNT.dkr.ecr.REGION.amazonaws.com "
                                 "only",
                                 host));
  } else if (repository.account != service.account) {
    problems.hint(id::other_account, node,
                  fmt::format("the repository is of account {}, and {} of {}: the repository's policy must let the "
                              "service pull, and its pushes must be sent on to the function's event bus",
                              repository.account, service.name, service.account));
  } else if (repository.region != service.region) {
    problems.hint(id::other_region, node,
                  fmt::format("the repository is in {}, and {} in {}: its pushes must be sent on to the function's "
                              "event bus",
                              repository.region, service.name, service.region));
  }
}

}  // namespace rules
