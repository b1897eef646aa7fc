// SPDX-License-Identifier: Apache-2.0
#include "aws/kept_credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace aws {
namespace {

using namespace std::chrono_literals;

constexpr auto between_tries = 1s;
// Before the expiration: from the first on a renewal is wanted, from the second on it is needed.
constexpr base::Duration advisory = 15min;
constexpr base::Duration mandatory = 10min;
// After a failed renewal, while the old ones are good: a broken endpoint must not delay every call.
constexpr auto pause_after_failure = 1min;

class KeptSource final : public CredentialSource {
 public:
  KeptSource(AskForCredentials ask, base::Clock& clock) : ask_(std::move(ask)), clock_(clock) {}

  base::Result<Credentials> get(base::Instant deadline) override {
    if (kept_ && !renewal_due()) return *kept_;
    auto fresh = ask_(!kept_ || needed(), deadline);
    if (fresh) {
      kept_ = *fresh;
      lifetime_ = fresh->expiration ? *fresh->expiration - clock_.now() : base::Duration::max();
      rejected_ = false;
      return fresh;
    }
    if (!kept_ || rejected_ || over()) return fresh;
    not_before_ = clock_.instant() + pause_after_failure;
    return *kept_;
  }

  void expired() override { rejected_ = true; }

 private:
  bool within(base::Duration distance) { return kept_->expiration && *kept_->expiration - clock_.now() < distance; }
  bool over() { return within(0ms); }
  bool needed() { return rejected_ || within(std::min(mandatory, lifetime_ / 6)); }
  bool renewal_due() {
    if (rejected_ || over()) return true;
    return within(std::min(advisory, lifetime_ / 4)) && (needed() || clock_.instant() >= not_before_);
  }

  AskForCredentials ask_;
  base::Clock& clock_;
  std::optional<Credentials> kept_;
  base::Duration lifetime_{};  // Of the kept ones, from when they came.
  bool rejected_ = false;      // AWS called the kept ones expired.
  base::Instant not_before_;
};

class FixedSource final : public CredentialSource {
 public:
  explicit FixedSource(base::Result<Credentials> settled) : settled_(std::move(settled)) {}
  base::Result<Credentials> get(base::Instant) override { return settled_; }
  // Lambda's sandbox is recycled before its keys expire; nothing here could bring others.
  void expired() override {}

 private:
  base::Result<Credentials> settled_;
};

}  // namespace

std::unique_ptr<CredentialSource> keep_credentials(AskForCredentials ask, base::Clock& clock) {
  return std::make_unique<KeptSource>(std::move(ask), clock);
}

base::Result<Credentials> ask_repeatedly(int tries, base::Clock& clock, base::Instant deadline,
                                         const std::function<base::Result<Credentials>()>& ask) {
  auto last = ask();
  for (int done = 1; done < tries && !last && last.error().kind == base::ErrorKind::Transient; ++done) {
    const auto next = clock.instant() + between_tries;
    if (next >= deadline || !clock.sleep_until(next, {})) break;
    last = ask();
  }
  return last;
}

std::optional<Credentials> read_credentials(const boost::json::value& answer, std::string_view token_name) {
  const auto id = base::string_member(answer, "AccessKeyId");
  const auto secret = base::string_member(answer, "SecretAccessKey");
  const auto token = base::string_member(answer, token_name).value_or("");
  if (!id || !secret || !is_key(*id) || !is_key(*secret) || (!token.empty() && !is_key(token))) return std::nullopt;
  Credentials read{std::string(*id), std::string(*secret), std::string(token), std::nullopt};
  if (const auto expiration = base::string_member(answer, "Expiration"); expiration && !expiration->empty()) {
    read.expiration = base::parse_iso8601(*expiration);
    if (!read.expiration) return std::nullopt;
  }
  return read;
}

base::Error source_error(base::Error error, std::string_view where) {
  const bool may_pass = error.kind == base::ErrorKind::Transient || error.kind == base::ErrorKind::NotSent ||
                        error.kind == base::ErrorKind::Unknown;
  error.kind = may_pass ? base::ErrorKind::Transient : base::ErrorKind::Denied;
  return std::move(error).in(where);
}

std::unique_ptr<CredentialSource> make_fixed_source(base::Result<Credentials> settled) {
  return std::make_unique<FixedSource>(std::move(settled));
}

std::unexpected<base::Error> no_credentials(std::string_view where, std::string_view why) {
  return base::fail(base::ErrorKind::Denied, fmt::format("credentials: {}: {}", where, why));
}

bool is_key(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace aws
