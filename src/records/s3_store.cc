// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <utility>

#include "records/conditional_store.h"

namespace records {
namespace {

std::string_view kind_name(names::TargetKind kind) {
  switch (kind) {
    case names::TargetKind::AppRunner: return "apprunner";
  }
  return "?";
}

class S3Store final : public ConditionalStore {
 public:
  S3Store(aws::Caller& caller, aws::s3::Bucket bucket, std::string prefix, std::function<std::string()> nonce)
      : ConditionalStore(std::move(nonce)), caller_(caller), bucket_(std::move(bucket)), prefix_(std::move(prefix)) {}

  base::Result<Stored> load(const names::ServiceArn& service, const aws::Deadline& deadline) override {
    const auto key = this->key(service);
    auto object = aws::s3::get_object(caller_, bucket_, key, "", deadline);
    if (!object) {
      if (object.error().code == "NoSuchKey") return Stored{};
      return failed(object.error(), key);
    }
    // Only a conditional read can say "not modified", and this one was none.
    if (!*object)
      return base::fail(base::ErrorKind::Transient, "record " + key + ": not modified, but nothing was compared");
    return read(service, (*object)->body, std::move((*object)->etag));
  }

 private:
  std::string subject(const names::ServiceArn& service) const override { return "record " + key(service); }

  base::Result<std::string> put(const names::ServiceArn& service, const Stored& before, const std::string& document,
                                const aws::Deadline& deadline) override {
    auto etag = aws::s3::put_object(caller_, bucket_, key(service), document, before.etag, deadline,
                                    aws::s3::put_object_once_operation);
    if (!etag) return failed(etag.error(), key(service));
    return etag;
  }
  // A missing bucket is no missing service, which is what a caller would read in NotFound: the work waits for it.
  static std::unexpected<base::Error> failed(const base::Error& from, const std::string& key) {
    auto error = from.in("record " + key);
    if (error.kind == base::ErrorKind::NotFound) error.kind = base::ErrorKind::Transient;
    return std::unexpected(std::move(error));
  }

  std::string key(const names::ServiceArn& service) const { return prefix_ + "/" + record_key(service); }

  aws::Caller& caller_;
  aws::s3::Bucket bucket_;
  std::string prefix_;
};

}  // namespace

std::string record_key(const names::ServiceArn& service) {
  return fmt::format("{}/{}/{}/{}/{}.json", service.account, service.region, kind_name(service.kind), service.name,
                     service.id);
}

std::unique_ptr<Store> make_s3_store(aws::Caller& caller, aws::s3::Bucket bucket, std::string prefix,
                                     std::function<std::string()> nonce) {
  return std::make_unique<S3Store>(caller, std::move(bucket), std::move(prefix), std::move(nonce));
}

}  // namespace records
