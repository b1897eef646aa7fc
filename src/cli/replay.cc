// SPDX-License-Identifier: Apache-2.0
#include "cli/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "base/json.h"
#include "cli/failure.h"
#include "cli/file.h"
#include "cli/replaying.h"
#include "cli/text.h"

namespace cli {
namespace {

namespace json = boost::json;
using delivery::Ending;

json::string text(std::string_view from) { return json::string(from); }

std::string_view word_of(Ending::Kind kind) {
  switch (kind) {
    case Ending::Kind::Done: return "done";
    case Ending::Kind::Returns: return "waiting";
    case Ending::Kind::DeadLetter: return "dead-letter";
  }
  return "?";
}

json::object to_json(const Replayed& replayed) {
  json::array endings;
  for (const auto& ending : replayed.endings) {
    json::object object{
        {"end", text(word_of(ending.kind))}, {"reason", text(ending.word)}, {"why", text(printable(ending.text))}};
    for (const auto& [name, value] : {std::pair("service", &ending.service), std::pair("rule", &ending.rule),
                                      std::pair("from", &ending.from), std::pair("to", &ending.to)}) {
      if (!value->empty()) object[name] = text(*value);
    }
    if (ending.until) object["until"] = text(base::to_iso8601(*ending.until));
    endings.push_back(std::move(object));
  }
  json::object object{{"event", text(replayed.event.place)}};
  if (replayed.push) {
    object["repository"] = text(names::to_string(replayed.push->repository));
    object["pushed"] = text(replayed.push->tag);
    object["digest"] = text(replayed.push->digest);
    object["time"] = text(base::to_iso8601(replayed.push->time));
  }
  if (!replayed.event.reason.empty()) object["deadLetterReason"] = text(replayed.event.reason);
  object["endings"] = std::move(endings);
  return object;
}

std::string service_name(std::string_view arn) {
  const auto parsed = names::parse_service_arn(arn);
  return parsed ? parsed->name : std::string(arn);
}

Colour colour_of(const Ending& ending) {
  if (ending.kind == Ending::Kind::DeadLetter) return Colour::Red;
  if (ending.kind == Ending::Kind::Returns) return Colour::Yellow;
  return ending.word == "started" ? Colour::Green : Colour::Plain;
}

void print(const Replayed& replayed, const Outside& outside) {
  auto head = replayed.event.place;
  if (replayed.push) {
    head += fmt::format(": {}:{} at {}", replayed.push->repository.name, printable(replayed.push->tag),
                        base::to_iso8601(replayed.push->time));
  }
  outside.out << paragraph(outside.terminal, "", paint(outside.terminal, Colour::Bold, head));
  if (!replayed.event.reason.empty())
    outside.out << paragraph(outside.terminal, "  was given up: ", printable(replayed.event.reason));
  for (const auto& ending : replayed.endings) {
    const auto service = ending.service.empty() ? "" : service_name(ending.service) + ": ";
    auto what = ending.word;
    if (!ending.to.empty() && ending.kind == Ending::Kind::Done)
      what += fmt::format(" {} → {}", ending.from, ending.to);
    outside.out << paragraph(
        outside.terminal, "  ",
        fmt::format("{}{}: {}", service, paint(outside.terminal, colour_of(ending), what), printable(ending.text)));
  }
}

}  // namespace

int replay(const ReplayQuestion& question, const Outside& outside) {
  const auto file = read_file(question.file, outside.in);
  if (!file) return refuse(outside.err, "replay", file.error());
  auto events = read_events(*file);
  if (!events) return refuse(outside.err, "replay", events.error().in(question.file));
  auto snapshot = take_snapshot(question.about, outside);
  if (!snapshot) return refuse(outside.err, "replay", snapshot.error());

  Replaying replaying(*snapshot);
  json::array all;
  std::size_t deployments = 0;
  for (auto& event : *events) {
    const auto replayed = replaying.play(std::move(event));
    deployments += replayed.deployments;
    if (question.json) {
      all.push_back(to_json(replayed));
    } else {
      print(replayed, outside);
    }
  }
  if (question.json) {
    outside.out << json::serialize(json::object{
                       {"schema", "caretaker-replay/1"}, {"deployments", deployments}, {"events", std::move(all)}})
                << '\n';
  } else {
    outside.out << fmt::format("{}, {}\n", counted(events->size(), "event"), counted(deployments, "deployment"));
  }
  return deployments > 0 ? 1 : 0;
}

}  // namespace cli
