// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "aws/caller.h"
#include "delivery/delivery.h"
#include "reconcile/reconcile.h"
#include "report/report.h"

namespace delivery {

// Caretaker as it is installed in one account: all the real parts above the two seams, put together once for every host and
// for the simulator. What comes from outside is given as values; all of it is borrowed.
class Installation {
 public:
  struct Outside {
    http::Client& client;
    base::Clock& clock;
    aws::CredentialSource& credentials;
    const aws::EndpointSettings& endpoints;
    report::Log& log;
    std::function<std::string()> new_id;  // A new random text at each call.
    std::function<double()> random;       // [0, 1).
  };
  struct Settings {
    std::string region;
    std::string queue_name;
    std::string config_bucket;  // Empty: there is none.
    std::string config_file;
    std::string records_folder;  // Of this machine; empty: `records/` in the bucket.
    std::string notice_bus;      // An event bus for notices; empty: none.
    rules::Retry retry{};        // A rules file's own wins.
    // What the deployed stack covers; nullopt: everything.
    std::optional<stack::Coverage> coverage{};
  };
  Installation(const Outside& outside, Settings settings);
  Installation(const Installation&) = delete;
  Installation& operator=(const Installation&) = delete;

  // What the first message needs, ahead of it and best effort: connections, opened in parallel, and the rules.
  void warm_up(const aws::Deadline& deadline);

  const Settings& settings() const { return settings_; }
  aws::Caller& caller() { return caller_; }
  target::Target& app_runner() { return *app_runner_; }
  records::Store& records() { return *records_; }
  CurrentRules& rules() { return rules_; }
  reconcile::Reconciler& reconciler() { return reconciler_; }
  Delivery& delivery() { return delivery_; }

 private:
  std::unique_ptr<records::Store> make_records(const Outside& outside);

  Settings settings_;
  aws::Caller caller_;
  std::unique_ptr<target::Target> app_runner_;
  std::unique_ptr<records::Store> records_;
  CurrentRules rules_;
  Queue queue_;
  reconcile::Reconciler reconciler_;
  Delivery delivery_;
};

}  // namespace delivery
