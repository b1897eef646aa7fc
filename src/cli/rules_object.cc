// SPDX-License-Identifier: Apache-2.0
#include "cli/rules_object.h"

#include <fmt/format.h>

namespace cli {

using base::ErrorKind;

base::Result<RulesObject> RulesObject::open(const Outside& outside) {
  auto account = Account::open(outside, "");
  if (!account) return std::unexpected(account.error());
  const auto& settings = (*account)->installation().settings();
  if (settings.config_bucket.empty() || settings.config_file.empty()) {
    return base::fail(ErrorKind::Invalid,
                      "where are the rules? Set CONFIG_BUCKET and CONFIG_FILE as the function has them");
  }
  RulesObject object;
  object.bucket_ = {settings.config_bucket, settings.region};
  object.key_ = settings.config_file;
  object.account_ = std::move(*account);
  return object;
}

std::string RulesObject::name() const { return fmt::format("s3://{}/{}", bucket_.name, key_); }

base::Result<std::optional<aws::s3::Object>> RulesObject::read() const {
  auto object = aws::s3::get_object(account_->installation().caller(), bucket_, key_, "", account_->deadline());
  if (!object && object.error().code == "NoSuchKey") return std::optional<aws::s3::Object>();
  if (!object) return base::fail(object, "rules " + name());
  return object;
}

base::Result<aws::s3::Object> RulesObject::read_version(const std::string& version) const {
  auto object =
      aws::s3::get_object_version(account_->installation().caller(), bucket_, key_, version, account_->deadline());
  if (!object) return base::fail(object, fmt::format("version {} of {}", version, name()));
  return object;
}

base::Result<std::vector<aws::s3::ObjectVersion>> RulesObject::versions() const {
  auto versions = aws::s3::list_object_versions(account_->installation().caller(), bucket_, key_, account_->deadline());
  if (!versions) return base::fail(versions, "versions of " + name());
  return versions;
}

base::Result<bool> RulesObject::write(const std::string& text, const std::optional<aws::s3::Object>& before) const {
  const auto written = aws::s3::put_object(account_->installation().caller(), bucket_, key_, text,
                                           before ? before->etag : "", account_->deadline());
  if (written) return true;
  if (written.error().kind != ErrorKind::Conflict) return base::fail(written, "rules " + name());
  // It may be ours: the answer to the first try was lost, and its repetition found what it had written.
  const auto now = read();
  if (!now) return std::unexpected(now.error());
  return *now && (*now)->body == text;
}

std::string when(const aws::s3::Object& object) {
  const auto time = object.last_modified ? base::to_iso8601(*object.last_modified) : "an unknown time";
  return object.version.empty() ? time : fmt::format("{} (version {})", time, object.version);
}

}  // namespace cli
