// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <utility>

#include "records/codec.h"
#include "records/store.h"

namespace records {
namespace {

std::string_view kind_name(names::TargetKind kind) {
  switch (kind) {
    case names::TargetKind::AppRunner: return "apprunner";
  }
  return "?";
}

// How often a change is made anew because others wrote in between. More than that is no race but a fault.
constexpr int tries_max = 5;

class S3Store final : public Store {
 public:
  S3Store(aws::Caller& caller, aws::s3::Bucket bucket, std::string prefix, std::function<std::string()> nonce)
      : caller_(caller), bucket_(std::move(bucket)), prefix_(std::move(prefix)), nonce_(std::move(nonce)) {}

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
    auto stored = decode((*object)->body);
    if (!stored) return base::fail(stored, "record " + key);
    stored->etag = (*object)->etag;
    return stored;
  }

  base::Result<void> change(const names::ServiceArn& service, Stored& stored, const Edit& edit,
                            const aws::Deadline& deadline) override {
    const auto nonce = nonce_();
    for (int i = 0; i < tries_max; ++i) {
      if (stored.exists && stored.nonce == nonce) return {};  // An earlier try took effect though its answer was lost.
      if (stored.read_only)
        return base::fail(base::ErrorKind::Denied,
                          "record " + key(service) + " is of a newer schema: it may be read, not written");
      Stored next = stored;
      if (!edit(next)) return base::fail(base::ErrorKind::Conflict, "record " + key(service) + ": another was first");
      next.nonce = nonce;
      next.document = encode(next, service.text);
      auto etag = aws::s3::put_object(caller_, bucket_, key(service), next.document, stored.etag, deadline);
      if (etag) {
        next.etag = std::move(*etag);
        next.exists = true;
        stored = std::move(next);
        return {};
      }
      if (!may_have_changed(etag.error().kind)) return failed(etag.error(), key(service));
      auto now = load(service, deadline);
      if (!now) return std::unexpected(now.error());
      stored = std::move(*now);
    }
    if (stored.exists && stored.nonce == nonce) return {};
    return base::fail(base::ErrorKind::Conflict,
                      fmt::format("record {}: changed by others {} times in a row", key(service), tries_max));
  }

 private:
  // A missing bucket is no missing service, which is what a caller would read in NotFound: the work waits for it.
  static std::unexpected<base::Error> failed(const base::Error& from, const std::string& key) {
    auto error = from.in("record " + key);
    if (error.kind == base::ErrorKind::NotFound) error.kind = base::ErrorKind::Transient;
    return std::unexpected(std::move(error));
  }

  // After these nobody knows what is stored now, but a look tells.
  static bool may_have_changed(base::ErrorKind kind) {
    return kind == base::ErrorKind::Conflict || kind == base::ErrorKind::Unknown || kind == base::ErrorKind::Transient;
  }

  std::string key(const names::ServiceArn& service) const { return prefix_ + "/" + record_key(service); }

  aws::Caller& caller_;
  aws::s3::Bucket bucket_;
  std::string prefix_;
  std::function<std::string()> nonce_;
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
