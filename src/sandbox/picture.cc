// SPDX-License-Identifier: Apache-2.0
#include "sandbox/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "sandbox/faults.h"
#include "sandbox/shape.h"
#include "sandbox/timeline.h"

namespace sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t label_width = 12;
constexpr std::size_t waiting_max = 100;

std::string text_in(const json::value& line, std::string_view name) {
  return std::string(base::string_member(line, name).value_or(""));
}

std::optional<base::Time> time_in(const json::value& line, std::string_view name) {
  return base::parse_iso8601(text_in(line, name));
}

std::string seconds_text(base::Duration time) {
  return fmt::format("{:.1f}s", std::max(0.0, std::chrono::duration<double>(time).count()));
}

// `shop:1.2.4` of an image's whole name.
std::string short_image(const std::string& image) { return image.substr(image.find('/') + 1); }

const json::array& array_in(const json::value& value, std::string_view name) {
  static const json::array none;
  const auto* object = value.if_object();
  return object ? list_of(*object, name) : none;
}

std::string show_operation(const json::value& service, base::Time now) {
  const auto* operation = base::member(service, "operation");
  if (!operation) return {};
  const auto started = time_in(*operation, "started");
  auto text =
      fmt::format("{} {} {}", text_in(service, "name"), text_in(*operation, "type"), text_in(*operation, "status"));
  const auto image = short_image(text_in(*operation, "image"));
  if (!image.empty()) text += fmt::format(" → {}", image);
  if (started) text += fmt::format(", {} of {}", seconds_text(now - *started), text_in(*operation, "time"));
  return text;
}

std::string show_running(const json::value& service) {
  const auto image = short_image(text_in(service, "image"));
  return fmt::format("{} {}", text_in(service, "name"), image.empty() ? "has not run yet" : "runs " + image);
}

}  // namespace

std::string cut_to(std::string_view text, std::size_t width) {
  std::string out;
  std::size_t count = 0;
  std::size_t before_last = 0;  // Bytes without the last character that fits.
  for (std::size_t at = 0; at < text.size();) {
    auto end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
    if (count == width) return width == 0 ? std::string() : out.substr(0, before_last) + "…";
    before_last = out.size();
    // What moves the cursor has no place in a line.
    const bool control = static_cast<unsigned char>(text[at]) < 0x20 || text[at] == 0x7f;
    out += control ? std::string_view(" ") : text.substr(at, end - at);
    ++count;
    at = end;
  }
  return out;
}

void Picture::happened(const Happening& happening) {
  if (happening.kind == "push") {
    push_ = happening.text;
  } else if (happening.kind == "event") {
    event_ = happening.text;
  } else if (happening.kind == "caretaker") {
    const auto line = base::parse_json(happening.text);
    if (!line) return;
    const auto event = text_in(*line, "event");
    if (event == "decision") decided(*line, happening.at);
    if (event == "message") ended(*line);
  }
}

void Picture::decided(const json::value& line, base::Time at) {
  decision_ = describe_log_line(json::serialize(line), at);
}

void Picture::ended(const json::value& line) {
  const auto message = text_in(line, "message_id");
  const auto version = text_in(line, "pushed");
  waiting_.erase(message);
  if (version.empty()) return;
  if (text_in(line, "end") == "waiting") {
    if (waiting_.size() < waiting_max) waiting_[message] = {version, time_in(line, "until")};
  } else if (text_in(line, "reason") == "superseded") {
    superseded_ = fmt::format("{}: {}", version, text_in(line, "why"));
  }
}

std::string Picture::show_queues(base::Time now) const {
  std::string text;
  for (const auto& queue : array_in(pipeline_, "queues")) {
    const auto name = text_in(queue, "name");
    const auto count = [&](std::string_view member) { return base::int_member(queue, member).value_or(0); };
    const auto hidden = count("inFlight") + count("delayed");
    // The stack's two, and others that hold something.
    if (!name.starts_with("caretaker") && count("visible") + hidden == 0) continue;
    text += fmt::format("{}{}: {} visible, {} hidden", text.empty() ? "" : "; ", name, count("visible"), hidden);
    if (const auto returns = time_in(queue, "returns"); returns && hidden > 0)
      text += fmt::format(" (back in {})", seconds_text(*returns - now));
  }
  return text;
}

std::string Picture::show_services(std::string_view member, base::Time now) const {
  std::string text;
  for (const auto& service : array_in(pipeline_, "services")) {
    const auto one = member == "operation" ? show_operation(service, now) : show_running(service);
    if (!one.empty()) text += (text.empty() ? "" : "; ") + one;
  }
  return text;
}

std::string Picture::show_waiting(base::Time now) const {
  std::string text;
  for (const auto& [message, waiting] : waiting_) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", waiting.version);
    if (waiting.until) text += fmt::format(" (again in {})", seconds_text(*waiting.until - now));
  }
  return text;
}

std::vector<std::string> Picture::lines(std::size_t width, bool colour) const {
  struct Row {
    std::string_view label;
    std::string_view colour;
    std::string text;
  };
  const auto now = time_in(pipeline_, "time").value_or(base::Time());
  const std::array rows = {
      Row{"push", "36", push_},
      Row{"event", "34", event_},
      Row{"queue", "35", show_queues(now)},
      Row{"decision", "1;32", decision_},
      Row{"operation", "33", show_services("operation", now)},
      Row{"running", "1", show_services("running", now)},
      Row{"waiting", "33", show_waiting(now)},
      Row{"superseded", "90", superseded_},
  };
  static_assert(rows.size() + 1 == height);
  const auto clock = base::to_iso8601(now).substr(11, 8);
  std::string rule = "── pipeline ";
  std::size_t shown = 12;
  for (; shown + clock.size() + 1 < width; ++shown) rule += "─";
  std::vector<std::string> all = {fmt::format("{} {}", rule, clock)};
  for (const auto& row : rows) {
    const auto label = fmt::format("{:<{}}", row.label, label_width);
    const auto text = cut_to(row.text.empty() ? "–" : row.text, width - label_width);
    all.push_back(colour ? fmt::format("\x1b[{}m{}\x1b[0m{}", row.colour, label, text) : label + text);
  }
  return all;
}

}  // namespace sandbox
