// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>

#include "aws/environment.h"
#include "aws/lambda.h"
#include "cli/examination.h"
#include "delivery/queue.h"
#include "names/arn.h"

namespace cli {
namespace {

using Weight = Finding::Weight;

// `caretaker` of `arn:aws:lambda:us-east-1:123456789012:function:caretaker:live`.
std::string name_of(const std::string& function_arn) {
  const auto arn = names::parse_arn(function_arn);
  if (!arn || !arn->resource.starts_with("function:")) return function_arn;
  const auto name = arn->resource.substr(arn->resource.find(':') + 1);
  return std::string(name.substr(0, name.find(':')));
}

class Function {
 public:
  explicit Function(Examination& on) : on_(on), queue_(on.queues->main) {}

  void examine() {
    on_.findings.look();
    const auto mappings =
        aws::lambda::list_event_source_mappings(on_.caller(), on_.region(), queue_.arn, on_.account.deadline());
    const auto subject = "queue " + queue_.name;
    if (!mappings) {
      on_.findings.unseen("mapping-missing", aws::lambda::list_event_source_mappings_operation, subject,
                          mappings.error());
      return;
    }
    if (mappings->empty()) {
      on_.findings.add({Weight::Error, "mapping-missing", subject, "no function reads from it",
                        fmt::format("aws lambda create-event-source-mapping --function-name … --event-source-arn {} "
                                    "--function-response-types ReportBatchItemFailures",
                                    queue_.arn)});
    }
    if (mappings->size() > 1) {
      on_.findings.add(
          {Weight::Warning, "mapping-several", subject,
           fmt::format("{} event source mappings read from it, so that each sees some messages only", mappings->size()),
           "delete all but Caretaker's; aws lambda list-event-source-mappings shows them"});
    }
    for (const auto& mapping : *mappings) examine(mapping);
  }

 private:
  void examine(const aws::lambda::EventSourceMapping& mapping) {
    const auto name = name_of(mapping.function_arn);
    const auto subject = "function " + name;
    if (mapping.state != "Enabled") {
      on_.findings.add({Weight::Error, "mapping-disabled", subject,
                        fmt::format("its event source mapping is {}, so that it gets no messages", mapping.state),
                        "aws lambda update-event-source-mapping --uuid … --enabled"});
    }
    if (!mapping.reports_batch_item_failures) {
      on_.findings.add({Weight::Error, "mapping-batch-failures", subject,
                        "its event source mapping lacks ReportBatchItemFailures, so that messages that wait are lost",
                        "aws lambda update-event-source-mapping --uuid … --function-response-types "
                        "ReportBatchItemFailures"});
    }
    on_.findings.look();
    const auto function =
        aws::lambda::get_function_configuration(on_.caller(), on_.region(), name, on_.account.deadline());
    if (!function && function.error().kind == base::ErrorKind::NotFound) {
      on_.findings.add({Weight::Error, "function-missing", subject, "it is not there", "deploy the stack again"});
    } else if (!function) {
      on_.findings.unseen("function-missing", aws::lambda::get_function_configuration_operation, subject,
                          function.error());
    } else {
      examine(*function, subject);
    }
  }

  void examine(const aws::lambda::FunctionConfiguration& function, const std::string& subject) {
    const bool failed = function.state == "Failed" || function.last_update_status == "Failed";
    if (failed) {
      on_.findings.add({Weight::Error, "function-failed", subject,
                        fmt::format("its state is {}, its last update {}{}", function.state,
                                    function.last_update_status, function.why.empty() ? "" : ": " + function.why),
                        "mend that and deploy it again"});
    }
    visibility(function, subject);
    environment(function.environment, subject);
  }

  void environment(const aws::Environment& theirs, const std::string& subject) {
    const auto& ours = on_.account.installation().settings();
    const bool by_url = aws::variable(theirs, "QUEUE_NAME").empty();
    const auto queue = delivery::queue_name(theirs);
    compare(by_url && !queue.empty() ? "QUEUE_URL" : "QUEUE_NAME", by_url ? "names" : "is", queue, ours.queue_name,
            subject);
    compare("CONFIG_BUCKET", "is", aws::variable(theirs, "CONFIG_BUCKET"), ours.config_bucket, subject);
    compare("CONFIG_FILE", "is", aws::variable(theirs, "CONFIG_FILE"), ours.config_file, subject);
  }

  void compare(std::string_view name, std::string_view says, std::string_view theirs, std::string_view ours,
               const std::string& subject) {
    if (theirs == ours) return;
    on_.findings.add({Weight::Error, "function-environment", subject,
                      theirs.empty() ? fmt::format("its variable {} is not set", name)
                                     : fmt::format("its variable {} {} `{}`, and yours `{}`", name, says, theirs, ours),
                      fmt::format("set {} alike in both, whichever is right", name)});
  }

  // A message that shows again while it is still being worked at is worked at twice.
  void visibility(const aws::lambda::FunctionConfiguration& function, const std::string& subject) {
    const auto found = queue_.attributes.find("VisibilityTimeout");
    std::int64_t seconds = 0;
    if (found != queue_.attributes.end())
      std::from_chars(found->second.data(), found->second.data() + found->second.size(), seconds);
    const std::chrono::seconds visibility(seconds);
    const auto wanted = 6 * function.timeout;
    if (visibility >= wanted) return;
    on_.findings.add({visibility < function.timeout ? Weight::Error : Weight::Warning, "queue-visibility",
                      "queue " + queue_.name,
                      fmt::format("its visibility time-out of {} is less than six times the {} of {}",
                                  base::to_text(visibility), base::to_text(function.timeout), subject),
                      fmt::format("aws sqs set-queue-attributes --queue-url {} --attributes VisibilityTimeout={}",
                                  queue_.url, wanted.count())});
  }

  Examination& on_;
  const Queues::One& queue_;
};

}  // namespace

void examine_function(Examination& on) {
  if (on.queues) Function(on).examine();
}

}  // namespace cli
