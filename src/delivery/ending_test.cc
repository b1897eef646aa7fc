// SPDX-License-Identifier: Apache-2.0
#include "delivery/ending.h"

#include <gtest/gtest.h>

namespace delivery {
namespace {

using base::ErrorKind;
using reconcile::Reconciled;
using Kind = Ending::Kind;

rules::Rule rule() {
  auto checked = rules::parse_rules(
      R"([{"repository": "shop", "semVersion": "^1", "serviceArn": "arn:aws:apprunner:us-east-1:123456789012:service/shop/1"}])");
  return checked.rules.value().rules.front();
}

const Push push{.repository = {"123456789012", "us-east-1", "shop"}, .tag = "1.2.4", .digest = "sha256:4", .time = {}};

Reconciled waiting(std::string from, std::string digest, std::string to = "") {
  return {.end = Reconciled::End::Waiting,
          .word = "busy",
          .text = "it is busy",
          .from = std::move(from),
          .digest = std::move(digest),
          .to = std::move(to)};
}

TEST(Ending, OfAPushIsWhatTheLookAtItsServiceCameTo) {
  struct Case {
    std::string_view name;
    base::Result<Reconciled> reconciled;
    Kind kind;
    std::string_view word;
  };
  const auto error = [](ErrorKind kind) { return base::fail(kind, "why"); };
  const Case cases[] = {
      {"it is being deployed", Reconciled{.end = Reconciled::End::Started, .to = "1.2.4"}, Kind::Done, "started"},
      {"a higher version is", Reconciled{.end = Reconciled::End::Started, .to = "1.3.0"}, Kind::Done, "superseded"},
      {"nothing is to be done", Reconciled{.word = "newest-runs"}, Kind::Done, "newest-runs"},
      {"the service is busy", waiting("1.2.3", "sha256:3"), Kind::Returns, "busy"},
      {"busy with a higher version", waiting("1.3.0", "sha256:9"), Kind::Done, "superseded"},
      {"busy with this very image", waiting("1.2.4", "sha256:4"), Kind::Done, "superseded"},
      {"busy with another image of the version", waiting("1.2.4", "sha256:9"), Kind::Returns, "busy"},
      {"busy with a higher version, and to go down to it", waiting("2.0.0", "sha256:9", "1.2.4"), Kind::Returns,
       "busy"},
      {"busy with a higher version, and to go down to another", waiting("2.0.0", "sha256:9", "1.2.5"), Kind::Done,
       "superseded"},
      {"busy with a lower version, and to go up past it", waiting("1.2.3", "sha256:3", "1.2.5"), Kind::Returns, "busy"},
      {"busy, and to be deployed again", waiting("1.2.4", "sha256:4", "1.2.4"), Kind::Returns, "busy"},
      {"busy with what is no version", waiting("latest", "sha256:9"), Kind::Returns, "busy"},
      {"nothing was sent", error(ErrorKind::NotSent), Kind::Returns, "not-sent"},
      {"nobody knows", error(ErrorKind::Unknown), Kind::Returns, "unknown"},
      {"AWS has no time", error(ErrorKind::Transient), Kind::Returns, "transient"},
      {"the facts change", error(ErrorKind::Conflict), Kind::Returns, "conflict"},
      {"the service is gone", error(ErrorKind::NotFound), Kind::Done, "not-found"},
      {"the service is closed to us", error(ErrorKind::Denied), Kind::Done, "denied"},
      {"there are no credentials", base::fail(ErrorKind::Denied, "CredentialsUnavailable", "why"), Kind::Returns,
       "transient"},
      {"it can't ever work", error(ErrorKind::Invalid), Kind::DeadLetter, "invalid"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto ending = ending_of(push, c.reconciled, rule());
    EXPECT_EQ(ending.kind, c.kind);
    EXPECT_EQ(ending.word, c.word);
    EXPECT_EQ(ending.service, rule().service.text);
  }
}

TEST(Ending, OfATagThatIsNoVersionIsNeverSuperseded) {
  auto other = push;
  other.tag = "latest";
  EXPECT_EQ(ending_of(other, waiting("1.3.0", ""), rule()).word, "busy");
}

// Nothing waits for a look: the next sweep looks again.
TEST(Ending, OfALookIsAlwaysDone) {
  struct Case {
    std::string_view name;
    base::Result<Reconciled> reconciled;
    std::string_view word;
  };
  const Case cases[] = {
      {"something is being deployed", Reconciled{.end = Reconciled::End::Started, .word = "newer"}, "started"},
      {"nothing is to be done", Reconciled{.word = "newest-runs"}, "newest-runs"},
      {"the service is busy", waiting("1.2.3", ""), "busy"},
      {"AWS has no time", base::fail(ErrorKind::Transient, "throttled"), "transient"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto ending = ending_of_look(c.reconciled, rule());
    EXPECT_EQ(ending.kind, Kind::Done);
    EXPECT_EQ(ending.word, c.word);
  }
}

}  // namespace
}  // namespace delivery
