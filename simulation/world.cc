// SPDX-License-Identifier: Apache-2.0
#include "simulation/world.h"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>

#include "aws/credentials.h"
#include "delivery/installation.h"
#include "report/report.h"

namespace simulation {
namespace {

constexpr base::Time start{std::chrono::milliseconds(1'767'225'600'000)};  // 2026-01-01T00:00:00Z

class VirtualClock final : public base::Clock {
 public:
  explicit VirtualClock(Scheduler& scheduler) : scheduler_(scheduler) {}
  base::Time now() override { return scheduler_.now(); }
  base::Instant instant() override { return base::Instant(scheduler_.now().time_since_epoch()); }
  bool sleep_until(base::Instant until, std::stop_token) override {
    scheduler_.sleep_until(base::Time(std::chrono::ceil<std::chrono::milliseconds>(until.time_since_epoch())));
    return true;
  }

 private:
  Scheduler& scheduler_;
};

// The function's wire to the account.
class Wire final : public http::Client {
 public:
  Wire(Scheduler& scheduler, sandbox::Account& account) : scheduler_(scheduler), account_(account) {}

  void strike(Fault fault, int at) {
    fault_ = fault;
    fault_at_ = at;
  }
  int requests() const { return requests_; }

  base::Result<http::Response> send(const http::Request& request, const http::Limits& limits) override {
    scheduler_.switch_out();
    const auto fault = ++requests_ == fault_at_ ? fault_ : Fault::None;
    if (auto instead = before_effect(fault, request)) return std::move(*instead);
    const auto answer = std::make_shared<std::optional<http::Response>>();
    account_.handle(request, scheduler_.now(),
                    http::Reply([&, answer, actor = scheduler_.current()](http::Response response) {
                      *answer = std::move(response);
                      scheduler_.wake(actor);
                    }));
    if (fault == Fault::KillAfter) scheduler_.die();
    if (fault == Fault::CutAfter) return base::fail(base::ErrorKind::Unknown, "cut after sending");
    const base::Time deadline(std::chrono::floor<std::chrono::milliseconds>(limits.deadline.time_since_epoch()));
    while (!*answer) {
      if (scheduler_.now() >= deadline) return base::fail(base::ErrorKind::Unknown, "timed out");
      scheduler_.wait(deadline);
    }
    return std::move(**answer);
  }

 private:
  static std::optional<base::Result<http::Response>> before_effect(Fault fault, const http::Request& request) {
    switch (fault) {
      case Fault::NotSent: return base::fail(base::ErrorKind::NotSent, "can't connect");
      case Fault::Throttle:
        // S3 speaks XML; everything else that the function calls is asked by a target.
        if (!request.headers.get("X-Amz-Target")) {
          return http::Response{503,
                                {{"Content-Type", "application/xml"}},
                                "<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"};
        }
        return http::Response{400,
                              {{"Content-Type", "application/json"}},
                              R"({"__type":"ThrottlingException","message":"Rate exceeded"})"};
      case Fault::Html: return http::Response{503, {{"Content-Type", "text/html"}}, "<html><h1>503</h1></html>"};
      case Fault::None:
      case Fault::KillAfter:
      case Fault::CutAfter: return std::nullopt;
    }
    return std::nullopt;
  }

  Scheduler& scheduler_;
  sandbox::Account& account_;
  Fault fault_ = Fault::None;
  int fault_at_ = 0;
  int requests_ = 0;
};

// A started process of the function: everything that lives between two invocations.
class Function {
 public:
  Function(http::Client& client, base::Clock& clock, const aws::EndpointSettings& endpoints, report::Log& log,
           std::function<std::string()> new_id)
      : credentials_(aws::make_credential_source(
            {{"AWS_ACCESS_KEY_ID", "sandbox"}, {"AWS_SECRET_ACCESS_KEY", "sandbox"}}, client, clock)),
        installation_({client, clock, *credentials_, endpoints, log, std::move(new_id), [] { return 0.5; }},
                      {.region = "us-east-1",
                       .queue_name = "caretaker",
                       .config_bucket = "caretaker",
                       .config_file = "rules.json"}),
        clock_(clock) {}

  sandbox::InvocationResult handle(const sandbox::Invocation& invocation) {
    const auto left = std::max(invocation.deadline - clock_.now(), base::Duration::zero());
    const auto answer = installation_.delivery().deliver(invocation.event, {.account = "123456789012",
                                                                            .region = "us-east-1",
                                                                            .host_deadline = invocation.deadline,
                                                                            .deadline = {clock_.instant() + left, {}}});
    return {.ok = answer.has_value(), .payload = answer ? *answer : answer.error().message};
  }

 private:
  std::unique_ptr<aws::CredentialSource> credentials_;
  delivery::Installation installation_;
  base::Clock& clock_;
};

}  // namespace

std::string_view to_string(Fault fault) {
  switch (fault) {
    case Fault::None: return "none";
    case Fault::KillAfter: return "kill-after";
    case Fault::CutAfter: return "cut-after";
    case Fault::NotSent: return "not-sent";
    case Fault::Throttle: return "throttle";
    case Fault::Html: return "html";
  }
  return "?";
}

class World::Impl {
 public:
  using Done = std::move_only_function<void(sandbox::InvocationResult)>;

  explicit Impl(base::Duration each_operation)
      : operation_time(each_operation),
        scheduler(start),
        clock(scheduler),
        account({.operation_time = each_operation, .verify_signatures = false},
                [this](sandbox::Invocation invocation, Done done) { invoke(std::move(invocation), std::move(done)); }),
        wire(scheduler, account),
        log(clock, [this](std::string_view line) { lines.emplace_back(line); }) {
    endpoints.urls[""] = "http://127.0.0.1:4566";
  }

  // While the account is still there to be told.
  ~Impl() { scheduler.kill_all(); }

  void invoke(sandbox::Invocation invocation, Done done) {
    scheduler.spawn([this, invocation = std::move(invocation), done = std::make_shared<Done>(std::move(done))] {
      // Declared first, so that it speaks last when the process is killed: Lambda notices, and starts another one.
      struct Notice {
        World::Impl& world;
        Done& done;
        sandbox::InvocationResult result;
        ~Notice() {
          if (!result.ok) world.function.reset();
          done(std::move(result));
        }
      } notice{*this, *done, {.ok = false, .payload = R"({"errorType":"Runtime.ExitError"})"}};
      if (!function)
        function =
            std::make_unique<Function>(wire, clock, endpoints, log, [this] { return fmt::format("{:032x}", ++ids); });
      notice.result = function->handle(invocation);
    });
  }

  http::Response call(http::Request request) {
    std::optional<http::Response> answer;
    account.handle(std::move(request), scheduler.now(),
                   http::Reply([&](http::Response response) { answer = std::move(response); }));
    if (!answer) throw std::runtime_error("the account did not answer at once");
    if (answer->status > 299) throw std::runtime_error(fmt::format("status {}: {}", answer->status, answer->body));
    return std::move(*answer);
  }

  void run_until(base::Time end) {
    while (true) {
      while (scheduler.step()) {}
      auto next = end;
      if (const auto due = account.next_due()) next = std::min(next, *due);
      if (const auto wake = scheduler.next_wake()) next = std::min(next, *wake);
      scheduler.advance(next);
      account.advance(scheduler.now());
      if (next >= end && !scheduler.step()) return;
    }
  }

  base::Duration operation_time;
  Scheduler scheduler;
  VirtualClock clock;
  sandbox::Account account;
  Wire wire;
  std::vector<std::string> lines;
  report::Log log;
  aws::EndpointSettings endpoints;
  std::unique_ptr<Function> function;
  std::uint64_t ids = 0;
};

World::World(base::Duration operation_time) : impl_(std::make_unique<Impl>(operation_time)) {}
World::~World() = default;

base::Duration World::operation_time() const { return impl_->operation_time; }

void World::strike(Fault fault, int at) { impl_->wire.strike(fault, at); }
int World::requests() const { return impl_->wire.requests(); }

std::string World::aws(std::string_view target, std::string_view json) {
  return impl_
      ->call({.method = "POST",
              .target = "/",
              .headers = {{"Host", "127.0.0.1:4566"},
                          {"X-Amz-Target", std::string(target)},
                          {"Content-Type", "application/x-amz-json-1.1"}},
              .body = std::string(json)})
      .body;
}

void World::put_object(std::string_view key, std::string body) {
  impl_->call({.method = "PUT",
               .target = "/caretaker/" + std::string(key),
               .headers = {{"Host", "127.0.0.1:4566"}},
               .body = std::move(body)});
}

void World::fail_deployments_of(std::string_view tag) {
  impl_->account.decide_deployments(tag, sandbox::DeploymentOutcome::Rollback);
}

void World::restart_function() { impl_->function.reset(); }

void World::run_for(base::Duration duration) { impl_->run_until(impl_->scheduler.now() + duration); }
base::Time World::now() const { return impl_->scheduler.now(); }
const std::vector<std::string>& World::log() const { return impl_->lines; }

}  // namespace simulation
