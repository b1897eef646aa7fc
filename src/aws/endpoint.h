// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/environment.h"
#include "base/error.h"
#include "http/message.h"

namespace aws {

// The services we call. What the wire needs to know of each stands in traits().
enum class Service { AppRunner, Ecr, Sqs, S3, Logs, Sts, Events, Lambda, CloudWatch, Sso };

struct ServiceTraits {
  std::string_view endpoint_prefix;  // `api.ecr`
  std::string_view signing_name;     // `ecr`
  std::string_view override_name;    // `CLOUDWATCH_LOGS`: what follows AWS_ENDPOINT_URL_ in the environment.
  std::string_view target_prefix;    // `AmazonEC2ContainerRegistry_V20150921.`; empty if not awsJson.
  std::string_view content_type;     // Of a request's body; empty where the protocol has no fixed one.
};
const ServiceTraits& traits(Service service);

// Where to find AWS; read once, from the environment and the profile.
struct EndpointSettings {
  // By override_name; the empty name is for all services (AWS_ENDPOINT_URL). Values are URLs.
  std::map<std::string, std::string, std::less<>> urls;
  bool fips = false;
  bool dual_stack = false;
  bool sts_legacy = false;  // STS of the older regions is the global one, sts.amazonaws.com.
};

struct SharedConfig;

// Reads AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, AWS_USE_FIPS_ENDPOINT,
// AWS_USE_DUALSTACK_ENDPOINT, AWS_STS_REGIONAL_ENDPOINTS; where these are not set, the profile's `services` section,
// endpoint_url, ignore_configured_endpoint_urls, use_fips_endpoint, use_dualstack_endpoint, sts_regional_endpoints
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
// Errors: Invalid (not a URL, neither true nor false, or FIPS or dual stack together with a URL), naming the variable or the
// setting's place.
base::Result<EndpointSettings> read_endpoint_settings(const Environment& environment, const SharedConfig& config);
// The same from the environment alone.
base::Result<EndpointSettings> read_endpoint_settings(const Environment& environment);

// Where a request goes.
struct Endpoint {
  http::Origin origin;
  std::string path_prefix;  // What the URL of an override has as path, without the closing slash.
};

// The service's endpoint in that region, by AWS's endpoint rules. S3's is the one without a bucket.
// Errors: Invalid (no such name for a region, or no FIPS endpoint there).
base::Result<Endpoint> endpoint(Service service, std::string_view region, const EndpointSettings& settings);

// The region that a request to the service is signed for: the given one, but us-east-1 for the global STS.
std::string_view signing_region(Service service, std::string_view region, const EndpointSettings& settings);

// Where an object of S3 is, and its path as it goes on the wire.
struct ObjectAddress {
  http::Origin origin;
  std::string path;  // `/key`, or `/bucket/key` in path style; encoded. An empty key names the bucket itself.
};

// The bucket is part of the host name (virtual-hosted style), unless TLS's wildcard certificate would not cover it (dots in
// the name) or the endpoint is an override: then it is the first segment of the path.
// Errors: as endpoint(), and Invalid for a name no bucket can have.
base::Result<ObjectAddress> object_address(std::string_view bucket, std::string_view key, std::string_view region,
                                           const EndpointSettings& settings);

// The DNS suffix of the region's partition: `amazonaws.com`, `amazonaws.com.cn` …
std::string_view dns_suffix(std::string_view region);

}  // namespace aws
