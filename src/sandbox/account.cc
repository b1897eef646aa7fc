// SPDX-License-Identifier: Apache-2.0
#include "sandbox/account.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "base/json.h"
#include "sandbox/account_impl.h"
#include "sandbox/aws_chunked.h"
#include "sandbox/catalogue.h"
#include "sandbox/control.h"
#include "sandbox/fault_answers.h"
#include "sandbox/query_protocol.h"
#include "sandbox/signature.h"

namespace sandbox {
namespace {

std::string authority_of(const http::Request& request) {
  return std::string(request.headers.get("host").value_or(request.origin.authority()));
}

// The one object of a JSON request; no body at all counts as an empty one.
Answer<Input> read_json(const http::Request& request) {
  if (request.body.empty()) return Input();
  auto storage = boost::json::make_shared_resource<boost::json::monotonic_resource>(2 * request.body.size() + 512);
  auto value = base::parse_json(request.body, std::move(storage));
  if (!value) return refuse("SerializationException", "The request is not valid JSON: " + value.error().message);
  if (!value->is_object())
    return refuse("SerializationException", "Start of structure or map found where not expected.");
  return std::move(value->get_object());
}

// Older clients of SQS name the queue by the path alone.
Answer<Input> read_query(const http::Request& request) {
  const auto target = split_target(request.target);
  auto input = read_form(parse_pairs(request.method == "POST" ? std::string_view(request.body) : target.query, true));
  if (input && target.path.size() > 1 && !input->contains("QueueUrl")) (*input)["QueueUrl"] = uri_decode(target.path);
  return input;
}

// What the operation is asked, which for Lambda tells the operation as well.
Answer<Input> read_input(const http::Request& request, Recognised& what) {
  if (what.protocol == Protocol::Query) return read_query(request);
  if (!what.rest_json) return read_json(request);
  auto call = read_lambda_call(request);
  if (call.operation.empty())
    return std::unexpected(not_emulated(fmt::format("Lambda's {} {}", request.method, request.target)));
  what.operation = std::move(call.operation);
  return std::move(call.input);
}

}  // namespace

void Account::Impl::write_log(base::Time now, const std::string& group, const std::string& stream,
                              const std::string& line) {
  advance(now);
  logs_.record(group, stream, line);
}

void Account::Impl::advance(base::Time now) {
  world_.advance(now);
  if (std::exchange(resumes_, false)) source_.poll();
  if (std::exchange(deployed_, true)) return;
  // Before the stack is there, to which they would be pushes.
  plant(world_.settings().planted, ecr_, app_runner_);
  deploy_stack(world_, s3_, sqs_, bus_);
  lambda_.deploy();
}

void Account::Impl::handle(http::Request request, base::Time now, http::Reply reply) {
  advance(now);
  if (request.target == "/_sandbox/operations") return reply(show_operations());
  if (is_control(request)) return reply(handle_control(request, {world_, calls_, app_runner_, sqs_}));
  const auto exchange = std::make_shared<Exchange>(std::move(reply));
  try {
    dispatch(std::move(request), exchange);
  } catch (const std::exception&) {
    if (exchange->reply) {
      refuse_with(exchange,
                  {"InternalFailure", "The request processing has failed because of an unknown error.", 500, {}, {}});
    }
  }
  // What the request has caused for now: deliveries, invocations.
  world_.advance(now);
}

http::Response Account::Impl::show_operations() {
  NamedServices services;
  for (const std::string_view name : {"apprunner", "ecr", "events", "sqs", "logs", "sts", "iam", "lambda"})
    services.emplace_back(name, service_of(name));
  return {200, {{"Content-Type", "application/x-ndjson"}}, show_catalogue(services)};
}

JsonService* Account::Impl::service_of(std::string_view name) {
  if (name == "apprunner") return &app_runner_;
  if (name == "ecr") return &ecr_;
  if (name == "sqs") return &sqs_;
  if (name == "events") return &bus_;
  if (name == "logs") return &logs_;
  if (name == "sts") return &sts_;
  if (name == "iam") return &iam_;
  if (name == "lambda") return &lambda_;
  return nullptr;
}

// Checks the signature and undoes the coding of a streamed body.
Answer<void> Account::Impl::admit(http::Request& request, const Recognised& what) const {
  const auto& settings = world_.settings();
  if (!settings.verify_signatures) {
    return what.protocol == Protocol::Rest ? decode_aws_chunked(request, {}, {}) : Answer<void>();
  }
  auto signature = check_signature(request, what.protocol, what.service, settings, world_.client_time(what.service));
  // A client that goes by the account's own time, as the function does once that was moved, is as right.
  if (!signature && world_.ahead() != base::Duration::zero()) {
    auto by_own_time = check_signature(request, what.protocol, what.service, settings,
                                       world_.client_time(what.service) + world_.ahead());
    if (by_own_time) signature = std::move(by_own_time);
  }
  if (!signature) {
    if (what.rest_json) signature.error().status = 403;
    return std::unexpected(std::move(signature.error()));
  }
  if (what.protocol != Protocol::Rest) return {};
  return decode_aws_chunked(request, *signature, signing_key(*signature, settings.credentials.secret_access_key));
}

std::shared_ptr<http::BodySink> Account::Impl::receive(const http::Request& head, base::Time now) {
  advance(now);
  return is_registry(head) ? registry_.receive(head) : nullptr;
}

void Account::Impl::dispatch(http::Request request, const Shared& exchange) {
  if (is_registry(request)) return serve_registry(request, exchange);
  auto& shape = exchange->shape;
  shape.what = recognise(request);
  const bool rest = shape.what.protocol == Protocol::Rest;
  shape.request_id = rest ? world_.ids().s3_request_id() : world_.ids().uuid();
  shape.query_mode = shape.what.service == "sqs" && request.headers.get("x-amzn-query-mode") == "true";
  shape.resource = split_target(request.target).path;
  if (shape.what.service.empty()) return refuse_with(exchange, not_emulated(shape.what.wanted));
  S3Address address;
  if (rest) {
    address = read_s3_address(request, [this](std::string_view name) { return s3_.has_bucket(name); });
    shape.what.operation = address.operation;
  }
  exchange->fault = world_.faults().strike_request(shape.what.service, shape.what.operation);
  if (exchange->fault && struck_before_effect(exchange)) return;
  if (auto admitted = admit(request, shape.what); !admitted) return refuse_with(exchange, admitted.error());
  if (rest) return serve_objects(request, address, exchange);
  auto input = read_input(request, shape.what);
  if (!input) return refuse_with(exchange, input.error());
  Asker asker([this, exchange](Outcome outcome) { finish(exchange, std::move(outcome)); },
              [exchange] { return exchange->reply && exchange->reply->alive(); }, authority_of(request));
  service_of(shape.what.service)->handle(shape.what.operation, *input, std::move(asker));
}

// True if that was all of it.
bool Account::Impl::struck_before_effect(const Shared& exchange) {
  const auto& fault = *exchange->fault;
  const auto& what = exchange->shape.what;
  world_.tell("fault", fmt::format("{} strikes {} {}", to_string(fault.kind), what.service, what.operation));
  if (fault.kind == FaultKind::CutBefore) {
    answer(exchange, {.status = 0, .headers = {}, .body = {}}, "cut-before");
  } else if (fault.kind == FaultKind::Html) {
    answer(exchange, proxy_page(), "html");
  } else if (const auto refusal = fault_refusal(fault, what.protocol, what.service)) {
    refuse_with(exchange, *refusal);
  } else {
    return false;
  }
  return true;
}

void Account::Impl::serve_objects(const http::Request& request, const S3Address& address, const Shared& exchange) {
  auto response = s3_.handle(request, address);
  if (!response) return refuse_with(exchange, response.error());
  answer(exchange, std::move(*response), {});
}

void Account::Impl::serve_registry(const http::Request& request, const Shared& exchange) {
  auto& what = exchange->shape.what;
  const auto route = read_registry_route(request.target);
  what.service = "registry";
  what.operation = describe(request.method, route.kind);
  auto response = registry_.handle(request, route);
  auto error = response ? std::string() : response.error().code;
  if (!response) response = registry_refusal(response.error());
  response->headers.set("Docker-Distribution-Api-Version", "registry/2.0");
  answer(exchange, std::move(*response), std::move(error));
}

void Account::Impl::finish(const Shared& exchange, Outcome outcome) {
  if (!outcome) return refuse_with(exchange, outcome.error());
  answer(exchange, write_output(exchange->shape, *outcome, writer_), {});
}

void Account::Impl::refuse_with(const Shared& exchange, const Refusal& refusal) {
  answer(exchange, write_refusal(exchange->shape, refusal), refusal.code);
}

void Account::Impl::answer(const Shared& exchange, http::Response response, std::string error) {
  const auto& shape = exchange->shape;
  response.headers.set("Date", http_date(world_.client_time(shape.what.service)));
  if (shape.what.protocol == Protocol::Rest && !shape.request_id.empty()) {
    response.headers.set("x-amz-request-id", shape.request_id);
    response.headers.set("x-amz-id-2", "sandbox");
  }
  calls_.push_back(
      {world_.now(), shape.what.service, shape.what.operation.substr(0, 100), response.status, std::move(error)});
  if (calls_.size() > call_log_max) calls_.pop_front();
  const auto& fault = exchange->fault;
  if (fault && spoil(*fault, response)) {
    exchange->reply.reset();
  } else if (fault && fault->kind == FaultKind::Stall) {
    world_.agenda().add(world_.now() + fault->delay, [this, exchange, response = std::move(response)]() mutable {
      send(exchange, std::move(response));
    });
  } else {
    send(exchange, std::move(response));
  }
}

void Account::Impl::send(const Shared& exchange, http::Response response) {
  auto reply = std::exchange(exchange->reply, std::nullopt);
  if (reply) (*reply)(std::move(response));
}

Account::Account(Settings settings, Invoke invoke, Watch watch)
    : settings_(std::move(settings)),
      invoke_(std::move(invoke)),
      watch_(std::move(watch)),
      blobs_(settings_.blobs ? settings_.blobs : memory_blobs()),
      impl_(std::make_unique<Impl>(settings_, invoke_, watch_)) {}

Account::~Account() = default;

void Account::handle(http::Request request, base::Time now, http::Reply reply) {
  // Here and not beside the others, since it does away with all that they work on.
  if (request.method == "POST" && request.target == "/_sandbox/reset") {
    advance(now);
    reset();
    return reply(control_answer(boost::json::object{}));
  }
  if (is_state(request)) {
    advance(now);
    return answer_with_state(request, std::move(reply));
  }
  impl_->handle(std::move(request), now, std::move(reply));
}

std::shared_ptr<http::BodySink> Account::receive(const http::Request& head, base::Time now) {
  if (is_state(head) && head.method == "PUT") return receive_state();
  return impl_->receive(head, now);
}

void Account::advance(base::Time now) { impl_->advance(now); }

std::optional<base::Time> Account::next_due() const { return impl_->next_due(); }

void Account::write_log(base::Time now, const std::string& group, const std::string& stream, const std::string& line) {
  impl_->write_log(now, group, stream, line);
}

void Account::tell(base::Time now, std::string kind, std::string text) {
  impl_->advance(now);
  impl_->world().tell(std::move(kind), std::move(text));
}

void Account::decide_deployments(std::string_view tag, DeploymentOutcome outcome) {
  decide_deployments({.tag = std::string(tag), .outcome = outcome, .times = 0, .time = {}});
}

void Account::decide_deployments(DeploymentFate fate) { impl_->app_runner().decide_deployments(std::move(fate)); }

bool Account::maintain(std::string_view service_arn) { return impl_->app_runner().maintain(service_arn); }

std::uint64_t Account::add_fault(Fault fault) { return impl_->world().faults().add(std::move(fault)); }

bool Account::remove_fault(std::uint64_t number) { return impl_->world().faults().remove(number); }

void Account::clear_faults() { impl_->world().faults().clear(); }

std::vector<Fault> Account::faults() const { return impl_->world().faults().all(); }

void Account::reset() {
  const auto now = impl_->world().now();
  replace(std::make_unique<Impl>(settings_, invoke_, watch_));
  impl_->advance(now);
}

// The new one is not advanced: its time may be another.
void Account::replace(std::unique_ptr<Impl> next) {
  next->world().set_ahead(impl_->world().ahead());
  next->world().count_told_from(impl_->world().told_count());
  impl_ = std::move(next);
  ++lives_;
}

base::Time Account::time() const { return impl_->world().now(); }

void Account::set_ahead(base::Duration ahead) { impl_->world().set_ahead(ahead); }

std::vector<Call> Account::calls() const { return impl_->calls(); }

}  // namespace sandbox
