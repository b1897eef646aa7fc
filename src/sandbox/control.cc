// SPDX-License-Identifier: Apache-2.0
#include "sandbox/control.h"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <optional>

#include "base/json.h"
#include "sandbox/uri.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::string_view root = "/_sandbox/";

http::Response lines(std::string text) { return {200, {{"Content-Type", "application/x-ndjson"}}, std::move(text)}; }

std::optional<std::uint64_t> read_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

http::Response show_health(const http::Request&, const Controlled& controlled) {
  const auto& settings = controlled.world.settings();
  return control_answer(json::object{{"status", "ok"},
                                     {"account", settings.account},
                                     {"region", settings.region},
                                     {"time", base::to_iso8601(controlled.world.now())},
                                     {"ahead", base::to_text(controlled.world.ahead())}});
}

http::Response show_calls(const http::Request&, const Controlled& controlled) {
  std::string text;
  for (const auto& call : controlled.calls) {
    json::object line{{"time", base::to_iso8601(call.at)},
                      {"service", call.service},
                      {"operation", call.operation},
                      {"status", call.status}};
    if (!call.error.empty()) line["error"] = call.error;
    text += json::serialize(line) + "\n";
  }
  return lines(std::move(text));
}

http::Response show_happenings(const http::Request& request, const Controlled& controlled) {
  std::uint64_t after = 0;
  const auto pairs = parse_pairs(split_target(request.target).query, true);
  if (const auto* given = find_pair(pairs, "after")) {
    const auto number = read_number(*given);
    if (!number) return control_trouble(400, "after must be a number, that of the last happening you know: ?after=12");
    after = *number;
  }
  std::string text;
  for (const auto& [number, happening] : controlled.world.told()) {
    if (number <= after) continue;
    text += json::serialize(json::object{{"number", number},
                                         {"time", base::to_iso8601(happening.at)},
                                         {"kind", happening.kind},
                                         {"text", happening.text}}) +
            "\n";
  }
  return lines(std::move(text));
}

http::Response show_pipeline(const http::Request&, const Controlled& controlled) {
  return control_answer(json::object{{"time", base::to_iso8601(controlled.world.now())},
                                     {"queues", controlled.sqs.show_queues()},
                                     {"services", controlled.app_runner.show_services()}});
}

// The body of a request, as `read` makes something of it. Errors: what is wrong and, if it is no JSON at all, what to send.
template <class Read>
auto read_body(const http::Request& request, std::string_view example, Read read) -> decltype(read(json::value())) {
  const auto body = base::parse_json(request.body);
  if (body) return read(*body);
  return base::fail(base::ErrorKind::Invalid,
                    fmt::format("the body is not JSON ({}); send {}", body.error().message, example));
}

struct OutcomeName {
  std::string_view name;
  DeploymentOutcome outcome;
};
constexpr std::array outcome_names = {OutcomeName{"success", DeploymentOutcome::Success},
                                      OutcomeName{"rollback", DeploymentOutcome::Rollback},
                                      OutcomeName{"fail", DeploymentOutcome::Failure}};

base::Result<DeploymentFate> read_fate(const json::value& body) {
  const auto wrong = [](std::string_view what) {
    return base::fail(
        base::ErrorKind::Invalid,
        fmt::format(R"({}; send {{"tag": "1.2.9", "outcome": "rollback"}}, where outcome is rollback, fail or )"
                    R"(success, and if you like "times": 1 (0: all from now on) and "operationTime": "30s")",
                    what));
  };
  if (!body.is_object()) return wrong("a decision is an object");
  for (const auto& member : body.get_object()) {
    const std::string_view name = member.key();
    if (name != "tag" && name != "outcome" && name != "times" && name != "operationTime")
      return wrong(fmt::format("a decision has no member {}", base::json_quote(name)));
  }
  DeploymentFate fate;
  const auto tag = base::string_member(body, "tag");
  if (base::member(body, "tag") && !tag) return wrong("tag is a text");
  fate.tag = tag.value_or("");
  const auto* outcome =
      std::ranges::find(outcome_names, base::string_member(body, "outcome").value_or(""), &OutcomeName::name);
  const auto time = read_duration(base::string_member(body, "operationTime").value_or(""));
  if (base::member(body, "operationTime") && !time) return wrong("operationTime is a time such as 30s");
  fate.time = time;
  // To be only slower, a deployment needs no outcome.
  if (outcome != outcome_names.end()) {
    fate.outcome = outcome->outcome;
  } else if (base::member(body, "outcome") || !time) {
    return wrong("no outcome is given");
  }
  const auto times = base::int_member(body, "times");
  if (base::member(body, "times") && (!times || *times < 0 || *times > 1'000'000))
    return wrong("times is a whole number from 0 to 1000000");
  fate.times = static_cast<unsigned>(times.value_or(0));
  return fate;
}

http::Response decide_deployments(const http::Request& request, const Controlled& controlled) {
  auto fate = read_body(request, R"({"tag": "1.2.9", "outcome": "rollback"})", read_fate);
  if (!fate) return control_trouble(400, fate.error().message);
  if (!controlled.app_runner.decide_deployments(std::move(*fate))) {
    return control_trouble(
        409, fmt::format("{} decisions wait for their tags, the most there can be", AppRunner::fates_max));
  }
  return control_answer(*base::parse_json(request.body));
}

http::Response maintain(const http::Request& request, const Controlled& controlled) {
  constexpr std::string_view example = R"({"service": "arn:aws:apprunner:…"})";
  const auto arn = read_body(request, example, [&](const json::value& body) -> base::Result<std::string> {
    if (auto named = base::string_member(body, "service")) return std::string(*named);
    return base::fail(base::ErrorKind::Invalid, fmt::format("service is the ARN of a service; send {}", example));
  });
  if (!arn) return control_trouble(400, arn.error().message);
  if (controlled.app_runner.maintain(*arn)) return control_answer(*base::parse_json(request.body));
  return control_trouble(
      404, fmt::format("no service {} runs; GET {}pipeline lists those there are", base::json_quote(*arn), root));
}

http::Response show_faults(const http::Request&, const Controlled& controlled) {
  std::string text;
  for (const auto& fault : controlled.world.faults().all()) text += json::serialize(show_fault(fault)) + "\n";
  return lines(std::move(text));
}

http::Response add_fault(const http::Request& request, const Controlled& controlled) {
  const auto fault = read_body(request, R"({"kind": "throttle", "service": "ecr"})", read_fault);
  if (!fault) return control_trouble(400, fault.error().message);
  auto& faults = controlled.world.faults();
  if (faults.all().size() >= Faults::faults_max) {
    return control_trouble(409, fmt::format("{} faults are to strike already; take some back: DELETE /_sandbox/faults",
                                            Faults::faults_max));
  }
  faults.add(*fault);
  return control_answer(show_fault(faults.all().back()));
}

http::Response remove_faults(const http::Request& request, const Controlled& controlled) {
  auto& faults = controlled.world.faults();
  const auto rest = split_target(request.target).path.substr(root.size() + std::string_view("faults").size());
  if (rest.empty()) {
    faults.clear();
    return control_answer(json::object{});
  }
  const auto number = read_number(rest.substr(1));
  if (!number || !faults.remove(*number)) {
    return control_trouble(404, fmt::format("there is no fault {}; GET /_sandbox/faults lists those that are to strike",
                                            base::json_quote(rest.substr(1))));
  }
  return control_answer(json::object{});
}

struct Route {
  std::string_view method;
  std::string_view name;
  http::Response (*run)(const http::Request&, const Controlled&);
};
constexpr std::array routes = {
    Route{"GET", "health", show_health},
    Route{"GET", "calls", show_calls},
    Route{"GET", "happenings", show_happenings},
    Route{"GET", "pipeline", show_pipeline},
    Route{"POST", "deployments", decide_deployments},
    Route{"POST", "maintenance", maintain},
    Route{"GET", "faults", show_faults},
    Route{"POST", "faults", add_fault},
    Route{"DELETE", "faults", remove_faults},
};

}  // namespace

bool is_state(const http::Request& request) { return request.target == "/_sandbox/state"; }

bool is_control(const http::Request& request) { return request.target.starts_with(root); }

http::Response control_answer(const json::value& answer) {
  return {200, {{"Content-Type", "application/json"}}, json::serialize(answer) + "\n"};
}

http::Response control_trouble(int status, std::string_view message) {
  return {status, {{"Content-Type", "application/json"}}, json::serialize(json::object{{"message", message}}) + "\n"};
}

http::Response handle_control(const http::Request& request, const Controlled& controlled) {
  const auto name = split_target(request.target).path.substr(root.size());
  std::string known;
  for (const auto& route : routes) {
    const bool named = name == route.name || (route.method == "DELETE" && name.starts_with("faults/"));
    if (named && request.method == route.method) return route.run(request, controlled);
    known += fmt::format("{} {}{}, ", route.method, root, route.name);
  }
  return control_trouble(
      404,
      fmt::format(
          "the sandbox has GET {0}operations, {1}POST {0}reset, GET and PUT {0}state and, as a program, POST {0}clock",
          root, known));
}

}  // namespace sandbox
