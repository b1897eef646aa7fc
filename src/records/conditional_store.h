// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "records/store.h"

namespace records {

// What the stores have in common: a change is made by conditional writes, made anew on what others wrote, and known again by its
// nonce, also under the writes of others.
class ConditionalStore : public Store {
 public:
  base::Result<void> change(const names::ServiceArn& service, Stored& stored, const Edit& edit,
                            const aws::Deadline& deadline) final;

 protected:
  // `nonce` gives a new random text at each call.
  explicit ConditionalStore(std::function<std::string()> nonce) : nonce_(std::move(nonce)) {}

  // What stands at the service's place. Errors: as decode()'s with the subject; Invalid if it is another service's.
  base::Result<Stored> read(const names::ServiceArn& service, std::string_view text, std::string etag) const;

 private:
  // What a record is called in messages: `record records/123456789012/…`.
  virtual std::string subject(const names::ServiceArn& service) const = 0;
  // Keeps `document` if what is kept is still `before`, or still nothing if that does not exist, and returns its etag. Errors:
  // Conflict (it is not), Unknown (nobody knows whether it took effect), Transient; after these the record is read again. Others,
  // with the subject, end the change.
  virtual base::Result<std::string> put(const names::ServiceArn& service, const Stored& before,
                                        const std::string& document, const aws::Deadline& deadline) = 0;

  std::function<std::string()> nonce_;
};

}  // namespace records
