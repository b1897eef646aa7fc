// SPDX-License-Identifier: Apache-2.0
#include "records/conditional_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "records/codec.h"

namespace records {
namespace {

// How often a change is made anew because others wrote in between. More than that is no race but a fault.
constexpr int tries_max = 5;

// So many others may write on top of a write whose answer is on its way.
constexpr std::size_t nonces_max = 8;

bool holds_write(const Stored& stored, const std::string& nonce) {
  if (!stored.exists) return false;
  const auto& before = stored.nonces_before;
  return stored.nonce == nonce || std::ranges::find(before, nonce) != before.end();
}

// The write of this nonce comes on top of what is there.
void sign(Stored& next, const std::string& nonce) {
  if (!next.nonce.empty()) next.nonces_before.insert(next.nonces_before.begin(), std::move(next.nonce));
  if (next.nonces_before.size() > nonces_max) next.nonces_before.resize(nonces_max);
  next.nonce = nonce;
}

// After these nobody knows what is stored now, but a look tells.
bool may_have_changed(base::ErrorKind kind) {
  return kind == base::ErrorKind::Conflict || kind == base::ErrorKind::Unknown || kind == base::ErrorKind::Transient;
}

}  // namespace

base::Result<Stored> ConditionalStore::read(const names::ServiceArn& service, std::string_view text,
                                            std::string etag) const {
  auto stored = decode(text);
  if (!stored) return base::fail(stored, subject(service));
  // Copied by somebody, perhaps from a service that this one replaces: what was ordered there was not ordered here.
  if (!stored->service.empty() && stored->service != service.text) {
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("{}: it is the record of {}", subject(service), stored->service));
  }
  stored->etag = std::move(etag);
  return stored;
}

base::Result<void> ConditionalStore::change(const names::ServiceArn& service, Stored& stored, const Edit& edit,
                                            const aws::Deadline& deadline) {
  const auto nonce = nonce_();
  base::Error last;
  for (int i = 0; i < tries_max; ++i) {
    if (holds_write(stored, nonce)) return {};  // An earlier try took effect though its answer was lost.
    if (stored.read_only) {
      return base::fail(base::ErrorKind::Denied,
                        subject(service) + " is of a newer schema: it may be read, not written");
    }
    Stored next = stored;
    if (!edit(next)) return base::fail(base::ErrorKind::Conflict, subject(service) + ": another was first");
    sign(next, nonce);
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
    if (!now) {
      auto& kind = now.error().kind;
      // What can be read, and is no record, was not written by us.
      if (last.kind == base::ErrorKind::Unknown && kind != base::ErrorKind::Invalid) kind = base::ErrorKind::Unknown;
      // Of what certainly was not written nothing is unknown.
      if (last.kind != base::ErrorKind::Unknown && kind == base::ErrorKind::Unknown) kind = base::ErrorKind::Transient;
      return std::unexpected(now.error());
    }
    stored = std::move(*now);
  }
  if (holds_write(stored, nonce)) return {};
  // The last look has told that nothing was written.
  if (last.kind == base::ErrorKind::Unknown) last.kind = base::ErrorKind::Transient;
  if (last.kind != base::ErrorKind::Conflict) return std::unexpected(std::move(last));
  return base::fail(base::ErrorKind::Conflict,
                    fmt::format("{}: changed by others {} times in a row", subject(service), tries_max));
}

}  // namespace records
