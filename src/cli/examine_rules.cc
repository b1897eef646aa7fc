// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "aws/s3.h"
#include "cli/examination.h"
#include "cli/policies.h"
#include "cli/text.h"
#include "delivery/current_rules.h"

namespace cli {
namespace {

using Weight = Finding::Weight;

// A change takes effect with the next event or sweep, and a sweep comes every 15 minutes.
constexpr base::Duration taken_within = std::chrono::minutes(20);

class Rules {
 public:
  explicit Rules(Examination& on)
      : on_(on),
        bucket_{on.account.installation().settings().config_bucket, on.region()},
        key_(on.account.installation().settings().config_file),
        name_(fmt::format("s3://{}/{}", bucket_.name, key_)) {}

  void examine() {
    if (bucket_.name.empty() || key_.empty()) {
      add(Weight::Error, "rules-place", "CONFIG_BUCKET or CONFIG_FILE is not set",
          "set them as the function has them, and run this again", "the environment");
      return;
    }
    object();
    versioning();
    public_access();
    transport();
    events();
  }

 private:
  void add(Weight weight, std::string_view id, std::string what, std::string remedy, std::string subject) {
    on_.findings.add({weight, id, std::move(subject), std::move(what), std::move(remedy)});
  }
  std::string bucket_name() const { return "bucket " + bucket_.name; }

  void object() {
    on_.findings.look();
    const auto object = aws::s3::get_object(on_.caller(), bucket_, key_, "", on_.account.deadline());
    if (!object && object.error().kind == base::ErrorKind::NotFound) {
      add(Weight::Error, "rules-missing", fmt::format("there are no rules ({})", object.error().code),
          object.error().code == "NoSuchBucket" ? "is CONFIG_BUCKET right? Else deploy the stack again"
                                                : "caretaker init --out rules.json; caretaker rules push rules.json",
          name_);
      return;
    }
    if (!object || !*object) {
      on_.findings.unseen("rules-missing", aws::s3::get_object_operation, name_,
                          object ? base::fail(base::ErrorKind::Transient, "no answer").error() : object.error());
      return;
    }
    const auto& live = **object;
    auto checked = rules::parse_rules(live.body);
    if (!checked.rules) {
      const auto errors =
          std::ranges::count(checked.problems, rules::Problem::Severity::Error, &rules::Problem::severity);
      const auto first =
          std::ranges::find(checked.problems, rules::Problem::Severity::Error, &rules::Problem::severity);
      add(Weight::Error, "rules-broken",
          fmt::format("{}, the first: {}; the last valid rules stay in force",
                      counted(static_cast<std::size_t>(errors), "error"), rules::to_string(*first, key_)),
          "caretaker rules pull broken.json; caretaker check broken.json; or caretaker rules versions, and restore one",
          name_);
    }
    on_.rules = std::move(checked.rules);
    if (on_.rules) last_good(live);
  }

  void last_good(const aws::s3::Object& live) {
    on_.findings.look();
    const auto key = delivery::last_good_key(key_);
    const auto subject = fmt::format("s3://{}/{}", bucket_.name, key);
    const auto kept = aws::s3::get_object(on_.caller(), bucket_, key, "", on_.account.deadline());
    if (!kept && kept.error().kind == base::ErrorKind::NotFound) {
      add(Weight::Hint, "rules-not-taken", "the function has not read the rules yet",
          "it does with its next event or sweep; if that does not help, its log says why", subject);
      return;
    }
    if (!kept || !*kept) {
      if (!kept) on_.findings.unseen("rules-not-taken", aws::s3::get_object_operation, subject, kept.error());
      return;
    }
    const bool fresh = live.last_modified && on_.clock.now() - *live.last_modified < taken_within;
    if ((*kept)->body == live.body || fresh) return;
    add(Weight::Warning, "rules-not-taken",
        fmt::format("the function still goes by older rules than those of {}",
                    live.last_modified ? base::to_iso8601(*live.last_modified) : "now"),
        "does it run? Its log says why it did not take them; it needs s3:PutObject there", subject);
  }

  void versioning() {
    on_.findings.look();
    const auto versioning = aws::s3::get_bucket_versioning(on_.caller(), bucket_, on_.account.deadline());
    if (!versioning) {
      on_.findings.unseen("bucket-versioning", aws::s3::get_bucket_versioning_operation, bucket_name(),
                          versioning.error());
    } else if (versioning->status != "Enabled") {
      add(Weight::Warning, "bucket-versioning", "it keeps no versions, so that no rules can be restored",
          fmt::format("aws s3api put-bucket-versioning --bucket {} --versioning-configuration Status=Enabled",
                      bucket_.name),
          bucket_name());
    }
    if (!versioning || !versioning->answered_at) return;
    on_.findings.look();
    const auto skew = on_.clock.now() - *versioning->answered_at;
    if (std::chrono::abs(skew) <= Account::clock_max) return;
    add(Weight::Warning, "clock-skew",
        fmt::format("it is {} {} AWS's",
                    base::to_text(std::chrono::floor<std::chrono::seconds>(std::chrono::abs(skew))),
                    skew > base::Duration::zero() ? "ahead of" : "behind"),
        "set it by NTP; AWS refuses signatures from five minutes on", "this machine's clock");
  }

  void public_access() {
    on_.findings.look();
    const auto blocks = aws::s3::blocks_public_access(on_.caller(), bucket_, on_.account.deadline());
    if (!blocks) {
      on_.findings.unseen("bucket-public", aws::s3::get_public_access_block_operation, bucket_name(), blocks.error());
    } else if (!*blocks) {
      add(Weight::Warning, "bucket-public", "it does not block public access by itself",
          fmt::format("aws s3api put-public-access-block --bucket {} --public-access-block-configuration "
                      "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
                      bucket_.name),
          bucket_name());
    }
  }

  void transport() {
    on_.findings.look();
    const auto policy = aws::s3::get_bucket_policy(on_.caller(), bucket_, on_.account.deadline());
    if (!policy) {
      on_.findings.unseen("bucket-plain-http", aws::s3::get_bucket_policy_operation, bucket_name(), policy.error());
    } else if (!*policy || !demands_tls(**policy)) {
      add(Weight::Warning, "bucket-plain-http", "its policy does not refuse requests without TLS",
          "add a statement: Deny s3:* to everybody where aws:SecureTransport is false", bucket_name());
    }
  }

  void events() {
    on_.findings.look();
    const auto tells = aws::s3::tells_event_bridge(on_.caller(), bucket_, on_.account.deadline());
    if (!tells) {
      on_.findings.unseen("bucket-events", aws::s3::get_bucket_notification_operation, bucket_name(), tells.error());
    } else if (!*tells) {
      add(Weight::Hint, "bucket-events",
          "it tells EventBridge nothing, so that new rules take effect with the next event or sweep",
          fmt::format("aws s3api put-bucket-notification-configuration --bucket {} --notification-configuration "
                      "'{{\"EventBridgeConfiguration\":{{}}}}', with whatever notifications it has besides",
                      bucket_.name),
          bucket_name());
    }
  }

  Examination& on_;
  aws::s3::Bucket bucket_;
  std::string key_;
  std::string name_;
};

}  // namespace

void examine_rules(Examination& on) { Rules(on).examine(); }

}  // namespace cli
