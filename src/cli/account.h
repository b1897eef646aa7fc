// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "aws/shared_config.h"
#include "cli/outside.h"
#include "delivery/installation.h"

namespace cli {

// The account that a command works in: what the function has there, found by the same environment variables. Region, credentials and
// endpoints may come from AWS's shared config instead (aws/shared_config.h).
class Account {
 public:
  // `records_folder`: where the records are; empty: in the bucket. Errors: Invalid or Denied, naming what the environment lacks;
  // NotFound, if there is no such folder.
  static base::Result<std::unique_ptr<Account>> open(const Outside& outside, const std::string& records_folder);

  delivery::Installation& installation() { return *installation_; }
  const std::string& region() const { return installation_->settings().region; }
  // The account's number: AWS_ACCOUNT_ID, else what STS says of the credentials. Asked once.
  base::Result<std::string> id();
  // The same, if it was asked for.
  std::optional<std::string> known_id() const { return id_.empty() ? std::nullopt : std::optional(id_); }
  // Who asks, as STS says of the credentials: an ARN.
  base::Result<std::string> who();
  // What is written down is compared with AWS's times. Errors: Invalid, if this machine's clock is further from AWS's than `clock_max`,
  // as an answer told; STS is asked if none has yet.
  base::Result<void> check_clock();
  static constexpr base::Duration clock_max = std::chrono::minutes(1);
  // Writes it where warnings go, but only once, however often a command comes by.
  void say_once(const std::string& text);
  // For one question, with all its repetitions.
  aws::Deadline deadline(std::stop_token stop = {}) const;

 private:
  explicit Account(const Outside& outside);

  base::Clock& clock_;
  std::ostream& err_;
  std::set<std::string> said_;
  aws::SharedConfig config_;
  std::unique_ptr<http::Client> client_;
  std::unique_ptr<aws::CredentialSource> credentials_;
  aws::EndpointSettings endpoints_;
  report::Log log_;
  std::string id_;
  std::unique_ptr<delivery::Installation> installation_;
};

}  // namespace cli
