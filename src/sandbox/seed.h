// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"

namespace sandbox {

// A service of App Runner that is there from the start, under an ARN of the owner's choice: that of a real one, say, so that
// his rules apply to it as they are.
struct SeedService {
  std::string arn;
  std::string name;
  std::string id;
  std::string image;  // `shop:1.2.3`, of the account's own registry.
  bool auto_deployments = false;
};

// What an account has from the start.
struct Seed {
  std::string account = "123456789012";
  std::string region = "us-east-1";
  std::vector<std::pair<std::string, std::vector<std::string>>>
      repositories;  // Name and tags, each an image of its own.
  std::vector<SeedService> services;
};

// Reads a seed file:
//   {"repositories": {"shop": ["1.2.3", "1.2.4"]},
//    "services": [{"arn": "arn:aws:apprunner:eu-west-1:111122223333:service/shop/0123456789abcdef0123456789abcdef",
//                  "image": "shop:1.2.3", "autoDeployments": false}]}
// Account and region are those of the ARNs, or the members `account` and `region` where there is no service. Every image that
// a service runs must be among the repositories' tags. Errors: where in the text, what is wrong and what would be right.
std::expected<Seed, base::JsonError> read_seed(std::string text);

// `FILE:3:17: …`
std::string to_string(const base::JsonError& error, std::string_view file);

}  // namespace sandbox
