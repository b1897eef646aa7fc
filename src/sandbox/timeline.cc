// SPDX-License-Identifier: Apache-2.0
#include "sandbox/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"

namespace sandbox {
namespace {

struct Teller {
  std::string_view kind;    // Of a happening.
  std::string_view who;     // The column that a person reads.
  std::string_view colour;  // ANSI.
};

constexpr std::array tellers{
    Teller{"push", "ecr", "36"},
    Teller{"event", "eventbridge", "34"},
    Teller{"message", "sqs", "35"},
    Teller{"invocation", "lambda", "90"},
    Teller{"operation", "apprunner", "33"},
    Teller{"service", "apprunner", "33"},
    Teller{"object", "s3", "36"},
    Teller{"log", "logs", "90"},
    Teller{"caretaker", "caretaker", "1;32"},
};

// A kind that is not in the table is its own teller.
Teller teller_of(std::string_view kind) {
  const auto* found = std::ranges::find(tellers, kind, &Teller::kind);
  return found == tellers.end() ? Teller{kind, kind, "0"} : *found;
}

// `hello-world-service` of an App Runner service's ARN; another text as it is.
std::string_view short_name(std::string_view arn) {
  const auto begin = arn.find(":service/");
  if (begin == std::string_view::npos) return arn;
  arn.remove_prefix(begin + std::string_view(":service/").size());
  return arn.substr(0, arn.find('/'));
}

// ` (again in 3.9s)` where the line says until when something waits.
std::string describe_wait(const boost::json::value& line, base::Time at) {
  const auto text = base::string_member(line, "until");
  const auto until = text ? base::parse_iso8601(*text) : std::nullopt;
  return until ? fmt::format(" (again in {:.1f}s)", std::chrono::duration<double>(*until - at).count()) : std::string();
}

std::string describe_decision(const boost::json::value& line, base::Time at) {
  const auto text = [&](std::string_view name) { return base::string_member(line, name).value_or(""); };
  const auto* arrow = text("from").empty() || text("to").empty() ? "" : " → ";
  auto sentence = fmt::format("{} {}", text("decision"), short_name(text("service")));
  if (text("decision") != "keep") sentence += fmt::format(" {}{}{}", text("from"), arrow, text("to"));
  sentence += fmt::format(": {}{}", text("why"), describe_wait(line, at));
  if (const auto duration = base::int_member(line, "duration_ms")) sentence += fmt::format(" [{} ms]", *duration);
  return sentence;
}

// `done 1.2.4: why` of a message; of another event its name, and why, as far as they are said.
std::string describe_other(std::string_view event, const boost::json::value& line, base::Time at) {
  std::string sentence(base::string_member(line, "end").value_or(event));
  if (const auto pushed = base::string_member(line, "pushed")) sentence += fmt::format(" {}", *pushed);
  if (const auto why = base::string_member(line, "why")) sentence += fmt::format(": {}", *why);
  return sentence + describe_wait(line, at);
}

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// Identifiers of 32 hex digits and more, cut to their first eight as people quote them.
std::string shorten(std::string_view text) {
  constexpr std::size_t long_id = 32, quoted = 8;
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    auto end = at;
    while (end < text.size() && is_hex(text[end])) ++end;
    if (end - at >= long_id) {
      shown.append(text.substr(at, quoted)).append("…");
    } else {
      end = std::max(end, at + 1);
      shown.append(text.substr(at, end - at));
    }
    at = end;
  }
  return shown;
}

// App Runner's own lines in a service's event log say what its operations have said already.
bool repeats(const Happening& happening) {
  return happening.kind == "log" && happening.text.find(" events: [AppRunner] ") != std::string::npos;
}

}  // namespace

std::string describe_log_line(std::string_view line, base::Time at) {
  const auto json = base::parse_json(line);
  if (!json) return std::string(line);
  const auto event = base::string_member(*json, "event");
  if (!event) return std::string(line);
  return *event == "decision" ? describe_decision(*json, at) : describe_other(*event, *json, at);
}

void Timeline::happened(const Happening& happening) {
  if (repeats(happening)) return;
  const bool said = happening.kind == "caretaker";
  line(happening.at, happening.kind, said ? describe_log_line(happening.text, happening.at) : happening.text);
}

void Timeline::line(base::Time at, std::string_view kind, std::string_view text) {
  const auto teller = teller_of(kind);
  const double seconds = std::chrono::duration<double>(at - start_).count();
  const auto who = fmt::format("{:<11}", teller.who);
  const auto shown = colour_ ? fmt::format("\x1b[{}m{}\x1b[0m", teller.colour, who) : who;
  write_(fmt::format("{:>+9.3f}s  {}  {}", seconds, shown, shorten(text)));
}

}  // namespace sandbox
