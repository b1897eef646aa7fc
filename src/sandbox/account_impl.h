// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/account.h"
#include "sandbox/answers.h"
#include "sandbox/app_runner.h"
#include "sandbox/ecr.h"
#include "sandbox/event_bus.h"
#include "sandbox/event_source.h"
#include "sandbox/identity.h"
#include "sandbox/json_text.h"
#include "sandbox/lambda.h"
#include "sandbox/layer_uploads.h"
#include "sandbox/logs.h"
#include "sandbox/recognise.h"
#include "sandbox/registry.h"
#include "sandbox/s3.h"
#include "sandbox/s3_address.h"
#include "sandbox/sqs.h"
#include "sandbox/stack.h"
#include "sandbox/state.h"
#include "sandbox/world.h"

namespace sandbox {

// The account itself: all services and what goes to which. Account makes another one to begin anew. For account*.cc only.
class Account::Impl {
 public:
  Impl(Settings settings, Invoke invoke, Watch watch)
      : world_(std::move(settings), std::move(watch)), source_(world_, sqs_, stack_queue, std::move(invoke)) {}

  void handle(http::Request request, base::Time now, http::Reply reply);
  std::shared_ptr<http::BodySink> receive(const http::Request& head, base::Time now);
  void advance(base::Time now);
  std::optional<base::Time> next_due() const { return world_.agenda().next(); }
  AppRunner& app_runner() { return app_runner_; }
  World& world() { return world_; }
  const World& world() const { return world_; }
  void write_log(base::Time now, const std::string& group, const std::string& stream, const std::string& line);
  std::vector<Call> calls() const { return {calls_.begin(), calls_.end()}; }

  // In account_state.cc.
  void save(StateWriter& out) const;
  // A thing of a state, in the order it was saved; of an account that did nothing yet. False if there is no such kind.
  bool restore(std::string_view kind, MembersIn& m);
  // After the last of them. Errors: what is missing.
  base::Result<void> end_restoring();

 private:
  // A request on its way to its answer, which may come later.
  struct Exchange {
    std::optional<http::Reply> reply;  // Gone once it was used, or to cut the connection.
    AnswerShape shape;
    std::optional<Fault> fault;  // That strikes its answer.
  };
  using Shared = std::shared_ptr<Exchange>;

  void dispatch(http::Request request, const Shared& exchange);
  void serve_objects(const http::Request& request, const S3Address& address, const Shared& exchange);
  bool struck_before_effect(const Shared& exchange);
  void serve_registry(const http::Request& request, const Shared& exchange);
  JsonService* service_of(std::string_view name);
  http::Response show_operations();
  Answer<void> admit(http::Request& request, const Recognised& what) const;
  void finish(const Shared& exchange, Outcome outcome);
  void refuse_with(const Shared& exchange, const Refusal& refusal);
  void answer(const Shared& exchange, http::Response response, std::string error);
  void send(const Shared& exchange, http::Response response);
  void restore_account(MembersIn& m);

  World world_;
  Sqs sqs_{world_};
  EventBus bus_{world_, sqs_};
  LayerUploads layer_uploads_{world_};
  Ecr ecr_{world_, bus_, layer_uploads_};
  Registry registry_{world_, ecr_, layer_uploads_};
  Logs logs_{world_};
  AppRunner app_runner_{world_, ecr_, logs_, bus_};
  S3 s3_{world_, bus_};
  Sts sts_{world_};
  Iam iam_{world_};
  Lambda lambda_{world_};
  EventSource source_;
  JsonWriter writer_;
  std::deque<Call> calls_;
  bool deployed_ = false;
  bool resumes_ = false;                   // What is visible in the queue waits for the function since it was restored.
  std::optional<std::uint64_t> ids_then_;  // Where ids stood when the state was saved: making its queues takes some.
};

}  // namespace sandbox
