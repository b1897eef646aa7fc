// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the stories are told with: the walkthrough's repository and service, pushes to the one, a look at the other.

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/world.h"

namespace simulation {

inline constexpr std::string_view repository = "hello-world-apprunner-repo";
inline constexpr std::string_view registry = "123456789012.dkr.ecr.us-east-1.amazonaws.com/";

// Puts an image with that tag; other content gives another digest.
void push(World& world, std::string_view tag, std::string_view content);

// A repository with 1.2.3, a service that runs it, and a rules object. Returns the service's ARN.
std::string set_up(World& world, std::string_view range = ">1.2.2");

// The post's array with one rule.
std::string rules_for(std::string_view arn, std::string_view range);

// Where a story ended: what runs, and every operation that led there, oldest first.
struct End {
  std::string status;
  std::string image;
  std::vector<std::string> operations;
  bool operator==(const End&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const End& end) {
    out << end.status << " " << end.image;
    for (const auto& operation : end.operations) out << " | " << operation;
    return out;
  }
};

End look(World& world, std::string_view arn);

// Whether a log line of the function says this.
bool said(const World& world, std::string_view text);

// Bodies and reasons of what is in the dead-letter queue. Takes them out.
struct DeadLetter {
  std::string body;
  std::string reason;
};
std::vector<DeadLetter> take_dead_letters(World& world);

}  // namespace simulation
