// SPDX-License-Identifier: Apache-2.0
#include "simulation/world.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include "aws/credentials.h"
#include "aws/sign.h"
#include "delivery/installation.h"
#include "report/report.h"

namespace simulation {
namespace {

constexpr std::string_view credentials_host = "169.254.170.2";

// The invocations that run, by their actors.
class Crew {
 public:
  explicit Crew(Scheduler& scheduler) : scheduler_(scheduler) {}

  const Caller& current() const { return callers_.at(scheduler_.current()); }
  // Whoever runs now; null: nobody.
  const Caller* find() const {
    const auto found = callers_.find(scheduler_.current());
    return found == callers_.end() ? nullptr : &found->second;
  }
  void enter(const Caller& caller) { callers_.insert_or_assign(scheduler_.current(), caller); }

  // Waits until then or until woken. The platform ends whoever is not ready in time.
  void pause(base::Time until) {
    const auto deadline = current().invocation->deadline;
    scheduler_.wait(std::min(until, deadline));
    if (scheduler_.now() >= deadline) scheduler_.die();
  }
  void pause_until(base::Time until) {
    while (scheduler_.now() < until) pause(until);
  }

 private:
  Scheduler& scheduler_;
  std::map<Scheduler::ActorId, Caller> callers_;
};

class VirtualClock final : public base::Clock {
 public:
  VirtualClock(Scheduler& scheduler, Crew& crew, base::Duration skew_max)
      : scheduler_(scheduler), crew_(crew), skew_max_(skew_max) {}
  base::Time now() override { return scheduler_.now() + skew(); }
  base::Instant instant() override { return base::Instant(scheduler_.now().time_since_epoch()); }
  bool sleep_until(base::Instant until, std::stop_token) override {
    crew_.pause_until(base::Time(std::chrono::ceil<std::chrono::milliseconds>(until.time_since_epoch())));
    return true;
  }

 private:
  // Each process its own.
  base::Duration skew() const {
    const auto* caller = crew_.find();
    if (!caller || skew_max_ == base::Duration::zero()) return {};
    const auto any = std::uint64_t{0x9E3779B97F4A7C15} * (caller->process + 1) >> 32;
    return base::Duration(static_cast<std::int64_t>(any % static_cast<std::uint64_t>(2 * skew_max_.count() + 1))) -
           skew_max_;
  }

  Scheduler& scheduler_;
  Crew& crew_;
  base::Duration skew_max_;
};

bool may_be_stale(std::string_view target) {
  return target.ends_with(".DescribeService") || target.ends_with(".ListOperations") ||
         target.ends_with(".DescribeImages");
}

http::Response refusal(const http::Request& request, int status, std::string_view code, std::string_view s3_code) {
  // S3 speaks XML; everything else that the function calls is asked by a target.
  if (!request.headers.get("X-Amz-Target")) {
    return {s3_code == "ExpiredToken" ? 400
            : status == 400           ? 503
                                      : status,
            {{"Content-Type", "application/xml"}},
            fmt::format("<Error><Code>{}</Code><Message>Simulated.</Message></Error>", s3_code)};
  }
  return {
      status, {{"Content-Type", "application/json"}}, fmt::format(R"({{"__type":"{}","message":"Simulated."}})", code)};
}

// The functions' wire to the account.
class Wire final : public http::Client {
 public:
  Wire(Scheduler& scheduler, Crew& crew, sandbox::Account& account, Observer& observer, std::size_t page_size)
      : scheduler_(scheduler), crew_(crew), account_(account), observer_(observer), page_size_(page_size) {}

  // Something of what can be read has changed.
  void changed(base::Time at) { changes_.push_back(at); }

  void strike(Fault fault, int at) { strikes_.emplace(at, fault); }
  int requests() const { return requests_; }
  int struck() const { return struck_; }
  const http::Request* pending(Scheduler::ActorId actor) const {
    const auto found = pending_.find(actor);
    return found == pending_.end() ? nullptr : found->second;
  }

  base::Result<http::Response> send(const http::Request& request, const http::Limits& limits) override {
    const auto caller = crew_.current();
    wait_for_turn(request);
    if (scheduler_.now() >= caller.invocation->deadline) scheduler_.die();
    auto fate = observer_.fate(caller, request);
    const auto strike = strikes_.find(++requests_);
    const bool strikes = strike != strikes_.end();
    if (strikes) fate.fault = strike->second;
    const base::Time deadline(std::chrono::floor<std::chrono::milliseconds>(limits.deadline.time_since_epoch()));
    if (strikes) ++struck_;
    auto answer = exchange(caller, request, fate, deadline);
    if (strikes && fate.fault == Fault::None) --struck_;
    observer_.received(caller, request, fate.fault, answer ? &*answer : nullptr);
    return answer;
  }

 private:
  void wait_for_turn(const http::Request& request) {
    // Also of who is killed meanwhile.
    struct Pending {
      std::map<Scheduler::ActorId, const http::Request*>& all;
      Scheduler::ActorId actor;
      ~Pending() { all.erase(actor); }
    } pending{pending_, scheduler_.current()};
    pending_.insert_or_assign(pending.actor, &request);
    scheduler_.switch_out();
  }

  base::Result<http::Response> exchange(const Caller& caller, const http::Request& request, Fate& fate,
                                        base::Time deadline) {
    if (fate.fault == Fault::KillBefore) scheduler_.die();
    if (fate.fault == Fault::NotSent) return base::fail(base::ErrorKind::NotSent, "can't connect");
    crew_.pause_until(std::min(scheduler_.now() + fate.before, deadline));
    if (fate.before > base::Duration::zero() && scheduler_.now() >= deadline) {
      fate.fault = Fault::NotSent;
      return base::fail(base::ErrorKind::NotSent, "timed out while connecting");
    }
    if (fate.fault == Fault::CutBefore) return base::fail(base::ErrorKind::Unknown, "cut while sending");
    if (auto instead = answered_instead(fate.fault, request)) return std::move(*instead);
    auto answer = carry_out(caller, request);
    if (fate.fault == Fault::KillAfter) scheduler_.die();
    if (fate.fault == Fault::CutAfter) return base::fail(base::ErrorKind::Unknown, "cut after sending");
    if (fate.fault == Fault::Failed) answer = refusal(request, 500, "InternalServiceErrorException", "InternalError");
    if (fate.fault == Fault::Stale && !make_stale(request, answer)) fate.fault = Fault::None;
    if (fate.fault == Fault::Garbled) {
      // An object's length is told before it, so that half of one is a cut.
      if (!request.headers.get("X-Amz-Target")) return base::fail(base::ErrorKind::Unknown, "cut within the answer");
      answer.body.resize(answer.body.size() / 2);
    }
    crew_.pause_until(std::min(scheduler_.now() + fate.after, deadline));
    if (fate.after > base::Duration::zero() && scheduler_.now() >= deadline)
      return base::fail(base::ErrorKind::Unknown, "timed out");
    return answer;
  }

  http::Response carry_out(const Caller& caller, const http::Request& request) {
    if (request.origin.host == credentials_host) return give_credentials();
    observer_.arriving(caller, request);
    std::optional<http::Response> answer;
    auto asked = request;
    set_page_size(asked);
    account_.handle(std::move(asked), scheduler_.now(),
                    http::Reply([&](http::Response response) { answer = std::move(response); }));
    if (!answer) throw std::runtime_error("the account did not answer a function at once");
    observer_.answered(caller, request, *answer);
    const auto target = request.headers.get("X-Amz-Target");
    if (target && may_be_stale(*target) && answer->status == 200) {
      auto& kept = answers_[fmt::format("{} {}", *target, request.body)];
      std::erase_if(kept, [&](const Answer& one) { return !was_right_lately(one); });
      if (kept.empty() || kept.back().answer.body != answer->body) kept.push_back({{}, *answer});
      kept.back().at = scheduler_.now();
    }
    return std::move(*answer);
  }

  struct Answer {
    base::Time at;  // When it was given last.
    http::Response answer;
  };

  // Whether it was right at a moment that is not too long ago: nothing had changed by then since it was given.
  bool was_right_lately(const Answer& one) const {
    const auto change = std::ranges::lower_bound(changes_, one.at);
    return change == changes_.end() || *change + stale_max >= scheduler_.now();
  }

  // The oldest answer that was right a moment ago, whatever has been told since. False: there is none but what is right.
  bool make_stale(const http::Request& request, http::Response& answer) {
    const auto found =
        answers_.find(fmt::format("{} {}", request.headers.get("X-Amz-Target").value_or(""), request.body));
    if (found == answers_.end()) return false;
    const auto& kept = found->second;
    const auto before = std::ranges::find_if(kept, [&](const Answer& one) { return was_right_lately(one); });
    if (before == kept.end() || before->answer.body == answer.body) return false;
    answer = before->answer;
    return true;
  }

  void set_page_size(http::Request& asked) const {
    if (page_size_ == 0) return;
    constexpr std::string_view full = R"("maxResults":1000)";
    if (const auto at = asked.body.find(full); at != std::string::npos)
      asked.body.replace(at, full.size(), fmt::format(R"("maxResults":{})", page_size_));
  }

  static std::optional<http::Response> answered_instead(Fault fault, const http::Request& request) {
    switch (fault) {
      case Fault::Throttle: return refusal(request, 400, "ThrottlingException", "SlowDown");
      case Fault::ServerError: return refusal(request, 500, "InternalServiceErrorException", "InternalError");
      case Fault::Expired: return refusal(request, 400, "ExpiredTokenException", "ExpiredToken");
      case Fault::Refused: return refusal(request, 400, "InvalidStateException", "SlowDown");
      case Fault::Empty: return http::Response{200, {{"Content-Type", "application/json"}}, "{}"};
      case Fault::Html: return http::Response{503, {{"Content-Type", "text/html"}}, "<html><h1>503</h1></html>"};
      case Fault::None:
      case Fault::KillBefore:
      case Fault::KillAfter:
      case Fault::CutBefore:
      case Fault::CutAfter:
      case Fault::NotSent:
      case Fault::Failed:
      case Fault::Garbled:
      case Fault::Stale: return std::nullopt;
    }
    return std::nullopt;
  }

  http::Response give_credentials() const {
    return {
        200,
        {{"Content-Type", "application/json"}},
        fmt::format(R"({{"AccessKeyId":"sandbox","SecretAccessKey":"{}","Token":"{}","Expiration":"{}"}})",
                    world_secret_key, world_session_token, base::to_iso8601(scheduler_.now() + std::chrono::hours(1)))};
  }

  Scheduler& scheduler_;
  Crew& crew_;
  sandbox::Account& account_;
  Observer& observer_;
  std::size_t page_size_;
  std::map<std::string, std::vector<Answer>> answers_;  // By request, oldest first.
  std::vector<base::Time> changes_;
  std::map<int, Fault> strikes_;  // By the number of the request.
  int requests_ = 0;
  int struck_ = 0;
  std::map<Scheduler::ActorId, const http::Request*> pending_;
};

// Of a person's machine, which goes as AWS's own.
class TerminalClock final : public base::Clock {
 public:
  explicit TerminalClock(std::function<base::Time()> time) : time_(std::move(time)) {}
  base::Time now() override { return time_(); }
  base::Instant instant() override { return base::Instant(time_().time_since_epoch()); }
  bool sleep_until(base::Instant, std::stop_token) override { return true; }

 private:
  std::function<base::Time()> time_;
};

// A command's wire: straight to the account, until the command is killed.
class Terminal final : public http::Client {
 public:
  struct Killed {};
  using Call = std::function<http::Response(http::Request)>;

  Terminal(Call call, int requests) : call_(std::move(call)), left_(requests) {}
  base::Result<http::Response> send(const http::Request& request, const http::Limits&) override {
    if (left_-- <= 0) throw Killed();
    auto answer = call_(request);
    if (request.method == "PUT" && answer.status < 300) has_written = true;
    return answer;
  }

  bool has_written = false;

 private:
  Call call_;
  int left_;
};

// A started process of the function: everything that lives between two invocations.
class Function {
 public:
  Function(std::uint64_t process, http::Client& client, base::Clock& clock, const aws::Environment& environment,
           const aws::EndpointSettings& endpoints, report::Log& log, std::function<std::string()> new_id,
           const World::Options& options)
      : process_(process),
        credentials_(aws::make_credential_source(environment, client, clock)),
        installation_(
            {client, clock, *credentials_, endpoints, log, std::move(new_id), [] { return 0.5; }},
            {.region = "us-east-1",
             .queue_name = "caretaker",
             .config_bucket = "caretaker",
             .config_file = "rules.json",
             .notice_bus = options.notice_bus,
             .coverage =
                 options.stack.empty() ? std::nullopt : std::optional(stack::Coverage::parse(options.stack).value())}),
        clock_(clock) {}

  std::uint64_t process() const { return process_; }

  sandbox::InvocationResult handle(const sandbox::Invocation& invocation) {
    const auto left = std::max(invocation.deadline - clock_.now(), base::Duration::zero());
    const auto answer = installation_.delivery().deliver(invocation.event, {.account = "123456789012",
                                                                            .region = "us-east-1",
                                                                            .host_deadline = invocation.deadline,
                                                                            .deadline = {clock_.instant() + left, {}}});
    return {.ok = answer.has_value(), .payload = answer ? *answer : answer.error().message};
  }

 private:
  std::uint64_t process_;
  std::unique_ptr<aws::CredentialSource> credentials_;
  delivery::Installation installation_;
  base::Clock& clock_;
};

std::string signing_name(std::string_view target) {
  if (target.starts_with("AppRunner.")) return "apprunner";
  if (target.starts_with("AmazonSQS.")) return "sqs";
  return target.starts_with("AWSEvents.") ? "events" : "ecr";
}

sandbox::Settings account_settings(const World::Options& options) {
  sandbox::Settings settings{.operation_time = options.operation_time,
                             .verify_signatures = options.verify_signatures,
                             .seed = options.seed,
                             .describe_former = options.describe_former,
                             .function_concurrency = options.functions};
  settings.credentials.secret_access_key = world_secret_key;
  if (options.credentials_expire) settings.credentials.session_token = world_session_token;
  return settings;
}

}  // namespace

std::string_view to_string(Fault fault) {
  switch (fault) {
    case Fault::None: return "none";
    case Fault::KillBefore: return "kill-before";
    case Fault::KillAfter: return "kill-after";
    case Fault::CutBefore: return "cut-before";
    case Fault::CutAfter: return "cut-after";
    case Fault::NotSent: return "not-sent";
    case Fault::Throttle: return "throttle";
    case Fault::ServerError: return "server-error";
    case Fault::Failed: return "failed";
    case Fault::Refused: return "refused";
    case Fault::Empty: return "empty";
    case Fault::Html: return "html";
    case Fault::Expired: return "expired";
    case Fault::Garbled: return "garbled";
    case Fault::Stale: return "stale";
  }
  return "?";
}

std::string_view in_words(Fault fault) {
  switch (fault) {
    case Fault::None: return "nothing is wrong";
    case Fault::KillBefore: return "it died before that left";
    case Fault::KillAfter: return "it died when that had taken effect";
    case Fault::CutBefore: return "the connection was cut, and it did not arrive";
    case Fault::CutAfter: return "it took effect, and the answer was lost";
    case Fault::NotSent: return "there was no connection";
    case Fault::Throttle: return "it was throttled";
    case Fault::ServerError: return "500, and it had no effect";
    case Fault::Failed: return "500, though it took effect";
    case Fault::Refused: return "it was refused, since the service is busy";
    case Fault::Empty: return "an answer with nothing in it";
    case Fault::Html: return "503 by a proxy, and it did not arrive";
    case Fault::Expired: return "the credentials have expired";
    case Fault::Garbled: return "half an answer, though it took effect";
    case Fault::Stale: return "what was so a moment ago";
  }
  return "?";
}

class World::Impl {
 public:
  using Done = std::move_only_function<void(sandbox::InvocationResult)>;

  Impl(const Options& chosen, Observer* watching)
      : options(chosen),
        observer(watching ? *watching : nobody),
        scheduler(world_begin),
        crew(scheduler),
        clock(scheduler, crew, options.skew_max),
        account(
            account_settings(options),
            [this](sandbox::Invocation invocation, Done done) { invoke(std::move(invocation), std::move(done)); },
            [this](const sandbox::Happening& happening) {
              const auto& kind = happening.kind;
              if (kind == "push" || kind == "event" || kind == "operation" || kind == "service")
                wire.changed(happening.at);
              observer.happened(happening);
            }),
        wire(scheduler, crew, account, observer, options.page_size),
        log(clock, [this, keep = watching == nullptr](std::string_view line) {
          if (keep) lines.emplace_back(line);
          observer.logged(crew.current(), line);
        }) {
    endpoints.urls[""] = "http://127.0.0.1:4566";
    if (options.credentials_expire) {
      environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = fmt::format("http://{}/v2/credentials", credentials_host);
    } else {
      environment["AWS_ACCESS_KEY_ID"] = "sandbox";
      environment["AWS_SECRET_ACCESS_KEY"] = world_secret_key;
    }
  }

  // While the account is still there to be told.
  ~Impl() {
    closing = true;
    scheduler.kill_all();
  }

  void invoke(sandbox::Invocation invocation, Done done) {
    if (closing) return;
    scheduler.spawn([this, invocation = std::move(invocation), done = std::make_shared<Done>(std::move(done))] {
      // Declared first, so that it speaks last when the process is killed: Lambda notices, and starts another one.
      struct Notice {
        World::Impl& world;
        Done& done;
        Caller caller;
        sandbox::InvocationResult result;
        ~Notice() {
          if (world.closing) return;
          world.observer.ended(caller, result);
          done(std::move(result));
        }
      } notice{*this, *done, {0, &invocation}, {.ok = false, .payload = R"({"errorType":"Runtime.ExitError"})"}};
      auto function = take_function();
      notice.caller.process = function->process();
      crew.enter(notice.caller);
      observer.began(notice.caller);
      notice.result = function->handle(invocation);
      if (notice.result.ok) idle.push_back(std::move(function));
    });
  }

  std::unique_ptr<Function> take_function() {
    if (!idle.empty()) {
      auto function = std::move(idle.back());
      idle.pop_back();
      return function;
    }
    return std::make_unique<Function>(
        ++processes, wire, clock, environment, endpoints, log, [this] { return fmt::format("{:032x}", ++ids); },
        options);
  }

  // A person's, who signs where that matters.
  http::Response call(http::Request request, const std::string& service) {
    if (options.verify_signatures) {
      aws::sign(request,
                {.access_key_id = "sandbox",
                 .secret_access_key = std::string(world_secret_key),
                 .session_token = options.credentials_expire ? std::string(world_session_token) : std::string(),
                 .expiration = {}},
                {"us-east-1", service, time_of_aws()});
    }
    return answer_at_once(std::move(request));
  }

  http::Response answer_at_once(http::Request request) {
    std::optional<http::Response> answer;
    account.handle(std::move(request), scheduler.now(),
                   http::Reply([&](http::Response response) { answer = std::move(response); }));
    if (!answer) throw std::runtime_error("the account did not answer at once");
    return std::move(*answer);
  }

  base::Time time_of_aws() const {
    auto time = scheduler.now();
    for (const auto& fault : account.faults()) {
      if (fault.kind == sandbox::FaultKind::ClockSkew) time += fault.delay;
    }
    return time;
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

  Options options;
  Observer nobody;
  Observer& observer;
  Scheduler scheduler;
  Crew crew;
  VirtualClock clock;
  sandbox::Account account;
  Wire wire;
  std::vector<std::string> lines;
  report::Log log;
  aws::Environment environment;
  aws::EndpointSettings endpoints;
  std::vector<std::unique_ptr<Function>> idle;
  std::uint64_t processes = 0;
  std::uint64_t ids = 0;
  bool closing = false;
};

World::World(base::Duration operation_time) : World(Options{.operation_time = operation_time}) {}
World::World(Options options, Observer* observer) : impl_(std::make_unique<Impl>(options, observer)) {}
World::~World() = default;

base::Duration World::operation_time() const { return impl_->options.operation_time; }
base::Duration World::skew_max() const { return impl_->options.skew_max; }

void World::strike(Fault fault, int at) { impl_->wire.strike(fault, at); }
int World::requests() const { return impl_->wire.requests(); }
int World::struck() const { return impl_->wire.struck(); }

bool World::order(const rules::Rule& rule, const reconcile::Order& order, int requests) {
  Terminal terminal([this](http::Request request) { return impl_->answer_at_once(std::move(request)); }, requests);
  TerminalClock clock([this] { return impl_->time_of_aws(); });
  report::Log log(clock, [](std::string_view) {});
  aws::Environment environment{{"AWS_ACCESS_KEY_ID", "sandbox"},
                               {"AWS_SECRET_ACCESS_KEY", std::string(world_secret_key)}};
  if (impl_->options.credentials_expire) environment["AWS_SESSION_TOKEN"] = world_session_token;
  const auto credentials = aws::make_credential_source(environment, terminal, clock);
  delivery::Installation installation({terminal, clock, *credentials, impl_->endpoints, log,
                                       [this] { return fmt::format("{:032x}", ++impl_->ids); }, [] { return 0.5; }},
                                      {.region = "us-east-1",
                                       .queue_name = {},
                                       .config_bucket = "caretaker",
                                       .config_file = "rules.json",
                                       .records_folder = {},
                                       .notice_bus = impl_->options.notice_bus});
  try {
    const auto done = installation.reconciler().order(rule, order, {clock.instant() + std::chrono::minutes(1), {}});
    if (!done) throw std::runtime_error("an order failed: " + done.error().message);
    return *done;
  } catch (const Terminal::Killed&) {
    return terminal.has_written;
  }
}

http::Response World::ask(std::string_view target, std::string_view json) {
  return impl_->call({.method = "POST",
                      .target = "/",
                      .headers = {{"Host", "127.0.0.1:4566"},
                                  {"X-Amz-Target", std::string(target)},
                                  {"Content-Type", "application/x-amz-json-1.1"}},
                      .body = std::string(json)},
                     signing_name(target));
}

http::Response World::object(std::string_view method, std::string_view key, std::string body) {
  return impl_->call({.method = std::string(method),
                      .target = "/caretaker/" + std::string(key),
                      .headers = {{"Host", "127.0.0.1:4566"}},
                      .body = std::move(body)},
                     "s3");
}

std::string World::aws(std::string_view target, std::string_view json) {
  auto answer = ask(target, json);
  if (answer.status > 299)
    throw std::runtime_error(fmt::format("{}: status {}: {}", target, answer.status, answer.body));
  return std::move(answer.body);
}

void World::put_object(std::string_view key, std::string body) {
  const auto answer = object("PUT", key, std::move(body));
  if (answer.status > 299) throw std::runtime_error(fmt::format("status {}: {}", answer.status, answer.body));
}

void World::fail_deployments_of(std::string_view tag) {
  impl_->account.decide_deployments(tag, sandbox::DeploymentOutcome::Rollback);
}

void World::restart_function() { impl_->idle.clear(); }
const http::Request* World::pending(Scheduler::ActorId actor) const { return impl_->wire.pending(actor); }
sandbox::Account& World::account() { return impl_->account; }
Scheduler& World::scheduler() { return impl_->scheduler; }

void World::run_for(base::Duration duration) { impl_->run_until(impl_->scheduler.now() + duration); }
void World::run_until(base::Time end) { impl_->run_until(end); }
base::Time World::now() const { return impl_->scheduler.now(); }
const std::vector<std::string>& World::log() const { return impl_->lines; }

}  // namespace simulation
