// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"

namespace aws {

// How far AWS's clock is from ours, learnt from the Date header of answers, so that a machine with a wrong clock can still
// sign. Each origin has its own: only they who check a signature know by which clock.
class ClockSkew {
 public:
  // From far skew on, a signature that did not match is worth a second try.
  static constexpr base::Duration far{4 * 60 * 1000};

  // What to add to our time when signing for `origin`.
  base::Duration offset(const http::Origin& origin) const;

  // As the newest answer told that did; none: none has yet.
  std::optional<base::Duration> newest_offset() const { return newest_offset_; }

  // `sent` is our time just before the request went, `took` how long the answer needed. Nothing is learnt from an answer
  // that a cache kept (Age), that has no readable Date, or that took too long to say when it was written.
  void learn(const http::Origin& origin, const http::Headers& headers, base::Time sent, base::Duration took);

 private:
  std::map<http::Origin, base::Duration> offsets_;
  std::optional<base::Duration> newest_offset_;
};

// `Tue, 15 Nov 1994 08:12:31 GMT` (RFC 9110 section 5.6.7, the form that must be sent); nullopt for anything else.
std::optional<base::Time> parse_http_date(std::string_view text);

}  // namespace aws
