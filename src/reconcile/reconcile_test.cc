// SPDX-License-Identifier: Apache-2.0
#include "reconcile/reconcile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <utility>

#include "aws/credentials.h"
#include "base/fake_clock.h"
#include "reconcile/intend.h"
#include "report/event_log.h"

namespace reconcile {
namespace {

using base::ErrorKind;
using decide::Operation;
using decide::Record;
using records::Stored;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::string_view image_of = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:";

// A registry that has 1.2.3 and 1.2.4, and an AWS that takes whatever else it is told.
class Registry final : public http::Client {
 public:
  base::Result<http::Response> send(const http::Request& request, const http::Limits& limits) override {
    requests.emplace_back(request.headers.get("X-Amz-Target").value_or(request.target));
    if (on_log && requests.back().ends_with("PutLogEvents")) {
      on_log(limits);
      return base::fail(ErrorKind::Unknown, "no answer");
    }
    if (!requests.back().ends_with("DescribeImages")) return http::Response{.status = 200, .headers = {}, .body = "{}"};
    return http::Response{.status = 200, .headers = {}, .body = R"({"imageDetails":[
      {"imageDigest":"sha256:3","imageTags":["1.2.3"],"imagePushedAt":1767312000,"imageManifestMediaType":"application/vnd.docker.distribution.manifest.v2+json","artifactMediaType":"application/vnd.docker.container.image.v1+json"},
      {"imageDigest":"sha256:4","imageTags":["1.2.4"],"imagePushedAt":1767315600,"imageManifestMediaType":"application/vnd.docker.distribution.manifest.v2+json","artifactMediaType":"application/vnd.docker.container.image.v1+json"}]})"};
  }

  std::vector<std::string> requests;
  std::function<void(const http::Limits&)> on_log;  // It gives no answer then.
};

// A service that runs 1.2.3; what comes of a call is what the test says.
class Service final : public target::Target {
 public:
  base::Result<std::unique_ptr<target::Described>> describe(const names::ServiceArn&, const aws::Deadline&) override {
    if (described) return std::unexpected(*described);
    return std::make_unique<target::Described>(running);
  }
  base::Result<bool> unchanged(const names::ServiceArn&, const target::Described&, const aws::Deadline&) override {
    if (on_second_look) on_second_look();
    return is_unchanged;
  }
  base::Result<std::string> update(const names::ServiceArn&, const target::Described&, std::string_view image,
                                   const aws::Deadline&) override {
    calls.emplace_back(image);
    if (on_call) on_call();
    return answer;
  }
  base::Result<std::string> redeploy(const names::ServiceArn&, const aws::Deadline&) override {
    calls.emplace_back("redeploy");
    return answer;
  }
  target::EventLog event_log(const names::ServiceArn&) const override { return {"group", "stream"}; }

  void runs(std::string_view tag) {
    running.image = names::parse_image_reference(std::string(image_of) + std::string(tag)).value();
  }

  decide::Running running;
  std::optional<base::Error> described;
  base::Result<bool> is_unchanged = true;
  base::Result<std::string> answer = "op-2";
  std::function<void()> on_second_look;
  std::function<void()> on_call;
  std::vector<std::string> calls;
};

// One record, in memory; each write is refused with the next of `refusals` as long as there are any.
class Memory final : public records::Store {
 public:
  base::Result<Stored> load(const names::ServiceArn&, const aws::Deadline&) override {
    if (unreadable) return std::unexpected(*unreadable);
    auto read = kept;
    if (const auto then = std::exchange(once_read, nullptr)) then();
    return read;
  }
  base::Result<void> change(const names::ServiceArn&, Stored& stored, const Edit& edit, const aws::Deadline&) override {
    if (!refusals.empty()) {
      const auto refusal = refusals.front();
      refusals.pop_front();
      if (refusal) return std::unexpected(*refusal);
    }
    auto next = kept;
    if (!edit(next)) return base::fail(ErrorKind::Conflict, "somebody was first");
    next.exists = true;
    kept = next;
    if (const auto then = std::exchange(once_written, nullptr)) then();
    stored = kept;
    ++writes;
    return {};
  }

  Stored kept;
  int writes = 0;
  std::function<void()> once_read;     // What happens after the next reading.
  std::function<void()> once_written;  // The same after the next write, before its answer.
  std::optional<base::Error> unreadable;
  std::deque<std::optional<base::Error>> refusals;
};

class ReconcileTest : public ::testing::Test {
 public:
  ReconcileTest() {
    service.runs("1.2.3");
    service.running.created_at = clock.now() - 10h;
    service.running.operations = {
        {.id = "op-1", .kind = Operation::Kind::Create, .state = Operation::State::Succeeded}};
    memory.kept.exists = true;
    memory.kept.record.runs = Record::Runs{"1.2.3", "sha256:3"};
    memory.kept.record.range = "^1";
  }

  Request request() {
    return {.rule = rule,
            .repository = {"123456789012", "us-east-1", "shop"},
            .trigger = {decide::Trigger::Kind::Push, {{"1.2.4", "sha256:4"}}},
            .host_deadline = clock.now() + 60s};
  }
  base::Result<Reconciled> reconcile(const Request& request, base::Duration time = 60s) {
    Listings listings(caller);
    return reconciler.reconcile(request, listings, {clock.instant() + time, {}});
  }
  // Ours of 1.2.5 was rolled back, and nobody has seen that yet.
  void fail_a_deployment() {
    memory.kept.record.set = Record::Set{.intention = "i",
                                         .image = std::string(image_of) + "1.2.5",
                                         .tag = "1.2.5",
                                         .digest = "sha256:5",
                                         .operation = "op-0"};
    service.running.operations.insert(service.running.operations.begin(), {.id = "op-0",
                                                                           .kind = Operation::Kind::Update,
                                                                           .state = Operation::State::Failed,
                                                                           .status = "ROLLBACK_SUCCEEDED"});
  }
  // The decision's name and reason, or the error's kind.
  std::string brief(const base::Result<Reconciled>& done) {
    return done ? done->name + " " + done->word : std::string(base::to_string(done.error().kind));
  }
  bool said(std::string_view text) const {
    return std::ranges::any_of(lines, [&](const auto& line) { return line.find(text) != line.npos; });
  }
  static Record::Intention intention(base::Time at) {
    return {.id = "left",
            .image = std::string(image_of) + "1.2.4",
            .tag = "1.2.4",
            .digest = "sha256:4",
            .operation_before = "op-1",
            .at = at,
            .lease_until = at + 1min};
  }

  base::FakeClock clock;
  Registry registry;
  std::unique_ptr<aws::CredentialSource> credentials =
      aws::make_credential_source({{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "b"}}, registry, clock);
  aws::EndpointSettings endpoints{.urls = {{"", "http://127.0.0.1:1"}}};
  aws::Caller caller{{registry, clock, *credentials, endpoints, [] { return 0.0; }, {}}};
  std::vector<std::string> lines;
  report::Log log{clock, [this](std::string_view line) { lines.emplace_back(line); }};
  Service service;
  Memory memory;
  rules::Rule rule = rules::parse_rules(
                         R"([{"repository": "shop", "semVersion": "^1",
                              "serviceArn": "arn:aws:apprunner:us-east-1:123456789012:service/shop/1"}])")
                         .rules.value()
                         .rules.front();
  Reconciler reconciler{{caller, service, memory, log, clock, [] { return std::string("intention"); }}};
};

const base::Error conflict{.kind = ErrorKind::Conflict, .message = "changed"};
const base::Error transient{.kind = ErrorKind::Transient, .message = "throttled"};

TEST_F(ReconcileTest, DeploysAndWritesItDown) {
  const auto done = reconcile(request());
  ASSERT_EQ(brief(done), "update newer") << (done ? "" : done.error().message);
  EXPECT_EQ(done->operation, "op-2");
  EXPECT_EQ(service.calls, (std::vector{std::string(image_of) + "1.2.4"}));
  EXPECT_EQ(memory.kept.record.set.value().operation, "op-2");
  EXPECT_FALSE(memory.kept.record.intention);
  EXPECT_EQ(memory.kept.changes.front().eligible, 1U);
}

// What goes wrong on the way, what comes of it, and what is left: whether the call was made, and the intention stays.
TEST_F(ReconcileTest, LeavesNoDeploymentHalfDone) {
  struct Case {
    std::string_view name;
    std::function<void(ReconcileTest&)> trouble;
    base::Duration time;
    std::string_view end;
    bool called;
    bool intention_stays;
  };
  const Case cases[] = {
      {"the service can't be looked at again",
       [](ReconcileTest& t) { t.service.is_unchanged = std::unexpected(transient); }, 60s, "transient", false, false},
      {"the service changes each time that it is looked at again",
       [](ReconcileTest& t) { t.service.is_unchanged = false; }, 60s, "wait busy", false, false},
      {"too little time is left", [](ReconcileTest&) {}, 4s, "transient", false, false},
      {"the intention can't be withdrawn either",
       [](ReconcileTest& t) {
         t.service.is_unchanged = std::unexpected(transient);
         t.memory.refusals = {std::nullopt, transient};
       },
       60s, "transient", false, true},
      {"another has taken the intention's place meanwhile",
       [](ReconcileTest& t) {
         t.service.is_unchanged = std::unexpected(transient);
         t.service.on_second_look = [&t] { t.memory.kept.record.intention->id = "another"; };
       },
       60s, "transient", false, true},
      {"another has given it up meanwhile",
       [](ReconcileTest& t) {
         t.service.is_unchanged = std::unexpected(transient);
         t.service.on_second_look = [&t] { t.memory.kept.record.intention.reset(); };
       },
       60s, "transient", false, false},
      {"the intention can't be written", [](ReconcileTest& t) { t.memory.refusals = {transient}; }, 60s, "transient",
       false, false},
      {"the service is busy after all", [](ReconcileTest& t) { t.service.answer = std::unexpected(conflict); }, 60s,
       "wait busy", true, false},
      {"the call is refused",
       [](ReconcileTest& t) { t.service.answer = base::fail(ErrorKind::Denied, "AccessDeniedException"); }, 60s,
       "denied", true, false},
      {"nobody knows what came of the call",
       [](ReconcileTest& t) { t.service.answer = base::fail(ErrorKind::Unknown, "cut"); }, 60s, "wait unsettled", true,
       true},
      {"nobody knows, and the service can't be asked",
       [](ReconcileTest& t) {
         t.service.answer = base::fail(ErrorKind::Unknown, "cut");
         t.service.on_call = [&t] { t.service.described = transient; };
       },
       60s, "wait unsettled", true, true},
      {"nobody knows, but the operation is there",
       [](ReconcileTest& t) {
         t.service.answer = base::fail(ErrorKind::Unknown, "cut");
         t.service.on_call = [&t] {
           t.service.runs("1.2.4");
           t.service.running.operations.insert(
               t.service.running.operations.begin(),
               {.id = "op-2", .kind = Operation::Kind::Update, .started_at = t.clock.now()});
         };
       },
       60s, "update newer", true, false},
      {"what was done can't be written down", [](ReconcileTest& t) { t.memory.refusals = {std::nullopt, transient}; },
       60s, "update newer", true, true},
      {"another has written it down already",
       [](ReconcileTest& t) {
         t.service.on_call = [&t] { apply(t.memory.kept.record, *t.memory.kept.record.intention, "op-2"); };
       },
       60s, "update newer", true, false},
  };
  const auto fresh = memory.kept;
  const auto running = service.running;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    memory.kept = fresh;
    memory.refusals.clear();
    service.running = running;
    service.described.reset();
    service.is_unchanged = true;
    service.answer = "op-2";
    service.on_second_look = service.on_call = nullptr;
    service.calls.clear();
    c.trouble(*this);
    const auto done = reconcile(request(), c.time);
    EXPECT_EQ(brief(done), c.end) << (done ? done->text : done.error().message);
    EXPECT_EQ(service.calls.size(), c.called ? 1U : 0U);
    EXPECT_EQ(memory.kept.record.intention.has_value(), c.intention_stays);
    // A push of what is to come is not superseded while it waits.
    if (done && c.called) {
      EXPECT_EQ(done->to, "1.2.4");
    }
  }
}

// The blog post's sentence speaks of a newer version that was pushed.
TEST_F(ReconcileTest, TellsTheServicesEventLogWhatIsSo) {
  struct Case {
    std::string_view name;
    std::function<void(ReconcileTest&)> make;
    std::string_view line;
  };
  const Case cases[] = {
      {"a newer version", [](ReconcileTest&) {},
       "[CI/CD] Semantic version ^1 matched with the recent ECR push 1.2.4, so updating the service to the deploy from "
       "the latest version"},
      {"a pinned one", [](ReconcileTest& t) { t.memory.kept.record.pin = Record::Pin{"1.2.4", "ann", t.clock.now()}; },
       "[CI/CD] 1.2.4 is the version that the service is pinned to by ann at 2026-01-02T03:00:00Z, and 1.2.3 runs"},
      {"another image of the same",
       [](ReconcileTest& t) {
         t.service.runs("1.2.4");
         t.memory.kept.record.runs = Record::Runs{"1.2.4", "sha256:before"};
       },
       "[CI/CD] Deploying latest version 1.2.4"},
      {"another image of a pinned one",
       [](ReconcileTest& t) {
         t.memory.kept.record.pin = Record::Pin{"1.2.3", "ann", t.clock.now()};
         t.memory.kept.record.runs = Record::Runs{"1.2.3", "sha256:before"};
       },
       "[CI/CD] 1.2.3 runs, and its tag has a new image (sha256:3)"},
  };
  const auto fresh = memory.kept;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    memory.kept = fresh;
    service.runs("1.2.3");
    c.make(*this);
    std::string line;
    service.on_second_look = [&] { line = memory.kept.record.intention.value().line; };
    reconcile(request());
    EXPECT_EQ(line, c.line);
  }
}

// Whoever writes a started operation down tells of it, so that it is told once.
TEST_F(ReconcileTest, TellsOnceThatSomethingWasStarted) {
  constexpr std::string_view started = R"("kind":"started")";
  const auto count = [&] { return std::ranges::count_if(lines, [&](const auto& l) { return l.contains(started); }); };
  memory.refusals = {std::nullopt, transient};
  EXPECT_EQ(brief(reconcile(request())), "update newer");
  EXPECT_EQ(count(), 0) << "it could not be written down";
  service.runs("1.2.4");
  service.running.operations.insert(service.running.operations.begin(),
                                    {.id = "op-2", .kind = Operation::Kind::Update, .started_at = clock.now()});
  clock.advance(3min);
  EXPECT_EQ(brief(reconcile(request())), "keep being-deployed");
  EXPECT_EQ(count(), 1);
  EXPECT_TRUE(said(R"("operation":"op-2")"));
  EXPECT_EQ(brief(reconcile(request())), "keep being-deployed");
  EXPECT_EQ(count(), 1);
}

TEST_F(ReconcileTest, LeavesToTheNextWhatItCouldNotTell) {
  const auto started = [this] {
    return std::ranges::count_if(lines, [](const auto& line) { return line.contains(R"("kind":"started")"); });
  };
  // The intention, the operation; and that it is told can't be written any more.
  memory.refusals = {std::nullopt, std::nullopt, transient};
  EXPECT_EQ(brief(reconcile(request())), "update newer");
  EXPECT_EQ(started(), 1);
  ASSERT_EQ(memory.kept.untold.size(), 1U) << "an interrupted function leaves the same";
  EXPECT_EQ(memory.kept.untold.front().notice.service, "") << "which no record keeps";
  EXPECT_EQ(memory.kept.untold.front().line, report::event_log_text(Record::Action::Update, "^1", "1.2.4"));

  struct Case {
    std::string_view name;
    base::Duration later;
    std::deque<std::optional<base::Error>> refusals;
    Request::Extent extent;
    int told;
    std::size_t left;
  };
  const Case cases[] = {
      {"its function may be at it", 90s, {}, Request::Extent::Deeds, 0, 1},
      {"a dry run", 3min, {}, Request::Extent::Words, 0, 1},
      {"nobody else may be kept from telling it", 3min, {transient}, Request::Extent::Deeds, 0, 1},
      {"it is told", 3min, {}, Request::Extent::Deeds, 1, 0},
      {"by a look that only notes", 3min, {}, Request::Extent::Notes, 1, 0},
  };
  const auto left = memory.kept;
  const auto then = clock.now();
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    memory.kept = left;
    memory.kept.untold.front().lease_until += clock.now() - then;
    memory.refusals = c.refusals;
    lines.clear();
    registry.requests.clear();
    clock.advance(c.later);
    auto sweep = request();
    sweep.trigger = {};
    sweep.extent = c.extent;
    reconcile(sweep);
    EXPECT_EQ(started(), c.told);
    EXPECT_EQ(memory.kept.untold.size(), c.left);
    const auto spoke =
        std::ranges::count_if(registry.requests, [](const auto& r) { return r.ends_with("PutLogEvents"); });
    EXPECT_EQ(spoke, c.told) << "the service's own event log";
    memory.refusals.clear();
  }
}

TEST_F(ReconcileTest, ForgetsTheOldestWhereTooMuchIsLeftToBeTold) {
  const records::Untold old{
      .notice = {.kind = report::Notice::Kind::Held}, .line = {}, .lease_until = clock.now() + 1h};
  memory.kept.untold.assign(records::untold_max, old);
  // Nothing to take over; the intention, the operation, and that it is told.
  memory.refusals = {std::nullopt, std::nullopt, std::nullopt, transient};
  EXPECT_EQ(brief(reconcile(request())), "update newer");
  EXPECT_EQ(memory.kept.untold.size(), records::untold_max);
  EXPECT_EQ(memory.kept.untold.back().notice.kind, report::Notice::Kind::Started);
}

// Twice is better than never.
TEST_F(ReconcileTest, TellsWhatMayHaveBeenWritten) {
  const base::Error unknown{.kind = ErrorKind::Unknown, .message = "cut"};
  memory.refusals = {std::nullopt, unknown};
  EXPECT_EQ(brief(reconcile(request())), "update newer");
  EXPECT_TRUE(said(R"("kind":"started")"));

  memory.kept.record.intention.reset();
  memory.kept.record.set =
      Record::Set{.image = std::string(image_of) + "1.2.4", .tag = "1.2.4", .digest = "sha256:4", .operation = "op-0"};
  service.runs("1.2.4");
  service.running.operations.insert(
      service.running.operations.begin(),
      {.id = "op-0", .kind = Operation::Kind::Update, .state = Operation::State::Succeeded, .status = "SUCCEEDED"});
  memory.refusals = {unknown};
  auto sweep = request();
  sweep.trigger = {};
  EXPECT_EQ(brief(reconcile(sweep)), "keep newest-runs");
  EXPECT_TRUE(said(R"("kind":"succeeded")"));

  memory.refusals = {unknown};
  const Order pin{.action = "pin", .by = "ann", .why = "Pinned to 1.2.3", .edit = [](Record&) { return true; }};
  EXPECT_EQ(reconciler.order(rule, pin, {}).error().kind, ErrorKind::Unknown);
  EXPECT_TRUE(said("Pinned to 1.2.3"));
}

TEST_F(ReconcileTest, OnlyNotesWhatItSees) {
  memory.kept.record.set =
      Record::Set{.image = std::string(image_of) + "1.2.3", .tag = "1.2.3", .digest = "sha256:3", .operation = "op-0"};
  service.running.operations.insert(
      service.running.operations.begin(),
      {.id = "op-0", .kind = Operation::Kind::Update, .state = Operation::State::Succeeded, .status = "SUCCEEDED"});
  auto asked = request();
  asked.extent = Request::Extent::Notes;
  EXPECT_EQ(brief(reconcile(asked)), "update newer");
  EXPECT_EQ(memory.kept.record.set->outcome, "SUCCEEDED");
  EXPECT_FALSE(memory.kept.record.intention);
  EXPECT_TRUE(said(R"("kind":"succeeded")"));
  EXPECT_EQ(service.calls.size(), 0U);
  asked.extent = Request::Extent::Deeds;
  EXPECT_EQ(brief(reconcile(asked)), "update newer");
  EXPECT_EQ(service.calls.size(), 1U);
}

// Whoever was first went by a range that is newer than ours.
TEST_F(ReconcileTest, TakesItsOwnOlderRuleForNoEdit) {
  auto& record = memory.kept.record;
  record.failures = 1;
  memory.once_read = [&] {
    record.range = "~1.2";
    record.holds = {{.versions = {"1.2.4"}, .operation = "op-1", .at = clock.now()}};
  };
  EXPECT_EQ(brief(reconcile(request())), "keep nothing-eligible");
  EXPECT_EQ(record.range, "~1.2");
  EXPECT_EQ(record.holds.size(), 1U);
}

// Another may write, and settle all that is left over, between a write and its answer.
TEST_F(ReconcileTest, ActsOnNoIntentionThatAnotherGaveUp) {
  memory.once_written = [&] { memory.kept.record.intention.reset(); };
  EXPECT_EQ(brief(reconcile(request())), "update newer") << "at the second try";
  EXPECT_EQ(service.calls.size(), 1U);
}

// A crash anywhere behind that leaves a record in which nothing is new any more.
TEST_F(ReconcileTest, TellsTheNewsBeforeItLooksAtTheServiceAgain) {
  fail_a_deployment();
  service.on_second_look = [this] {
    EXPECT_TRUE(memory.kept.record.intention);
    EXPECT_EQ(memory.kept.untold.size(), 0U);
    EXPECT_TRUE(said("1.2.5 failed to deploy: operation op-0 ended with ROLLBACK_SUCCEEDED"));
  };
  EXPECT_EQ(brief(reconcile(request())), "update newer");
  EXPECT_EQ(std::ranges::count_if(lines, [](const auto& line) { return line.contains("1.2.5 failed to deploy"); }), 1);
}

TEST_F(ReconcileTest, AsksAgainWhenTheListingLagsBehindAPush) {
  using Push = decide::Trigger::Push;
  const auto now = clock.now();
  struct Case {
    std::string_view name;
    std::vector<Push> pushes;
    bool source_code;
    std::string_view end;
    std::string_view failed{};  // A digest, twice.
    bool stopped = false;
  };
  const Case cases[] = {
      {"a tag that is not listed", {{"1.2.5", "sha256:5", now}}, false, "wait not-listed"},
      {"a tag that is not listed for long", {{"1.2.5", "sha256:5", now - 5min}}, false, "update newer"},
      {"nobody knows since when", {{"1.2.5", "sha256:5"}}, false, "update newer"},
      {"the running tag, and its old digest is listed", {{"1.2.3", "sha256:9", now}}, false, "wait not-listed"},
      {"the running tag, pushed without a digest", {{"1.2.3", "", now}}, false, "update newer"},
      {"a new tag", {{"1.2.4", "sha256:4", now}}, false, "update newer"},
      {"one of several", {{"1.2.5", "sha256:5", now}, {"1.2.4", "sha256:4", now}}, false, "wait not-listed"},
      {"one that is below what runs", {{"1.2.2", "sha256:2", now}, {"1.2.4", "sha256:4", now}}, false, "update newer"},
      {"the running tag, pushed twice",
       {{"1.2.3", "sha256:3", now}, {"1.2.3", "sha256:9", now - 1s}},
       false,
       "update newer"},
      {"a tag with another image", {{"1.2.4", "sha256:9", now}}, false, "update newer"},
      {"a tag whose image before failed", {{"1.2.4", "sha256:9", now}}, false, "wait not-listed", "sha256:4"},
      {"that image itself", {{"1.2.4", "sha256:4", now}}, false, "keep rejected", "sha256:4"},
      {"a tag whose image before is stopped", {{"1.2.4", "sha256:9", now}}, false, "wait not-listed", "", true},
      {"a service without an image", {{"1.2.4", "sha256:9", now}}, true, "keep source-code"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto asked = request();
    asked.extent = Request::Extent::Words;
    asked.trigger.pushes = c.pushes;
    auto& record = memory.kept.record;
    record.rejected.clear();
    if (!c.failed.empty()) record.rejected.push_back({.digest = std::string(c.failed), .attempts = 2, .at = now});
    record.stop = c.stopped ? std::optional(Record::Stop{now}) : std::nullopt;
    if (c.source_code) service.running.image.reset();
    const auto done = reconcile(asked);
    EXPECT_EQ(brief(done), c.end);
  }
  EXPECT_EQ(memory.writes, 0);
}

TEST_F(ReconcileTest, WaitsForALowerPushWhereTheServiceMayGoThere) {
  struct Case {
    std::string_view name;
    std::function<void(ReconcileTest&)> make;
    bool waits;
  };
  const Case cases[] = {
      {"it may not", [](ReconcileTest&) {}, false},
      {"the rule goes down", [](ReconcileTest& t) { t.rule.downgrade = true; }, true},
      {"it is pinned", [](ReconcileTest& t) { t.memory.kept.record.pin = Record::Pin{"1.2.2", "ann", {}}; }, true},
      {"nobody can compare it", [](ReconcileTest& t) { t.service.runs("nightly"); }, true},
  };
  const auto fresh = memory.kept;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    memory.kept = fresh;
    rule.downgrade = false;
    service.runs("1.2.3");
    c.make(*this);
    auto asked = request();
    asked.extent = Request::Extent::Words;
    asked.trigger.pushes = {{"1.2.2", "sha256:2", clock.now()}};
    EXPECT_EQ(brief(reconcile(asked)) == "wait not-listed", c.waits);
  }
}

TEST_F(ReconcileTest, TellsOfWhatIsOutOfReachUnlessAnOperatorAsked) {
  using Kind = decide::Trigger::Kind;
  struct Case {
    std::string_view name;
    Kind trigger;
    bool dry_run;
    std::string_view not_covered;
    std::string_view end;
    bool told;
  };
  const Case cases[] = {
      {"a push", Kind::Push, false, "", "denied", true},
      {"a sweep", Kind::Sweep, false, "", "denied", true},
      {"a call that can't succeed as it is", Kind::Sweep, false, "", "invalid", true},
      {"an operator", Kind::Operator, false, "", "denied", false},
      {"a dry run", Kind::Sweep, true, "", "denied", false},
      {"a rule that the stack does not cover", Kind::Push, false, "the stack does not cover it", "keep not-covered",
       true},
      {"the same in a dry run", Kind::Push, true, "the stack does not cover it", "keep not-covered", false},
  };
  const base::Error denied{.kind = ErrorKind::Denied, .message = "not permitted"};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    service.described = c.end == "invalid" ? std::nullopt : std::optional(denied);
    service.answer = base::fail(ErrorKind::Invalid, "the access role can't be assumed");
    lines.clear();
    auto asked = request();
    asked.trigger.kind = c.trigger;
    if (c.trigger != Kind::Push) asked.trigger.pushes.clear();
    if (c.dry_run) asked.extent = Request::Extent::Words;
    asked.not_covered = c.not_covered;
    EXPECT_EQ(brief(reconcile(asked)), c.end);
    EXPECT_EQ(said(R"("event":"notice")"), c.told);
  }
}

TEST_F(ReconcileTest, CountsLooksThatFailInPassing) {
  struct Case {
    std::string_view name;
    std::optional<base::Error> trouble;
    bool counts;
  };
  const Case cases[] = {
      {"throttled", transient, true},
      {"no answer", base::Error{.kind = ErrorKind::Unknown, .message = "cut"}, true},
      {"no connection", base::Error{.kind = ErrorKind::NotSent, .message = "no route"}, true},
      {"denied, which counts as refused", base::Error{.kind = ErrorKind::Denied, .message = "no"}, false},
      {"all is well", std::nullopt, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    lines.clear();
    service.described = c.trouble;
    reconcile(request());
    EXPECT_EQ(said(R"("LooksFailed":1)"), c.counts);
  }
}

// A log or bus that hangs must not cost the deployment that is told of.
TEST_F(ReconcileTest, TellsForAShortTimeOnly) {
  fail_a_deployment();
  registry.on_log = [this](const http::Limits& limits) {
    clock.advance(std::chrono::duration_cast<base::Duration>(limits.deadline - clock.instant()));
  };
  EXPECT_EQ(brief(reconcile(request(), 15s)), "update newer");
  EXPECT_EQ(service.calls.size(), 1U);
}

TEST_F(ReconcileTest, OnlyLooksAtTheRecordOfANewerCaretaker) {
  memory.kept.read_only = true;
  for (const auto extent : {Request::Extent::Deeds, Request::Extent::Words}) {
    auto asked = request();
    asked.extent = extent;
    const auto update = reconcile(asked);
    ASSERT_FALSE(update);
    EXPECT_EQ(update.error().kind, ErrorKind::Denied);
    EXPECT_EQ(update.error().message, "its record is of a newer Caretaker; update this one");
  }
  rule.range = *semver::parse_range("1.2.3", {});
  const auto keep = reconcile(request());
  EXPECT_TRUE(keep) << keep.error().message;
  const auto order = reconciler.order(rule, {.action = "pin", .edit = [](Record&) { return true; }}, {});
  ASSERT_FALSE(order);
  EXPECT_EQ(order.error().kind, ErrorKind::Denied);
  EXPECT_EQ(memory.writes, 0);
}

// An intention whose function was interrupted, and whose lease is over.
TEST_F(ReconcileTest, SettlesWhatWasLeftOver) {
  struct Case {
    std::string_view name;
    Record::Action action;
    base::Duration ago;
    bool carried_out;
    std::optional<base::Error> refusal;
    std::function<void(Record&)> meanwhile;  // What another writes while this one looks.
    std::string_view set;                    // The operation that is then taken for the intention's.
    std::string_view end;
  };
  const Case cases[] = {
      {"it was carried out", Record::Action::Update, 2min, true, {}, {}, "op-2", "keep being-deployed"},
      {"a redeployment was carried out", Record::Action::Redeploy, 2min, true, {}, {}, "op-2", "keep being-deployed"},
      {"nobody can tell yet", Record::Action::Update, 2min, false, {}, {}, "", "wait unsettled"},
      {"nothing came of it", Record::Action::Update, 10min, false, {}, {}, "op-2", "update newer"},
      {"that can't be written", Record::Action::Update, 10min, false, transient, {}, "", "transient"},
      {"nobody knows whether that is written",
       Record::Action::Update,
       2min,
       true,
       base::Error{.kind = ErrorKind::Unknown, .message = "cut"},
       {},
       "",
       "unknown"},
      {"another has settled it",
       Record::Action::Update,
       10min,
       false,
       {},
       [](Record& record) { record.intention.reset(); },
       "op-2",
       "update newer"},
      {"another has a younger one",
       Record::Action::Update,
       10min,
       false,
       {},
       [](Record& record) { record.intention->id = "younger"; },
       "op-2",
       "update newer"},
  };
  const auto fresh = memory.kept;
  const auto running = service.running;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    memory.kept = fresh;
    service.running = running;
    memory.kept.record.intention = intention(clock.now() - c.ago);
    memory.kept.record.intention->action = c.action;
    if (c.carried_out) {
      const auto kind = c.action == Record::Action::Update ? Operation::Kind::Update : Operation::Kind::Deployment;
      service.running.state = decide::Running::State::Busy;
      service.running.operations.insert(service.running.operations.begin(),
                                        {.id = "op-2", .kind = kind, .started_at = clock.now() - c.ago});
      if (c.action == Record::Action::Update) service.runs("1.2.4");
    }
    memory.refusals.clear();
    if (c.refusal) memory.refusals = {c.refusal};
    if (c.meanwhile) {
      // The record as it was read is what this one goes by; the store has what the other wrote.
      memory.once_read = [&] { c.meanwhile(memory.kept.record); };
    }
    const auto done = reconcile(request());
    EXPECT_EQ(brief(done), c.end) << (done ? done->text : done.error().message);
    EXPECT_EQ(memory.kept.record.set ? memory.kept.record.set->operation : "", c.set);
  }
}

TEST_F(ReconcileTest, WritesDownWhatItSeesUnlessSomebodyWroteSince) {
  service.runs("1.2.4");
  struct Case {
    std::string_view name;
    std::function<void(ReconcileTest&)> trouble;
    std::string_view runs;
    bool warns;
  };
  const Case cases[] = {
      {"it can be written", [](ReconcileTest&) {}, "1.2.4", false},
      {"somebody wrote since",
       [](ReconcileTest& t) { t.memory.once_read = [&t] { t.memory.kept.record.runs->tag = "1.2.9"; }; }, "1.2.9",
       true},
      {"the store has no time", [](ReconcileTest& t) { t.memory.refusals = {transient}; }, "1.2.3", true},
  };
  const auto fresh = memory.kept;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    lines.clear();
    memory.kept = fresh;
    memory.refusals.clear();
    c.trouble(*this);
    auto asked = request();
    asked.trigger = {};
    EXPECT_EQ(brief(reconcile(asked)), "keep newest-runs");
    EXPECT_EQ(memory.kept.record.runs->tag, c.runs);
    EXPECT_EQ(said(R"("event":"record")"), c.warns);
  }
}

// A push that deploys nothing yet, since its image has to soak, lifts the baseline all the same.
TEST_F(ReconcileTest, LosesNoPushThatLiftsTheBaseline) {
  rule.soak = 240h * 365;
  using Kind = decide::Trigger::Kind;
  const auto sweeps = [](ReconcileTest& t) {
    t.memory.kept.exists = true;
    t.memory.kept.record.service_created_at = t.service.running.created_at;
    t.memory.kept.record.baseline = Record::Baseline{"1.2.4", t.clock.now()};
  };
  struct Case {
    std::string_view name;
    Kind trigger;
    bool is_known;  // A sweep has seen the service before.
    std::function<void(ReconcileTest&)> trouble;
    std::string_view end;
    bool baseline_stays;
  };
  const Case cases[] = {
      {"a sweep sees the service meanwhile", Kind::Push, false,
       [&](ReconcileTest& t) { t.memory.once_read = [&] { sweeps(t); }; }, "wait gate", false},
      {"the first record can't be written", Kind::Push, false,
       [](ReconcileTest& t) { t.memory.refusals = {transient}; }, "transient", false},
      {"the record can't be written", Kind::Push, true, [](ReconcileTest& t) { t.memory.refusals = {transient}; },
       "transient", true},
      {"another was first each time", Kind::Push, true,
       [](ReconcileTest& t) { t.memory.refusals = {conflict, conflict, conflict}; }, "wait busy", true},
      {"an operator asked", Kind::Operator, true, [](ReconcileTest& t) { t.memory.refusals = {transient}; },
       "transient", true},
      {"a sweep lifts nothing", Kind::Sweep, false, [](ReconcileTest& t) { t.memory.refusals = {transient}; },
       "keep nothing-eligible", false},
      {"all is well", Kind::Push, true, [](ReconcileTest&) {}, "wait gate", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    memory.kept = {};
    memory.refusals.clear();
    if (c.is_known) sweeps(*this);
    c.trouble(*this);
    auto asked = request();
    asked.trigger.kind = c.trigger;
    if (c.trigger != Kind::Push) asked.trigger.pushes.clear();
    EXPECT_EQ(brief(reconcile(asked)), c.end);
    EXPECT_EQ(memory.kept.record.baseline.has_value(), c.baseline_stays);
  }
}

TEST_F(ReconcileTest, WritesAnOrderDownOnce) {
  const Order pin{.action = "pin", .to = "1.2.3", .by = "ann", .why = "Pinned to 1.2.3", .edit = [](Record& record) {
                    return !std::exchange(record.pin, Record::Pin{"1.2.3", "ann", {}});
                  }};
  const auto first = reconciler.order(rule, pin, {});
  EXPECT_TRUE(first && *first);
  EXPECT_EQ(memory.kept.changes.front().from, "1.2.3");
  const auto again = reconciler.order(rule, pin, {});
  EXPECT_TRUE(again && !*again) << "all is that way already";
  memory.kept.record.range = "~1.2";
  memory.kept.record.failures = 1;
  EXPECT_TRUE(
      reconciler.order(rule, {.action = "skip", .rule_is_current = false, .edit = [](Record&) { return true; }}, {}));
  EXPECT_EQ(memory.kept.record.failures, 1);
  EXPECT_TRUE(reconciler.order(rule, {.action = "skip", .edit = [](Record&) { return true; }}, {}));
  EXPECT_EQ(memory.kept.record.failures, 0) << "the edit of the range came before it";
  memory.kept.record.pin.reset();
  memory.kept.record.runs.reset();
  memory.refusals = {transient};
  EXPECT_EQ(reconciler.order(rule, pin, {}).error().kind, ErrorKind::Transient);
  EXPECT_TRUE(reconciler.order(rule, pin, {}));
  EXPECT_EQ(memory.kept.changes.front().from, "") << "nobody knows what runs";
  memory.unreadable = base::Error{.kind = ErrorKind::Invalid, .message = "no JSON"};
  EXPECT_EQ(reconciler.order(rule, pin, {}).error().kind, ErrorKind::Invalid);
  memory.unreadable = base::Error{.kind = ErrorKind::Unknown, .message = "cut"};
  EXPECT_EQ(reconciler.order(rule, pin, {}).error().kind, ErrorKind::Transient) << "it was only read";
}

}  // namespace
}  // namespace reconcile
