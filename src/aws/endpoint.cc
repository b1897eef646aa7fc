// SPDX-License-Identifier: Apache-2.0
#include "aws/endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/partition.h"

namespace aws {
namespace {

// How a service names its hosts besides `<endpoint_prefix>.<region>.<suffix>`.
struct Hosts {
  std::string_view fips;                      // The label with FIPS.
  std::string_view dual_stack;                // The label with dual stack.
  std::string_view dual_stack_fips;           // The label with both.
  bool gov_fips_is_plain;                     // In GovCloud the plain host is the FIPS one.
  bool dual_stack_keeps_suffix;               // S3 has its dual-stack names under the ordinary suffix.
  bool gov_dual_stack_fips_is_plain = false;  // In GovCloud the plain dual-stack host is the FIPS one.
};

struct Row {
  Service service;
  ServiceTraits traits;
  Hosts hosts;
};

constexpr std::string_view json_1_0 = "application/x-amz-json-1.0";
constexpr std::string_view json_1_1 = "application/x-amz-json-1.1";
constexpr std::string_view json_rest = "application/json";
constexpr std::string_view form = "application/x-www-form-urlencoded; charset=utf-8";

constexpr std::array services = {
    Row{Service::AppRunner,
        {"apprunner", "apprunner", "APPRUNNER", "AppRunner.", json_1_0},
        {"apprunner-fips", "apprunner", "apprunner-fips", false, false}},
    Row{Service::Ecr,
        {"api.ecr", "ecr", "ECR", "AmazonEC2ContainerRegistry_V20150921.", json_1_1},
        {"api.ecr-fips", "ecr", "ecr-fips", false, false}},
    Row{Service::Sqs, {"sqs", "sqs", "SQS", "AmazonSQS.", json_1_0}, {"sqs-fips", "sqs", "sqs-fips", true, false}},
    Row{Service::S3, {"s3", "s3", "S3", "", ""}, {"s3-fips", "s3.dualstack", "s3-fips.dualstack", false, true}},
    Row{Service::Logs,
        {"logs", "logs", "CLOUDWATCH_LOGS", "Logs_20140328.", json_1_1},
        {"logs-fips", "logs", "logs-fips", true, false}},
    Row{Service::Events,
        {"events", "events", "EVENTBRIDGE", "AWSEvents.", json_1_1},
        {"events-fips", "events", "events-fips", true, false, true}},
    Row{Service::Lambda,
        {"lambda", "lambda", "LAMBDA", "", json_rest},
        {"lambda-fips", "lambda", "lambda-fips", false, false}},
    Row{Service::CloudWatch,
        {"monitoring", "monitoring", "CLOUDWATCH", "GraniteServiceVersion20100801.", json_1_0},
        {"monitoring-fips", "monitoring", "monitoring-fips", true, false, true}},
    Row{Service::Sts, {"sts", "sts", "STS", "", form}, {"sts-fips", "sts", "sts-fips", true, false}},
};

const Row& row(Service service) {
  return *std::ranges::find_if(services, [&](const Row& candidate) { return candidate.service == service; });
}

const std::string* override_url(Service service, const EndpointSettings& settings) {
  auto found = settings.urls.find(traits(service).override_name);
  if (found == settings.urls.end()) found = settings.urls.find("");
  return found == settings.urls.end() ? nullptr : &found->second;
}

std::string host_of(const Row& service, std::string_view region, const EndpointSettings& settings) {
  const Partition& where = partition(region);
  const bool plain_is_fips = where.name == "aws-us-gov" && service.hosts.gov_fips_is_plain;
  std::string_view label = service.traits.endpoint_prefix;
  if (settings.fips && settings.dual_stack) {
    const bool plain = where.name == "aws-us-gov" && service.hosts.gov_dual_stack_fips_is_plain;
    label = plain ? service.hosts.dual_stack : service.hosts.dual_stack_fips;
  } else if (settings.dual_stack) {
    label = service.hosts.dual_stack;
  } else if (settings.fips && !plain_is_fips) {
    label = service.hosts.fips;
  }
  const bool other_suffix = settings.dual_stack && !service.hosts.dual_stack_keeps_suffix;
  return fmt::format("{}.{}.{}", label, region, other_suffix ? where.dual_stack_suffix : where.dns_suffix);
}

base::Result<bool> switched_on(const Environment& environment, std::string_view name) {
  std::string value(variable(environment, name));
  std::ranges::transform(value, value.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (value.empty() || value == "false") return false;
  if (value == "true") return true;
  return base::fail(base::ErrorKind::Invalid, fmt::format("{}: must be `true` or `false`", name));
}

base::Result<void> read_url(const Environment& environment, std::string_view service, EndpointSettings& settings) {
  const std::string name = fmt::format("AWS_ENDPOINT_URL{}{}", service.empty() ? "" : "_", service);
  const auto value = variable(environment, name);
  if (value.empty()) return {};
  if (settings.fips || settings.dual_stack) {
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("{}: cannot be combined with {}, which asks for AWS's own hosts; unset one of them",
                                  name, settings.fips ? "AWS_USE_FIPS_ENDPOINT" : "AWS_USE_DUALSTACK_ENDPOINT"));
  }
  const auto url = http::parse_url(value);
  if (!url) return base::fail(url, name);
  if (url->target.contains('?')) return base::fail(base::ErrorKind::Invalid, name + ": an endpoint's URL has no query");
  settings.urls.emplace(service, value);
  return {};
}

bool is_bucket_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
  };
  return name.size() >= 3 && name.size() <= 255 && std::ranges::all_of(name, allowed);
}

}  // namespace

const ServiceTraits& traits(Service service) { return row(service).traits; }

base::Result<EndpointSettings> read_endpoint_settings(const Environment& environment) {
  EndpointSettings settings;
  const auto fips = switched_on(environment, "AWS_USE_FIPS_ENDPOINT");
  if (!fips) return std::unexpected(fips.error());
  const auto dual_stack = switched_on(environment, "AWS_USE_DUALSTACK_ENDPOINT");
  if (!dual_stack) return std::unexpected(dual_stack.error());
  const auto ignore_urls = switched_on(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
  if (!ignore_urls) return std::unexpected(ignore_urls.error());
  settings.fips = *fips;
  settings.dual_stack = *dual_stack;
  if (*ignore_urls) return settings;
  if (const auto read = read_url(environment, "", settings); !read) return std::unexpected(read.error());
  for (const Row& service : services) {
    const auto read = read_url(environment, service.traits.override_name, settings);
    if (!read) return std::unexpected(read.error());
  }
  return settings;
}

base::Result<Endpoint> endpoint(Service service, std::string_view region, const EndpointSettings& settings) {
  // Also with an override, since the region is part of the signature.
  if (!is_host_label(region)) {
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("`{}` is no name of an AWS region", http::percent_encode(region)));
  }
  if (const auto* url = override_url(service, settings)) {
    const auto parsed = http::parse_url(*url);
    if (!parsed) return std::unexpected(parsed.error());
    std::string prefix = parsed->target.substr(0, parsed->target.find('?'));
    while (prefix.ends_with('/')) prefix.pop_back();
    return Endpoint{parsed->origin, std::move(prefix)};
  }
  if (service == Service::S3 && settings.fips && partition(region).name == "aws-cn") {
    return base::fail(base::ErrorKind::Invalid, fmt::format("S3 has no FIPS endpoint in {}", region));
  }
  return Endpoint{{.tls = true, .host = host_of(row(service), region, settings), .port = 443}, {}};
}

base::Result<ObjectAddress> object_address(std::string_view bucket, std::string_view key, std::string_view region,
                                           const EndpointSettings& settings) {
  if (!is_bucket_name(bucket)) {
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("`{}` is no name of an S3 bucket", http::percent_encode(bucket)));
  }
  auto at = endpoint(Service::S3, region, settings);
  if (!at) return std::unexpected(at.error());
  std::string path = "/" + http::percent_encode(key, true);
  if (is_host_label(bucket) && !override_url(Service::S3, settings)) {
    at->origin.host = fmt::format("{}.{}", bucket, at->origin.host);
    return ObjectAddress{std::move(at->origin), std::move(path)};
  }
  return ObjectAddress{std::move(at->origin), fmt::format("{}/{}{}", at->path_prefix, bucket, path)};
}

std::string_view dns_suffix(std::string_view region) { return partition(region).dns_suffix; }

}  // namespace aws
