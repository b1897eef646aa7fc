// SPDX-License-Identifier: Apache-2.0
#include "delivery/installation.h"

#include <array>
#include <utility>

namespace delivery {

Installation::Installation(const Outside& outside, Settings settings)
    : settings_(std::move(settings)),
      caller_({outside.client, outside.clock, outside.credentials, outside.endpoints, outside.random, {}}),
      app_runner_(target::make_app_runner(caller_)),
      records_(make_records(outside)),
      rules_(caller_, outside.log, {{settings_.config_bucket, settings_.region}, settings_.config_file},
             settings_.retry),
      queue_(caller_, settings_.region, settings_.queue_name),
      reconciler_({caller_,
                   *app_runner_,
                   *records_,
                   outside.log,
                   outside.clock,
                   outside.new_id,
                   {settings_.notice_bus, settings_.region}}),
      delivery_({caller_, reconciler_, rules_, queue_, outside.log, outside.clock,
                 settings_.coverage ? &*settings_.coverage : nullptr}) {}

void Installation::warm_up(const aws::Deadline& deadline) {
  constexpr std::array services{aws::Service::AppRunner, aws::Service::Ecr};
  caller_.connect(services, settings_.region, settings_.config_bucket, deadline);
  rules_.warm_up(deadline);
}

std::unique_ptr<records::Store> Installation::make_records(const Outside& outside) {
  if (!settings_.records_folder.empty()) {
    return records::make_directory_store(settings_.records_folder, outside.clock, outside.new_id);
  }
  if (settings_.config_bucket.empty()) return records::make_no_store();
  return records::make_s3_store(caller_, {settings_.config_bucket, settings_.region}, "records", outside.new_id);
}

}  // namespace delivery
