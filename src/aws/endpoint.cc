// SPDX-License-Identifier: Apache-2.0
#include "aws/endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "aws/partition.h"
#include "aws/shared_config.h"
#include "aws/text.h"

namespace aws {
namespace {

// How a service names its hosts besides `<endpoint_prefix>.<region>.<suffix>`.
struct Hosts {
  std::string_view fips;                      // The label with FIPS.
  std::string_view dual_stack;                // The label with dual stack.
  std::string_view dual_stack_fips;           // The label with both.
  bool gov_fips_is_plain;                     // In GovCloud the plain host is the FIPS one.
  bool dual_stack_keeps_suffix;               // S3 has its dual-stack names under the ordinary suffix.
  bool gov_dual_stack_fips_is_plain = false;  // And so it is in GovCloud for dual stack.
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
    // Never signed: its requests carry the token of a login. The name is for messages.
    Row{Service::Sso,
        {"portal.sso", "sso", "SSO", "", ""},
        {"portal.sso-fips", "portal.sso", "portal.sso-fips", true, false}},
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
  const bool in_gov = where.name == "aws-us-gov";
  std::string_view label = service.traits.endpoint_prefix;
  if (settings.fips && settings.dual_stack && !(in_gov && service.hosts.gov_dual_stack_fips_is_plain)) {
    label = service.hosts.dual_stack_fips;
  } else if (settings.dual_stack) {
    label = service.hosts.dual_stack;
  } else if (settings.fips && !(in_gov && service.hosts.gov_fips_is_plain)) {
    label = service.hosts.fips;
  }
  const bool other_suffix = settings.dual_stack && !service.hosts.dual_stack_keeps_suffix;
  return fmt::format("{}.{}.{}", label, region, other_suffix ? where.dual_stack_suffix : where.dns_suffix);
}

// Regions that were there before STS was regional.
constexpr std::array legacy_sts_regions = {"ap-northeast-1", "ap-south-1",   "ap-southeast-1", "ap-southeast-2",
                                           "ca-central-1",   "eu-central-1", "eu-north-1",     "eu-west-1",
                                           "eu-west-2",      "eu-west-3",    "sa-east-1",      "us-east-1",
                                           "us-east-2",      "us-west-1",    "us-west-2"};

bool is_global_sts(Service service, std::string_view region, const EndpointSettings& settings) {
  return service == Service::Sts && settings.sts_legacy && !settings.fips && !settings.dual_stack &&
         std::ranges::find(legacy_sts_regions, region) != legacy_sts_regions.end();
}

// Reads where services are, from one profile and the environment.
class SettingsReader {
 public:
  SettingsReader(const Environment& environment, const SharedConfig& config)
      : environment_(environment), config_(config) {}

  base::Result<EndpointSettings> read() {
    const auto ignore_urls =
        switched_on(environment_, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", config_, "ignore_configured_endpoint_urls");
    if (!ignore_urls) return std::unexpected(ignore_urls.error());
    for (const auto& [member, variable_name, name] :
         {std::tuple(&EndpointSettings::fips, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
          std::tuple(&EndpointSettings::dual_stack, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")}) {
      const auto on = switched_on(environment_, variable_name, config_, name);
      if (!on) return std::unexpected(on.error());
      settings_.*member = *on;
      if (*on) own_hosts_ = first_setting(environment_, variable_name, config_, name)->where;
    }
    if (const auto read = read_sts(); !read) return std::unexpected(read.error());
    if (*ignore_urls) return std::move(settings_);
    if (const auto read = read_environment_urls(); !read) return std::unexpected(read.error());
    if (const auto read = read_profile_urls(); !read) return std::unexpected(read.error());
    return std::move(settings_);
  }

 private:
  base::Result<void> read_sts() {
    const auto setting = first_setting(environment_, "AWS_STS_REGIONAL_ENDPOINTS", config_, "sts_regional_endpoints");
    if (!setting) return {};
    const auto word = lower_case(setting->value);
    if (word != "legacy" && word != "regional")
      return base::fail(base::ErrorKind::Invalid, setting->where + ": must be `regional` or `legacy`");
    settings_.sts_legacy = word == "legacy";
    return {};
  }

  base::Result<void> read_environment_urls() {
    if (const auto read = add(variable(environment_, "AWS_ENDPOINT_URL"), "AWS_ENDPOINT_URL", ""); !read) return read;
    for (const Row& service : services) {
      const auto name = fmt::format("AWS_ENDPOINT_URL_{}", service.traits.override_name);
      if (const auto read = add(variable(environment_, name), name, service.traits.override_name); !read) return read;
    }
    return {};
  }

  base::Result<void> read_profile_urls() {
    // The environment's URL for all services goes before whatever the profile says of one.
    if (settings_.urls.contains("")) return {};
    const Section& profile = own_profile(config_);
    if (const auto* named = find_setting(profile, "services")) {
      const auto section = config_.services.find(named->value);
      if (section == config_.services.end()) {
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("services ({}) names `{}`, but {} has no section `[services {}]`", named->where,
                                      named->value, config_.config_file, named->value));
      }
      for (const Row& service : services) {
        const auto found = section->second.find(lower_case(service.traits.override_name));
        if (found == section->second.end()) continue;
        if (const auto read = add(find_setting(found->second.nested, "endpoint_url"), service.traits.override_name);
            !read)
          return read;
      }
    }
    return add(find_setting(profile, "endpoint_url"), "");
  }

  base::Result<void> add(const Setting* setting, std::string_view service) {
    if (!setting) return {};
    return add(setting->value, fmt::format("endpoint_url ({})", setting->where), service);
  }

  // Where the service has one already, that one stays.
  base::Result<void> add(std::string_view value, const std::string& where, std::string_view service) {
    if (value.empty()) return {};
    if (!own_hosts_.empty()) {
      return base::fail(base::ErrorKind::Invalid,
                        fmt::format("{}: cannot be combined with {}, which asks for AWS's own hosts; unset one of them",
                                    where, own_hosts_));
    }
    const auto url = http::parse_url(value);
    if (!url) return base::fail(url, where);
    if (url->target.contains('?'))
      return base::fail(base::ErrorKind::Invalid, where + ": an endpoint's URL has no query");
    settings_.urls.emplace(service, value);
    return {};
  }

  const Environment& environment_;
  const SharedConfig& config_;
  EndpointSettings settings_;
  std::string own_hosts_;  // What asks for AWS's own hosts: FIPS or dual stack.
};

bool is_bucket_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
  };
  return name.size() >= 3 && name.size() <= 255 && std::ranges::all_of(name, allowed);
}

}  // namespace

const ServiceTraits& traits(Service service) { return row(service).traits; }

base::Result<EndpointSettings> read_endpoint_settings(const Environment& environment, const SharedConfig& config) {
  return SettingsReader(environment, config).read();
}

base::Result<EndpointSettings> read_endpoint_settings(const Environment& environment) {
  return read_endpoint_settings(environment, {});
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
  std::string host =
      is_global_sts(service, region, settings) ? "sts.amazonaws.com" : host_of(row(service), region, settings);
  return Endpoint{{.tls = true, .host = std::move(host), .port = 443}, {}};
}

std::string_view signing_region(Service service, std::string_view region, const EndpointSettings& settings) {
  return is_global_sts(service, region, settings) && !override_url(service, settings) ? "us-east-1" : region;
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
