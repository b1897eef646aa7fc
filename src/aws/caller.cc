// SPDX-License-Identifier: Apache-2.0
#include "aws/caller.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "aws/classify.h"
#include "aws/clock_skew.h"
#include "aws/partition.h"
#include "aws/retry.h"
#include "aws/service_error.h"
#include "aws/sign.h"
#include "base/json.h"

namespace aws {
namespace {

// A page of a thousand images with many tags each is larger than the answers of any other operation.
constexpr std::size_t json_answer_max = std::size_t{32} << 20;

std::string subject(const Operation& operation) {
  return fmt::format("{} {}", traits(operation.service).signing_name, operation.name);
}

using Build = std::function<base::Result<http::Request>(std::string_view region)>;

// What stays the same over the attempts of one call.
struct Call {
  const Operation& operation;
  std::string region;  // Changes only when S3 says that the bucket is elsewhere.
  std::string bucket;  // Empty but for S3.
  Build build;
  std::size_t body_max;
  // Whether this is an answer at all; a status of success with a proxy's page in it is not.
  std::function<bool(const http::Response&)> is_readable;
};

// One attempt that did not succeed.
struct Failure {
  base::Error error;
  Verdict verdict;
  bool timed_out = false;
  std::string region;  // S3: where the bucket is.
  http::Origin origin{};
  base::Duration offset_used{};
  Credentials credentials{};
};

// What the attempts of one call have used up.
struct Progress {
  int attempts = 0;
  int last_cost = 0;
  bool renewed = false;
  bool clock_corrected = false;
  bool region_changed = false;
  bool may_have_taken_effect = false;
};

Verdict verdict_of_transport(const Operation& operation, const base::Error& error) {
  if (error.kind == base::ErrorKind::NotSent) return {error.kind, Cure::BackOff};
  if (!operation.repeatable) return {base::ErrorKind::Unknown};
  // The next answer would be as large.
  if (error.code == "AnswerTooLarge") return {base::ErrorKind::Transient};
  // An answer that is no HTTP came from something broken in between, and the next one may be whole.
  return {error.kind == base::ErrorKind::Invalid ? base::ErrorKind::Transient : error.kind, Cure::BackOff};
}

bool is_success(const Operation& operation, int status) {
  return (status >= 200 && status < 300) || (operation.service == Service::S3 && status == 304);
}

// `?name=value&…`; nothing for none.
std::string in_target(const std::map<std::string, std::string>& query) {
  std::string text;
  for (const auto& [name, value] : query) {
    text += fmt::format("{}{}={}", text.empty() ? '?' : '&', http::percent_encode(name), http::percent_encode(value));
  }
  return text;
}

}  // namespace

class Caller::Impl {
 public:
  explicit Impl(Parts parts) : parts_(std::move(parts)) {}

  std::optional<base::Duration> clock_offset() const { return skew_.newest_offset(); }

  base::Result<http::Response> carry(Call call, const Deadline& deadline) {
    if (call.operation.service == Service::S3) {
      if (const auto known = bucket_regions_.find(call.bucket); known != bucket_regions_.end())
        call.region = known->second;
    }
    Progress progress;
    if (const auto late = check_time(call, deadline); !late) return std::unexpected(late.error());
    while (true) {
      ++progress.attempts;
      auto attempt = attempt_once(call, deadline);
      if (attempt) {
        bucket_.succeeded(progress.last_cost);
        return std::move(*attempt);
      }
      Failure& failure = attempt.error();
      if (failure.error.kind == base::ErrorKind::Unknown) progress.may_have_taken_effect = true;
      if (!cured(call, failure, progress, deadline) && !backed_off(failure, progress, deadline)) {
        return std::unexpected(conclusion(std::move(failure.error), progress));
      }
    }
  }

  // A call that is answered by JSON.
  base::Result<Answer> ask(const Operation& operation, std::string_view region, Build build, const Deadline& deadline) {
    // An assignment would copy the tree out of its storage.
    std::optional<boost::json::value> tree;
    const auto is_readable = [&tree](const http::Response& answer) {
      // A first guess of the room that the tree takes.
      auto storage = boost::json::make_shared_resource<boost::json::monotonic_resource>(2 * answer.body.size() + 1024);
      auto read = base::parse_json(answer.body.empty() ? "{}" : std::string_view(answer.body), std::move(storage));
      if (read) tree.emplace(std::move(*read));
      return read.has_value();
    };
    auto answer = carry({.operation = operation,
                         .region = std::string(region),
                         .bucket = {},
                         .build = std::move(build),
                         .body_max = json_answer_max,
                         .is_readable = is_readable},
                        deadline);
    if (!answer) return std::unexpected(answer.error());
    return Answer{std::move(answer->body), std::move(*tree)};
  }

  void connect(std::span<const Service> services, std::string_view region, std::string_view bucket,
               const Deadline& deadline) {
    std::vector<http::Origin> origins;
    if (const auto where = object_address(bucket, "", region, parts_.endpoints)) origins.push_back(where->origin);
    for (const Service service : services) {
      const auto where = endpoint(service, region, parts_.endpoints);
      if (where && std::ranges::find(origins, where->origin) == origins.end()) origins.push_back(where->origin);
    }
    parts_.client.connect(origins, deadline.at);
  }

  base::Result<http::Request> post_request(const Operation& operation, std::string_view region,
                                           const std::string& body) const {
    const auto where = endpoint(operation.service, region, parts_.endpoints);
    if (!where) return std::unexpected(where.error());
    const ServiceTraits& service = traits(operation.service);
    http::Request request{
        .origin = where->origin, .method = "POST", .target = where->path_prefix + "/", .headers = {}, .body = body};
    request.headers.set("Content-Type", std::string(service.content_type));
    if (!service.target_prefix.empty())
      request.headers.set("X-Amz-Target", fmt::format("{}{}", service.target_prefix, operation.name));
    // Without it SQS would not name the codes of its former protocol, by which some errors are better told apart.
    if (operation.service == Service::Sqs) request.headers.set("X-Amzn-Query-Mode", "true");
    return request;
  }

  base::Result<http::Request> get_request(const Operation& operation, std::string_view region, std::string_view path,
                                          const std::map<std::string, std::string>& query) const {
    auto where = endpoint(operation.service, region, parts_.endpoints);
    if (!where) return std::unexpected(where.error());
    return http::Request{.origin = std::move(where->origin),
                         .method = "GET",
                         .target = where->path_prefix + http::percent_encode(path, true) + in_target(query),
                         .headers = {},
                         .body = {}};
  }

  base::Result<http::Request> rest_request(const RestRequest& wanted, std::string_view region) const {
    auto where = object_address(wanted.bucket, wanted.key, region, parts_.endpoints);
    if (!where) return std::unexpected(where.error());
    return http::Request{.origin = std::move(where->origin),
                         .method = wanted.method,
                         .target = std::move(where->path) + in_target(wanted.query),
                         .headers = wanted.headers,
                         .body = wanted.body};
  }

 private:
  base::Result<void> check_time(const Call& call, const Deadline& deadline) {
    const bool stopped = deadline.stop.stop_requested();
    if (!stopped && parts_.clock.instant() < deadline.at) return {};
    return base::fail(base::ErrorKind::NotSent, fmt::format("{}: not sent, since {}", subject(call.operation),
                                                            stopped ? "the program is ending" : "no time was left"));
  }

  std::expected<http::Response, Failure> attempt_once(const Call& call, const Deadline& deadline) {
    const auto failed = [&](const base::Error& error) {
      return std::unexpected(Failure{error.in(subject(call.operation)), {error.kind}, false, {}});
    };
    auto request = call.build(call.region);
    if (!request) return failed(request.error());
    auto credentials = parts_.credentials.get(deadline.at);
    if (!credentials) {
      auto error = credentials.error();
      if (error.code.empty()) error.code = no_credentials_codes.back();
      return failed(error);
    }
    const auto offset = skew_.offset(request->origin);
    // Without a key the request is meant to be nobody's.
    if (!credentials->access_key_id.empty()) {
      sign(*request, *credentials,
           {std::string(signing_region(call.operation.service, call.region, parts_.endpoints)),
            std::string(traits(call.operation.service).signing_name), parts_.clock.now() + offset});
    }
    request->headers.set("User-Agent", "caretaker");

    auto exchanged = exchange(call, *request, deadline);
    if (exchanged) return exchanged;
    Failure& failure = exchanged.error();
    failure.origin = request->origin;
    failure.offset_used = offset;
    failure.credentials = std::move(*credentials);
    return exchanged;
  }

  std::expected<http::Response, Failure> exchange(const Call& call, const http::Request& request,
                                                  const Deadline& deadline) {
    const auto sent = parts_.clock.now();
    const auto begin = parts_.clock.instant();
    const auto until = std::min(deadline.at, begin + std::chrono::nanoseconds(parts_.retry.attempt_timeout));
    auto response = parts_.client.send(request, {.deadline = until, .body_max = call.body_max, .stop = deadline.stop});
    const auto end = parts_.clock.instant();
    if (!response) {
      const Verdict verdict = verdict_of_transport(call.operation, response.error());
      base::Error error = response.error().in(subject(call.operation));
      error.kind = verdict.kind;
      return std::unexpected(Failure{std::move(error), verdict, end >= until, {}});
    }
    skew_.learn(request.origin, response->headers, sent, std::chrono::duration_cast<base::Duration>(end - begin));
    if (!is_success(call.operation, response->status)) return std::unexpected(refusal(call, *response));
    if (call.is_readable(*response)) return std::move(*response);
    const auto type = one_line(response->headers.get("content-type").value_or("no type"), 100);
    const auto error = malformed(call.operation, fmt::format("a success that cannot be read ({})", type)).error();
    return std::unexpected(
        Failure{error, {error.kind, call.operation.repeatable ? Cure::BackOff : Cure::None}, false, {}});
  }

  static Failure refusal(const Call& call, const http::Response& response) {
    const ServiceError error = read_service_error(call.operation.service, response);
    const Verdict verdict = classify(call.operation, response.status, error.code);
    return {{verdict.kind, error.code, describe(call.operation, response, error)}, verdict, false, error.region};
  }

  // Removes the reason of a refusal, once for each reason; false if that can't be done.
  bool cured(Call& call, Failure& failure, Progress& progress, const Deadline& deadline) {
    if (!check_time(call, deadline)) return false;
    switch (failure.verdict.cure) {
      case Cure::None:
      case Cure::BackOff: return false;
      case Cure::RenewCredentials: return !std::exchange(progress.renewed, true) && renew(failure, deadline);
      case Cure::CorrectClock: return !std::exchange(progress.clock_corrected, true) && clock_corrected(failure);
      case Cure::ChangeRegion: return !std::exchange(progress.region_changed, true) && region_changed(call, failure);
    }
    return false;
  }

  bool renew(Failure& failure, const Deadline& deadline) {
    parts_.credentials.expired();
    auto fresh = parts_.credentials.get(deadline.at);
    if (fresh) return *fresh != failure.credentials;
    failure.error.message += "; " + fresh.error().message;
    return false;
  }

  // exchange() has learnt the answer's Date already.
  bool clock_corrected(const Failure& failure) const {
    const auto change = std::chrono::abs(skew_.offset(failure.origin) - failure.offset_used);
    return change > (failure.verdict.clock_suspected ? ClockSkew::far : base::Duration(1000));
  }

  bool region_changed(Call& call, const Failure& failure) {
    if (!is_host_label(failure.region) || failure.region == call.region) return false;
    call.region = failure.region;
    bucket_regions_.insert_or_assign(call.bucket, call.region);
    return true;
  }

  // Waits before the next attempt; false if there is to be none.
  bool backed_off(const Failure& failure, Progress& progress, const Deadline& deadline) {
    if (failure.verdict.cure != Cure::BackOff || progress.attempts >= parts_.retry.attempts_max) return false;
    const auto until = parts_.clock.instant() + back_off(progress.attempts - 1, parts_.random());
    if (until >= deadline.at || !bucket_.take(failure.timed_out)) return false;
    progress.last_cost = RetryBucket::cost(failure.timed_out);
    return parts_.clock.sleep_until(until, deadline.stop);
  }

  static base::Error conclusion(base::Error error, const Progress& progress) {
    const bool says_no_effect = error.kind == base::ErrorKind::NotSent || error.kind == base::ErrorKind::Transient;
    if (progress.may_have_taken_effect && says_no_effect) error.kind = base::ErrorKind::Unknown;
    if (progress.attempts > 1) error.message += fmt::format(" (attempt {})", progress.attempts);
    return error;
  }

  Parts parts_;
  RetryBucket bucket_;
  ClockSkew skew_;
  std::map<std::string, std::string, std::less<>> bucket_regions_;
};

Caller::Caller(Parts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}
Caller::~Caller() = default;

base::Result<Caller::Answer> Caller::json(const Operation& operation, std::string_view region, std::string body,
                                          const Deadline& deadline) {
  return impl_->ask(
      operation, region, [&](std::string_view there) { return impl_->post_request(operation, there, body); }, deadline);
}

base::Result<std::string> Caller::query(const Operation& operation, std::string_view region, std::string body,
                                        const Deadline& deadline) {
  auto answer =
      impl_->carry({.operation = operation,
                    .region = std::string(region),
                    .bucket = {},
                    .build = [&](std::string_view there) { return impl_->post_request(operation, there, body); },
                    .body_max = json_answer_max,
                    .is_readable = [&](const http::Response& xml) { return xml.body.contains(operation.name); }},
                   deadline);
  if (!answer) return std::unexpected(answer.error());
  return std::move(answer->body);
}

base::Result<Caller::Answer> Caller::get(const Operation& operation, std::string_view region, std::string_view path,
                                         const std::map<std::string, std::string>& query, const Deadline& deadline) {
  return impl_->ask(
      operation, region, [&](std::string_view there) { return impl_->get_request(operation, there, path, query); },
      deadline);
}

base::Result<http::Response> Caller::rest(const Operation& operation, std::string_view region, RestRequest request,
                                          const Deadline& deadline) {
  Call call{.operation = operation,
            .region = std::string(region),
            .bucket = request.bucket,
            .build = [&](std::string_view there) { return impl_->rest_request(request, there); },
            .body_max = request.body_max,
            .is_readable = [](const http::Response&) { return true; }};
  return impl_->carry(std::move(call), deadline);
}

std::optional<base::Duration> Caller::clock_offset() const { return impl_->clock_offset(); }

void Caller::connect(std::span<const Service> services, std::string_view region, std::string_view bucket,
                     const Deadline& deadline) {
  impl_->connect(services, region, bucket, deadline);
}

std::unexpected<base::Error> malformed(const Operation& operation, std::string_view what) {
  return base::fail(operation.repeatable ? base::ErrorKind::Transient : base::ErrorKind::Unknown,
                    fmt::format("{}: {}", subject(operation), what));
}

}  // namespace aws
