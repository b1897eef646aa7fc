// SPDX-License-Identifier: Apache-2.0
// Answers of App Runner, ECR, SQS and the container credential endpoint: the first byte says whose, the rest is the body. Whatever stands
// there is an answer or an error, and asks for a bounded number of pages.
#include "aws/app_runner.h"
#include "aws/credentials.h"
#include "aws/ecr.h"
#include "aws/sqs.h"
#include "base/fake_clock.h"

#include "fuzz/fuzz.h"

namespace {

class Answering final : public http::Client {
 public:
  explicit Answering(std::string_view body) : body_(body) {}
  base::Result<http::Response> send(const http::Request&, const http::Limits&) override {
    // A list that always names a next page must not be followed for ever.
    fuzz::check(++asked_ < 20'000, "paging is bounded");
    return http::Response{asked_ % 7 == 6 ? 400 : 200, {}, asked_ > 3 ? "{}" : std::string(body_)};
  }

 private:
  std::string_view body_;
  int asked_ = 0;
};

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
  const bool of_container = data[0] == 'c';
  aws::Caller caller({client, clock, of_container ? *container : *keys, endpoints, [] { return 0.0; }, {}});
  switch (data[0]) {
    case 's':
      if (const auto service = aws::app_runner::describe_service(caller, "us-east-1", "arn:a", deadline)) {
        static_cast<void>(aws::app_runner::update_service(caller, "us-east-1", *service, "r/shop:1.2.4", deadline));
      }
      break;
    case 'o': static_cast<void>(aws::app_runner::list_operations(caller, "us-east-1", "arn:a", deadline)); break;
    case 'q':
      static_cast<void>(aws::sqs::get_dead_letter_arn(caller, "us-east-1", "http://127.0.0.1:1/q", deadline));
      break;
    default: static_cast<void>(aws::ecr::describe_images(caller, {"123456789012", "us-east-1", "shop"}, deadline));
  }
  return 0;
}
