// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <fmt/format.h>

namespace base {
namespace {

// What can be written: years 0 to 9999.
constexpr Time first_time = std::chrono::sys_days(std::chrono::year(0) / 1 / 1);
constexpr Time last_time = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1) - std::chrono::milliseconds(1);

struct Civil {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<std::chrono::milliseconds> time;
};

Civil civil(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  return {std::chrono::year_month_day(day), std::chrono::hh_mm_ss(time - day)};
}

// By hand and not by a formatter, since each request is dated several times and each line of a log once.
void append_digits(std::string& out, std::int64_t number, std::size_t digits) {
  const auto begin = out.size();
  out.append(digits, '0');
  for (auto at = out.size(); number > 0 && at > begin; number /= 10) out[--at] = static_cast<char>('0' + number % 10);
}

// The numbers of a date and a time, of years 0 to 9999, between which stand `dash` and `colon`.
std::string date_time(const Civil& civil, std::string_view dash, std::string_view colon) {
  std::string out;
  out.reserve(std::string_view("2026-01-02T03:04:05.678Z").size());
  append_digits(out, static_cast<int>(civil.date.year()), 4);
  out += dash;
  append_digits(out, static_cast<unsigned>(civil.date.month()), 2);
  out += dash;
  append_digits(out, static_cast<unsigned>(civil.date.day()), 2);
  out += 'T';
  append_digits(out, civil.time.hours().count(), 2);
  out += colon;
  append_digits(out, civil.time.minutes().count(), 2);
  out += colon;
  append_digits(out, civil.time.seconds().count(), 2);
  return out;
}

// Reads exactly `digits` decimal digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// The offset from UTC, which ends the text: nothing, `Z`, `+hhmm` or `+hh:mm`.
std::optional<std::chrono::minutes> take_offset(std::string_view text) {
  if (text.empty() || text == "Z") return std::chrono::minutes(0);
  const int sign = text.front() == '-' ? -1 : 1;
  if (text.front() != '+' && text.front() != '-') return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_number(text, 2);
  take(text, ':');
  const auto minutes = take_number(text, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59 || !text.empty()) return std::nullopt;
  return std::chrono::minutes(sign * (*hours * 60 + *minutes));
}

}  // namespace

Time SystemClock::now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) + ahead_;
}

Instant SystemClock::instant() { return std::chrono::steady_clock::now(); }

bool SystemClock::sleep_until(Instant until, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  wake_.wait_until(lock, stop, until, [] { return false; });
  return !stop.stop_requested();
}

std::string to_iso8601(Time time) {
  const auto parts = civil(time);
  auto text = date_time(parts, "-", ":");
  if (const auto millis = parts.time.subseconds().count(); millis != 0) {
    text += '.';
    append_digits(text, millis, 3);
  }
  return text += 'Z';
}

std::string to_iso8601_basic(Time time) { return date_time(civil(time), "", "") += 'Z'; }

std::optional<Time> parse_iso8601(std::string_view text) {
  const auto year = take_number(text, 4);
  const bool dash1 = take(text, '-');
  const auto month = take_number(text, 2);
  const bool dash2 = take(text, '-');
  const auto day = take_number(text, 2);
  const bool separator = take(text, 'T') || take(text, ' ');
  const auto hour = take_number(text, 2);
  const bool colon1 = take(text, ':');
  const auto minute = take_number(text, 2);
  const bool colon2 = take(text, ':');
  const auto second = take_number(text, 2);
  if (!year || !month || !day || !hour || !minute || !second || !dash1 || !dash2 || !separator || !colon1 || !colon2) {
    return std::nullopt;
  }
  int millis = 0;
  if (take(text, '.')) {
    int digits = 0;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits) {
      if (digits < 3) millis = millis * 10 + (text.front() - '0');
    }
    if (digits == 0) return std::nullopt;
    for (; digits < 3; ++digits) millis *= 10;
  }
  const auto offset = take_offset(text);
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!offset || !date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const Time time = std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
                    std::chrono::seconds(*second) + std::chrono::milliseconds(millis) - *offset;
  // An offset or a leap second may lead out of what can be written.
  if (time < first_time || time > last_time) return std::nullopt;
  return time;
}

std::optional<Time> parse_epoch_milliseconds(std::string_view text) {
  constexpr auto latest = last_time.time_since_epoch().count();
  std::int64_t millis = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    millis = millis * 10 + (c - '0');
    if (millis > latest) return std::nullopt;
  }
  return text.empty() ? std::nullopt : std::optional(Time(Duration(millis)));
}

std::string to_text(Duration duration) {
  using std::chrono::milliseconds;
  struct Unit {
    milliseconds size;
    std::string_view suffix;
  };
  static constexpr Unit units[] = {{std::chrono::days(1), "d"},
                                   {std::chrono::hours(1), "h"},
                                   {std::chrono::minutes(1), "m"},
                                   {std::chrono::seconds(1), "s"}};
  if (duration.count() != 0) {
    for (const auto& unit : units) {
      if (duration % unit.size == milliseconds(0)) return fmt::format("{}{}", duration / unit.size, unit.suffix);
    }
    return fmt::format("{}ms", duration.count());
  }
  return "0s";
}

}  // namespace base
