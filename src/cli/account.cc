// SPDX-License-Identifier: Apache-2.0
#include "cli/account.h"

#include <fmt/format.h>

#include <ostream>

#include "aws/credential_chain.h"
#include "aws/region.h"
#include "aws/sts.h"
#include "base/json.h"
#include "cli/text.h"
#include "delivery/queue.h"
#include "names/names.h"
#include "records/store.h"

namespace cli {
namespace {

constexpr auto time_for_question = std::chrono::seconds(60);

// A line of the log as a sentence: what went wrong on the way, or ended well. Decisions are left out, since commands say those themselves.
void note(std::string_view line, std::ostream& err) {
  const auto parsed = base::parse_json(line);
  if (!parsed || base::string_member(*parsed, "event") == "decision") return;
  const auto text = [&](std::string_view name) { return base::string_member(*parsed, name).value_or(""); };
  // A deployment's success is noted once, so that nobody else will tell of it.
  if (text("level") == "info" && text("kind") != "succeeded") return;
  const auto service = names::parse_service_arn(text("service"));
  err << fmt::format("caretaker: {}: {}{}\n", text("level"), service ? service->name + ": " : "",
                     printable(text("why")));
}

}  // namespace

Account::Account(const Outside& outside)
    : clock_(outside.clock),
      err_(outside.err),
      log_(outside.clock, [&err = outside.err](std::string_view line) { note(line, err); }),
      id_(aws::variable(outside.environment, "AWS_ACCOUNT_ID")) {}

base::Result<std::unique_ptr<Account>> Account::open(const Outside& outside, const std::string& records_folder) {
  const auto value = [&](std::string_view name) { return std::string(aws::variable(outside.environment, name)); };
  auto config = aws::read_shared_config(outside.environment, outside.machine);
  if (!config) return std::unexpected(config.error());
  if (!records_folder.empty()) {
    if (const auto usable = records::check_folder(records_folder); !usable) return std::unexpected(usable.error());
  }
  auto endpoints = aws::read_endpoint_settings(outside.environment, *config);
  if (!endpoints) return std::unexpected(endpoints.error());
  auto client = outside.make_client(std::string(aws::setting_value(aws::own_profile(*config), "ca_bundle")));
  if (!client) return std::unexpected(client.error());
  auto region = aws::find_region(outside.environment, *config, **client, outside.clock,
                                 outside.clock.instant() + time_for_question);
  if (!region) return std::unexpected(region.error());

  std::unique_ptr<Account> account(new Account(outside));
  account->endpoints_ = std::move(*endpoints);
  account->client_ = std::move(*client);
  account->config_ = std::move(*config);
  account->credentials_ = aws::make_credential_chain({.environment = outside.environment,
                                                      .config = account->config_,
                                                      .machine = outside.machine,
                                                      .client = *account->client_,
                                                      .clock = outside.clock,
                                                      .endpoints = account->endpoints_,
                                                      .random = outside.random,
                                                      .region = *region});
  account->installation_ = std::make_unique<delivery::Installation>(
      delivery::Installation::Outside{*account->client_, outside.clock, *account->credentials_, account->endpoints_,
                                      account->log_, outside.new_id, outside.random},
      delivery::Installation::Settings{.region = std::move(*region),
                                       .queue_name = delivery::queue_name(outside.environment),
                                       .config_bucket = value("CONFIG_BUCKET"),
                                       .config_file = value("CONFIG_FILE"),
                                       .records_folder = records_folder,
                                       .notice_bus = value("CARETAKER_NOTICE_BUS")});
  return account;
}

base::Result<std::string> Account::id() {
  if (!id_.empty()) return id_;
  auto identity = aws::sts::get_caller_identity(installation_->caller(), region(), deadline());
  if (!identity) return base::fail(identity, "asking for the account's number (AWS_ACCOUNT_ID is not set)");
  id_ = std::move(identity->account);
  return id_;
}

base::Result<std::string> Account::who() {
  auto identity = aws::sts::get_caller_identity(installation_->caller(), region(), deadline());
  if (!identity) return base::fail(identity, "asking who orders this");
  return std::move(identity->arn);
}

base::Result<void> Account::check_clock() {
  const auto& caller = installation_->caller();
  // Whatever it answers; where it can't be asked, nothing tells.
  if (!caller.clock_offset()) static_cast<void>(who());
  const auto offset = caller.clock_offset();
  if (!offset || std::chrono::abs(*offset) <= clock_max) return {};
  return base::fail(
      base::ErrorKind::Invalid,
      fmt::format("this machine's clock is {} {} AWS's, and what is written down counts by time; nothing was "
                  "begun or written: set the clock by NTP",
                  base::to_text(std::chrono::floor<std::chrono::seconds>(std::chrono::abs(*offset))),
                  *offset < base::Duration::zero() ? "ahead of" : "behind"));
}

void Account::say_once(const std::string& text) {
  if (said_.insert(text).second) err_ << text;
}

aws::Deadline Account::deadline(std::stop_token stop) const {
  return {clock_.instant() + time_for_question, std::move(stop)};
}

}  // namespace cli
