// SPDX-License-Identifier: Apache-2.0
// Answers of AWS: the first byte says what is asked, the rest is two bodies, a line each, that are given in turn for ever; one behind `!`
// is a refusal. Whatever they are, a bounded number of requests ends in an error or in what can be used, and UpdateService sends what
// was described but for the image.
#include "aws/app_runner.h"
#include "aws/credentials.h"
#include "aws/ecr.h"
#include "aws/imds.h"
#include "aws/kept_credentials.h"
#include "aws/s3.h"
#include "aws/sqs.h"
#include "aws/sts.h"

#include <array>

#include "base/fake_clock.h"
#include "base/json.h"
#include "fuzz/fuzz.h"

namespace {

constexpr std::string_view region = "us-east-1";
constexpr std::string_view image = "r/shop:1.2.4";

class Answering final : public http::Client {
 public:
  explicit Answering(std::string_view bodies) {
    const auto end = bodies.find('\n');
    bodies_ = {bodies.substr(0, end), bodies.substr(end == std::string_view::npos ? 0 : end + 1)};
  }

  base::Result<http::Response> send(const http::Request& request, const http::Limits&) override {
    fuzz::check(asked_ < 100, "the requests are bounded");
    if (request.headers.get("X-Amz-Target").value_or("").ends_with(".UpdateService")) update_ = request.body;
    const auto body = bodies_[asked_++ % 2];
    const bool refused = body.starts_with('!');
    return http::Response{refused ? 400 : 200, {}, std::string(body.substr(refused ? 1 : 0))};
  }

  // What UpdateService was asked with, if it was.
  const std::string& update() const { return update_; }

 private:
  std::array<std::string_view, 2> bodies_;
  std::size_t asked_ = 0;
  std::string update_;
};

void check_time(std::optional<base::Time> time) {
  fuzz::check(!time || base::parse_iso8601(base::to_iso8601(*time)) == time, "a time can be written");
}

void check_keys(const base::Result<aws::Credentials>& keys) {
  if (!keys) return;
  fuzz::check(aws::is_key(keys->access_key_id) && aws::is_key(keys->secret_access_key), "keys can stand in a header");
  fuzz::check(keys->session_token.empty() || aws::is_key(keys->session_token), "and so can a token");
  check_time(keys->expiration);
}

void check_update(const aws::app_runner::ServiceDescription& described, std::string_view sent) {
  if (sent.empty()) return;
  auto wanted = base::parse_json(described.answer)->at("Service").at("SourceConfiguration");
  wanted.at("ImageRepository").at("ImageIdentifier") = image;
  const auto asked = base::parse_json(sent);
  fuzz::check(asked && asked->at("SourceConfiguration") == wanted, "only the image changes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Answering client(fuzz::text_of(data + 1, size - 1));
  base::FakeClock clock;
  const aws::EndpointSettings endpoints{.urls = {{"", "http://127.0.0.1:1"}}};
  const aws::Deadline deadline{clock.instant() + std::chrono::seconds(20), {}};
  const auto keys =
      aws::make_credential_source({{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "b"}}, client, clock);
  const auto container =
      aws::make_credential_source({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/c"}}, client, clock);
  aws::Caller caller({client, clock, *keys, endpoints, [] { return 0.0; }, {}});
  const aws::s3::Bucket bucket{"caretaker", std::string(region)};
  switch (data[0]) {
    case 's':
      if (const auto service = aws::app_runner::describe_service(caller, region, "arn:a", deadline)) {
        check_time(service->created_at);
        check_time(service->updated_at);
        static_cast<void>(aws::app_runner::update_service(caller, region, *service, image, deadline));
        check_update(*service, client.update());
      }
      break;
    case 'o': static_cast<void>(aws::app_runner::list_operations(caller, region, "arn:a", deadline)); break;
    case 'l': static_cast<void>(aws::app_runner::list_services(caller, region, deadline)); break;
    case 'q': static_cast<void>(aws::sqs::get_dead_letter_arn(caller, region, "http://127.0.0.1:1/q", deadline)); break;
    case 'r':
      if (const auto messages =
              aws::sqs::receive_messages(caller, region, "http://127.0.0.1:1/q", std::chrono::seconds(30), deadline)) {
        for (const auto& message : *messages) {
          fuzz::check(!message.receipt_handle.empty(), "a message can be deleted");
          check_time(message.sent_at);
        }
      }
      break;
    case 'n':
      if (const auto task = aws::sqs::newest_message_move_task(caller, region, "arn:q", deadline); task && *task) {
        check_time((*task)->started_at);
      }
      break;
    case 'k': static_cast<void>(aws::s3::list_objects(caller, bucket, "records/", deadline)); break;
    case 'v':
      if (const auto versions = aws::s3::list_object_versions(caller, bucket, "rules.json", deadline)) {
        for (const auto& version : *versions) check_time(version.last_modified);
      }
      break;
    case 't': check_keys(aws::sts::assume_role(caller, region, {.arn = "r", .session_name = "s"}, deadline)); break;
    case 'm':
      check_keys(aws::make_imds_source(http::parse_url("http://127.0.0.1:1").value(), client, clock)->get(deadline.at));
      break;
    case 'c': check_keys(container->get(deadline.at)); break;
    default:
      if (const auto images = aws::ecr::describe_images(caller, {"123456789012", "us-east-1", "shop"}, deadline)) {
        for (const auto& one : *images) {
          fuzz::check(!one.digest.empty() && !one.tags.empty(), "an image has a digest and tags");
          check_time(one.pushed_at);
        }
      }
  }
  return 0;
}
