// SPDX-License-Identifier: Apache-2.0
#include "process/process.h"

#include <unistd.h>

#include <cstddef>
#include <random>

namespace process {

aws::Environment read_environment() {
  aws::Environment environment;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

std::string new_id() {
  static std::random_device device;
  std::string id;
  for (int i = 0; i < 32; ++i) id += "0123456789abcdef"[device() % 16];
  return id;
}

double new_random() {
  static std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
}

void write_line(std::string_view line) {
  const std::string whole = std::string(line) + '\n';
  for (std::string_view rest = whole; !rest.empty();) {
    const auto written = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (written <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

http::ClientSettings client_settings(const aws::Environment& environment, const std::string& ca_file) {
  const auto first = [&](std::string_view name, std::string_view other) {
    const auto value = aws::variable(environment, name);
    return std::string(value.empty() ? aws::variable(environment, other) : value);
  };
  const auto otherwise = ca_file.empty() ? std::string(aws::variable(environment, "SSL_CERT_FILE")) : ca_file;
  const auto bundle = std::string(aws::variable(environment, "AWS_CA_BUNDLE"));
  return {.ca_file = bundle.empty() ? otherwise : bundle,
          .http_proxy = first("http_proxy", "HTTP_PROXY"),
          .https_proxy = first("https_proxy", "HTTPS_PROXY"),
          .no_proxy = first("no_proxy", "NO_PROXY")};
}

}  // namespace process
