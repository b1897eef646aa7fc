// SPDX-License-Identifier: Apache-2.0
#include "names/service_arn.h"

#include <fmt/format.h>

#include <algorithm>

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

std::unexpected<base::Error> wrong(std::string_view arn, std::string_view what) {
  return base::fail(base::ErrorKind::Invalid, fmt::format("`{}` is no ARN of a service: {}", arn, what));
}

}  // namespace

base::Result<ServiceArn> parse_service_arn(std::string_view text) {
  const auto arn = parse_arn(text);
  if (!arn) return wrong(text, fmt::format("expected {}", form));
  if (!is_partition(arn->partition)) {
    return wrong(text, fmt::format("the partition is `aws` or begins with `aws-`, not `{}`", arn->partition));
  }
  if (arn->service != "apprunner") {
    return wrong(text, fmt::format("it is of `{}`, and only services of `apprunner` can be deployed to", arn->service));
  }
  if (!is_region(arn->region)) return wrong(text, fmt::format("`{}` is no region, as us-east-1 is", arn->region));
  if (!is_account(arn->account)) {
    return wrong(text, fmt::format("an account has 12 digits, and `{}` has not", arn->account));
  }

  const auto slash = arn->resource.find('/');
  const auto kind = arn->resource.substr(0, slash);
  if (kind != "service") return wrong(text, fmt::format("it names a `{}`; expected service/NAME/ID", kind));
  const auto name_and_id = slash == std::string_view::npos ? std::string_view() : arn->resource.substr(slash + 1);
  const auto second = name_and_id.find('/');
  if (second == std::string_view::npos) return wrong(text, "the id is missing; expected service/NAME/ID");
  const auto name = name_and_id.substr(0, second);
  const auto id = name_and_id.substr(second + 1);
  if (!is_service_name(name)) {
    return wrong(text,
                 fmt::format("a service's name has 4 to 40 letters, digits, `-` and `_`, and `{}` is none", name));
  }
  if (!is_service_id(id)) return wrong(text, fmt::format("`{}` is no id; it is letters and digits", id));
  return ServiceArn{.kind = TargetKind::AppRunner,
                    .partition = std::string(arn->partition),
                    .region = std::string(arn->region),
                    .account = std::string(arn->account),
                    .name = std::string(name),
                    .id = std::string(id),
                    .text = std::string(text)};
}

}  // namespace names
