// SPDX-License-Identifier: Apache-2.0
#include "records/conditional_store.h"

#include <fmt/format.h>

#include <utility>

#include "records/codec.h"

namespace records {
namespace {

// How often a change is made anew because others wrote in between. More than that is no race but a fault.
constexpr int tries_max = 5;

// After these nobody knows what is stored now, but a look tells.
bool may_have_changed(base::ErrorKind kind) {
  return kind == base::ErrorKind::Conflict || kind == base::ErrorKind::Unknown || kind == base::ErrorKind::Transient;
}

}  // namespace

base::Result<void> ConditionalStore::change(const names::ServiceArn& service, Stored& stored, const Edit& edit,
                                            const aws::Deadline& deadline) {
  const auto nonce = nonce_();
  base::Error last;
  for (int i = 0; i < tries_max; ++i) {
    if (stored.exists && stored.nonce == nonce) return {};  // An earlier try took effect though its answer was lost.
    if (stored.read_only) {
      return base::fail(base::ErrorKind::Denied,
                        subject(service) + " is of a newer schema: it may be read, not written");
    }
    Stored next = stored;
    if (!edit(next)) return base::fail(base::ErrorKind::Conflict, subject(service) + ": another was first");
    next.nonce = nonce;
    next.document = encode(next, service.text);
    auto etag = put(service, stored, next.document, deadline);
    if (etag) {
      next.etag = std::move(*etag);
      next.exists = true;
      stored = std::move(next);
      return {};
    }
    if (!may_have_changed(etag.error().kind)) return std::unexpected(etag.error());
    last = etag.error();
    auto now = load(service, deadline);
    if (!now) return std::unexpected(now.error());
    stored = std::move(*now);
  }
  if (stored.exists && stored.nonce == nonce) return {};
  if (last.kind != base::ErrorKind::Conflict) return std::unexpected(std::move(last));
  return base::fail(base::ErrorKind::Conflict,
                    fmt::format("{}: changed by others {} times in a row", subject(service), tries_max));
}

}  // namespace records
