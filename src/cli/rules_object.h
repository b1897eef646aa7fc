// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/s3.h"
#include "cli/account.h"
#include "cli/outside.h"

namespace cli {

// The S3 object that holds the rules, as CONFIG_BUCKET and CONFIG_FILE name it.
class RulesObject {
 public:
  // Errors: what the environment lacks.
  static base::Result<RulesObject> open(const Outside& outside);

  Account& account() const { return *account_; }
  std::string name() const;  // `s3://bucket/rules.json`
  const aws::s3::Bucket& bucket() const { return bucket_; }
  const std::string& key() const { return key_; }

  // As it is now; nullopt if there is none.
  base::Result<std::optional<aws::s3::Object>> read() const;
  base::Result<aws::s3::Object> read_version(const std::string& version) const;
  base::Result<std::vector<aws::s3::ObjectVersion>> versions() const;
  // Writes if the object is still what `before` says; nullopt: if there is none. False: it is not, and nothing was written.
  base::Result<bool> write(const std::string& text, const std::optional<aws::s3::Object>& before) const;

 private:
  RulesObject() = default;

  std::unique_ptr<Account> account_;
  aws::s3::Bucket bucket_;
  std::string key_;
};

// `2026-01-02T03:04:05Z (version 3sL4…)`, as far as S3 says.
std::string when(const aws::s3::Object& object);

}  // namespace cli
