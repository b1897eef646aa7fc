// SPDX-License-Identifier: Apache-2.0
#include "cli/proposal.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "names/names.h"
#include "semver/semver.h"

namespace cli {
namespace {

// What stands behind the version where it names a kind of image, as `-alpine`, and no step towards a release, as `-rc`.
std::string flavour_of(std::string_view tag) {
  constexpr std::string_view steps[] = {"alpha", "beta", "rc",       "pre",    "preview",
                                        "dev",   "next", "snapshot", "canary", "nightly"};
  const auto dash = tag.find('-');
  if (dash == std::string_view::npos) return {};
  const auto word = tag.substr(dash + 1);
  const bool letters = !word.empty() && std::ranges::all_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
  return letters && std::ranges::find(steps, word) == std::end(steps) ? std::string(word) : std::string();
}

std::string_view why_no_version(std::string_view tag) {
  if (tag.empty()) return "it runs a digest, which has no version";
  if (tag == "latest")
    return "it runs `latest`, which is whatever was pushed last; deploy a tag of three numbers first";
  return "";
}

}  // namespace

std::expected<Proposal, std::string> propose(const aws::app_runner::ServiceDescription& service,
                                             std::string_view account, std::string_view region) {
  if (!service.image_identifier) return std::unexpected("it is built from source code");
  if (service.image_repository_type != "ECR")
    return std::unexpected("its image is in a public registry, from which no pushes are told");
  if (service.auto_deployments) {
    return std::unexpected(
        "App Runner deploys every push of its tag by itself; switch that off first (AutoDeploymentsEnabled)");
  }
  const auto image = names::parse_image_reference(*service.image_identifier);
  const auto repository = image ? image->ecr() : std::nullopt;
  if (!repository) return std::unexpected(fmt::format("its image {} is not in ECR", *service.image_identifier));
  const auto& tag = image->tag;
  if (const auto why = why_no_version(tag); !why.empty()) return std::unexpected(std::string(why));

  const auto flavour = flavour_of(tag);
  const auto behind = flavour.empty() ? std::string() : "-" + flavour;
  const auto text = tag.substr(0, tag.size() - behind.size());
  const auto version = semver::parse_version(std::string_view(text));
  if (!version)
    return std::unexpected(fmt::format("it runs `{}`, which is no version; deploy a tag of three numbers first", tag));

  const bool own = repository->account == account && repository->region == region;
  const auto before = std::string(text.starts_with('v') ? "v" : "");
  const auto in_tag = [&](std::uint64_t major, std::uint64_t minor, std::uint64_t patch) {
    return fmt::format("{}{}.{}.{}{}", before, major, minor, patch, behind);
  };
  const auto major = version->major();
  const auto minor = version->minor();
  Proposal proposal{.service = service.arn,
                    .name = service.name,
                    .repository = own ? repository->name : fmt::format("{}/{}", image->registry, repository->name),
                    .range = fmt::format("^{}.{}", major, minor),
                    .tag_pattern = {},
                    .running = tag,
                    .taken = in_tag(major, minor, version->patch() + 1),
                    .left = major == 0 ? in_tag(0, minor + 1, 0) : in_tag(major + 1, 0, 0),
                    .why = {}};
  if (!flavour.empty()) proposal.tag_pattern = fmt::format("^(?P<version>.+)-{}$", flavour);
  if (version->is_prerelease()) {
    // The range has to name it, or what runs would be outside of it.
    proposal.range = "^" + to_string(*version);
    proposal.taken = in_tag(major, minor, version->patch());
  }
  proposal.why = fmt::format("it runs {}; {} takes newer {} versions{}, and {} needs your word", tag, proposal.range,
                             major == 0 ? fmt::format("0.{}", minor) : fmt::format("{}.x", major),
                             flavour.empty() ? std::string() : fmt::format(" that end in -{}", flavour),
                             major == 0 ? fmt::format("0.{}", minor + 1) : fmt::format("{}.0", major + 1));
  return proposal;
}

std::string to_rules_file(const std::vector<Proposal>& proposals) {
  using base::json_quote;
  std::string text = "{\n  \"$schema\": \"rules.schema.json\",\n  \"rules\": [";
  for (const auto& proposal : proposals) {
    const auto test = [&](const std::string& tag, std::string_view expect) {
      return fmt::format("{{ \"running\": {}, \"tag\": {}, \"expect\": \"{}\" }}", json_quote(proposal.running),
                         json_quote(tag), expect);
    };
    text += fmt::format("{}\n    {{\n      \"repository\": {},\n      \"semVersion\": {},\n",
                        &proposal == &proposals.front() ? "" : ",", json_quote(proposal.repository),
                        json_quote(proposal.range));
    if (!proposal.tag_pattern.empty())
      text += fmt::format("      \"tagPattern\": {},\n", json_quote(proposal.tag_pattern));
    text += fmt::format("      \"serviceArn\": {},\n      \"tests\": [\n        {},\n        {}\n      ]\n    }}",
                        json_quote(proposal.service), test(proposal.taken, "update"), test(proposal.left, "keep"));
  }
  return text + "\n  ]\n}\n";
}

}  // namespace cli
