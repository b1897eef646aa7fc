// SPDX-License-Identifier: Apache-2.0
#include "names/service_arn.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "names/arn.h"

namespace names {
namespace {

constexpr std::string_view form = "arn:aws:apprunner:REGION:ACCOUNT:service/NAME/ID";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_alphanumeric(char c) { return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z'); }

bool is_partition(std::string_view text) {
  return (text == "aws" || text.starts_with("aws-")) && !text.ends_with('-') &&
         std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_region(std::string_view text) {
  return !text.empty() && text.find('-') != std::string_view::npos && is_lower(text.front()) && is_digit(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_account(std::string_view text) { return text.size() == 12 && std::ranges::all_of(text, is_digit); }

// API reference, CreateService, ServiceName.
bool is_service_name(std::string_view text) {
  return text.size() >= 4 && text.size() <= 40 && is_alphanumeric(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
}

// The ids that exist have 32 hex digits, the API's model wants a UUID with dashes: we hold nobody to a length.
bool is_service_id(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

// What to say of the ARN of something that is no service of App Runner.
std::string other_service(std::string_view service) {
  for (const auto& [known, name] : {std::pair("ecs", "ECS"), std::pair("lambda", "Lambda")}) {
    if (service == known) return fmt::format("it is of {}, which can't be deployed to yet; App Runner can", name);
  }
  if (service == "ecr") return "it is of a repository, and the ARN of a service is wanted";
  return fmt::format("it is of `{}`, and only services of `apprunner` can be deployed to", service);
}

// Says what is wrong with a part of the ARN, which is a view into it.
class Wrong {
 public:
  explicit Wrong(std::string_view arn) : arn_(arn) {}
  std::unexpected<ServiceArnError> operator()(std::string_view part, std::string_view what) const {
    const auto offset = part.data() ? static_cast<std::size_t>(part.data() - arn_.data()) : 0;
    return std::unexpected(ServiceArnError{offset, fmt::format("`{}` is no ARN of a service: {}", arn_, what)});
  }

 private:
  std::string_view arn_;
};

}  // namespace

std::expected<ServiceArn, ServiceArnError> parse_service_arn(std::string_view text) {
  const Wrong wrong(text);
  const auto arn = parse_arn(text);
  if (!arn) return wrong(text, fmt::format("expected {}", form));
  if (!is_partition(arn->partition)) {
    return wrong(arn->partition, fmt::format("the partition is `aws` or begins with `aws-`, not `{}`", arn->partition));
  }
  if (arn->service != "apprunner") return wrong(arn->service, other_service(arn->service));
  if (!is_region(arn->region)) {
    return wrong(arn->region, fmt::format("`{}` is no region, as us-east-1 is", arn->region));
  }
  if (!is_account(arn->account)) {
    return wrong(arn->account, fmt::format("an account has 12 digits, and `{}` has not", arn->account));
  }

  const auto slash = arn->resource.find('/');
  const auto kind = arn->resource.substr(0, slash);
  if (kind != "service") {
    return wrong(arn->resource, fmt::format("it names a `{}`; expected service/NAME/ID", kind));
  }
  const auto name_and_id = slash == std::string_view::npos ? text.substr(text.size()) : arn->resource.substr(slash + 1);
  const auto second = name_and_id.find('/');
  if (second == std::string_view::npos) {
    return wrong(text.substr(text.size()), "the id is missing; expected service/NAME/ID");
  }
  const auto name = name_and_id.substr(0, second);
  const auto id = name_and_id.substr(second + 1);
  if (!is_service_name(name)) {
    return wrong(name,
                 fmt::format("a service's name has 4 to 40 letters, digits, `-` and `_`, and `{}` is none", name));
  }
  if (!is_service_id(id)) return wrong(id, fmt::format("`{}` is no id; it is letters and digits", id));
  return ServiceArn{.kind = TargetKind::AppRunner,
                    .partition = std::string(arn->partition),
                    .region = std::string(arn->region),
                    .account = std::string(arn->account),
                    .name = std::string(name),
                    .id = std::string(id),
                    .text = std::string(text)};
}

}  // namespace names
