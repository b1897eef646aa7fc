// SPDX-License-Identifier: Apache-2.0
#include "cli/account.h"

#include <ostream>

#include "aws/credentials.h"
#include "aws/sts.h"

namespace cli {
namespace {

constexpr auto time_for_question = std::chrono::seconds(60);

}  // namespace

Account::Account(const Outside& outside)
    : clock_(outside.clock),
      // What a command does it says in sentences; the log has what else went wrong on the way.
      log_(
          outside.clock, [&err = outside.err](std::string_view line) { err << line << '\n'; }, report::Level::Warning),
      id_(aws::variable(outside.environment, "AWS_ACCOUNT_ID")) {}

base::Result<std::unique_ptr<Account>> Account::open(const Outside& outside) {
  const auto value = [&](std::string_view name) { return std::string(aws::variable(outside.environment, name)); };
  auto region = value("AWS_REGION");
  if (region.empty()) region = value("AWS_DEFAULT_REGION");
  if (region.empty()) {
    return base::fail(base::ErrorKind::Invalid, "the environment has no AWS_REGION: set it to the function's region");
  }
  auto endpoints = aws::read_endpoint_settings(outside.environment);
  if (!endpoints) return std::unexpected(endpoints.error());
  auto client = outside.make_client();
  if (!client) return std::unexpected(client.error());

  std::unique_ptr<Account> account(new Account(outside));
  account->endpoints_ = std::move(*endpoints);
  account->client_ = std::move(*client);
  account->credentials_ = aws::make_credential_source(outside.environment, *account->client_, outside.clock);
  account->installation_ = std::make_unique<delivery::Installation>(
      delivery::Installation::Outside{*account->client_, outside.clock, *account->credentials_, account->endpoints_,
                                      account->log_, outside.new_id, outside.random},
      delivery::Installation::Settings{.region = std::move(region),
                                       .queue_name = value("QUEUE_NAME"),
                                       .config_bucket = value("CONFIG_BUCKET"),
                                       .config_file = value("CONFIG_FILE")});
  return account;
}

base::Result<std::string> Account::id() {
  if (!id_.empty()) return id_;
  auto account = aws::sts::get_caller_account(installation_->caller(), region(), deadline());
  if (!account) return base::fail(account, "the own account is not known");
  id_ = std::move(*account);
  return id_;
}

aws::Deadline Account::deadline() const { return {clock_.instant() + time_for_question, {}}; }

}  // namespace cli
