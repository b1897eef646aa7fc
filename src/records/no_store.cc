// SPDX-License-Identifier: Apache-2.0
#include "records/store.h"

namespace records {
namespace {

class NoStore final : public Store {
 public:
  base::Result<Stored> load(const names::ServiceArn&, const aws::Deadline&) override { return Stored{}; }

  base::Result<void> change(const names::ServiceArn& service, Stored&, const Edit&, const aws::Deadline&) override {
    return base::fail(base::ErrorKind::Denied, "record of " + service.name +
                                                   ": there is no place to keep it, and without a record nothing is "
                                                   "deployed; set CONFIG_BUCKET, or give --records DIR");
  }
};

}  // namespace

std::unique_ptr<Store> make_no_store() { return std::make_unique<NoStore>(); }

}  // namespace records
