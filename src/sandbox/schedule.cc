// SPDX-License-Identifier: Apache-2.0
#include "sandbox/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>

namespace sandbox {
namespace {

using std::chrono::year_month_day;

std::unexpected<Refusal> invalid(std::string_view reason) {
  return refuse("ValidationException", fmt::format("Parameter ScheduleExpression is not valid. Reason: {}", reason));
}

std::optional<unsigned> number_of(std::string_view text) {
  unsigned number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = text.find_first_of(separators);
    if (end != 0) parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

constexpr std::string_view month_names[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                            "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::string_view weekday_names[] = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

// One of cron's fields. The set that holds its values counts from `base`.
struct CronField {
  std::string_view name;
  unsigned min;
  unsigned max;
  unsigned base;
  std::span<const std::string_view> names;  // Of the values from `min` on.
};
constexpr CronField minutes{"minutes", 0, 59, 0, {}};
constexpr CronField hours{"hours", 0, 23, 0, {}};
constexpr CronField days{"day-of-month", 1, 31, 0, {}};
constexpr CronField months{"month", 1, 12, 0, month_names};
constexpr CronField weekdays{"day-of-week", 1, 7, 1, weekday_names};
constexpr CronField years{"year", 1970, 2199, 1970, {}};

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return (x & ~0x20) == (y & ~0x20); });
}

std::optional<unsigned> value_of(const CronField& field, std::string_view text) {
  for (std::size_t at = 0; at < field.names.size(); ++at) {
    if (same_word(text, field.names[at])) return field.min + static_cast<unsigned>(at);
  }
  const auto number = number_of(text);
  return number && *number >= field.min && *number <= field.max ? number : std::nullopt;
}

unsigned last_day(std::chrono::year_month month) { return static_cast<unsigned>((month / std::chrono::last).day()); }

unsigned weekday_of(year_month_day date) { return std::chrono::weekday(std::chrono::sys_days(date)).c_encoding(); }

// The weekday nearest to a day of a month, within the month; nullopt if the month has no such day.
std::optional<unsigned> nearest_weekday(std::chrono::year_month month, unsigned day) {
  const auto last = last_day(month);
  if (day > last) return std::nullopt;
  const auto weekday = weekday_of(month / std::chrono::day(day));
  if (weekday == 6) return day == 1 ? 3 : day - 1;
  if (weekday == 0) return day == last ? day - 2 : day + 1;
  return day;
}

}  // namespace

// Reads the text between the parentheses of cron(…).
class CronParser {
 public:
  Answer<Schedule::Cron> parse(std::string_view text) {
    const auto fields = split(text, " \t");
    if (fields.size() != 6) return invalid(fmt::format("cron needs six fields, there are {}", fields.size()));
    if ((fields[2] == "?") == (fields[4] == "?")) {
      return invalid("one of day-of-month and day-of-week must be ?, and only one");
    }
    read(minutes, fields[0], cron_.minutes);
    read(hours, fields[1], cron_.hours);
    if (fields[2] != "?") read(days, fields[2], cron_.days);
    read(months, fields[3], cron_.months);
    if (fields[4] != "?") read(weekdays, fields[4], cron_.weekdays);
    read(years, fields[5], cron_.years);
    if (trouble_) return invalid(*trouble_);
    return std::move(cron_);
  }

 private:
  void read(const CronField& field, std::string_view text, Schedule::Set& set) {
    const auto alternatives = split(text, ",");
    const bool empty_one = text.starts_with(',') || text.ends_with(',') || text.contains(",,");
    if (alternatives.empty() || empty_one) return complain(field, text);
    for (const auto one : alternatives) {
      if (one.contains('#') && alternatives.size() > 1) return complain(field, text);
      if (!read_special(field, one) && !read_range(field, one, set)) return complain(field, one);
    }
  }

  // `*`, `5`, `5-9`, each with an optional `/2`, which lets a single value go on to the end.
  static bool read_range(const CronField& field, std::string_view text, Schedule::Set& set) {
    const auto slash = text.find('/');
    const auto range = text.substr(0, slash);
    unsigned step = 1;
    if (slash != std::string_view::npos) {
      const auto given = number_of(text.substr(slash + 1));
      if (!given || *given == 0) return false;
      step = *given;
    }
    auto first = std::optional(field.min);
    auto last = std::optional(field.max);
    if (range != "*") {
      const auto dash = range.find('-');
      first = value_of(field, range.substr(0, dash));
      if (dash != std::string_view::npos) {
        last = value_of(field, range.substr(dash + 1));
      } else if (slash == std::string_view::npos) {
        last = first;
      }
    }
    if (!first || !last || *first > *last) return false;
    for (unsigned value = *first; value <= *last; value += step) set.set(value - field.base);
    return true;
  }

  bool read_special(const CronField& field, std::string_view text) {
    if (&field == &days) {
      if (text == "L") return add(Schedule::LastDay());
      const auto day = text.ends_with('W') ? value_of(field, text.substr(0, text.size() - 1)) : std::nullopt;
      return day && add(Schedule::NearestWeekday{*day});
    }
    if (&field != &weekdays) return false;
    // The week's last day is Saturday.
    if (text == "L") return read_range(field, "7", cron_.weekdays);
    if (text.ends_with('L')) {
      const auto day = value_of(field, text.substr(0, text.size() - 1));
      return day && add(Schedule::LastOf{*day - 1});
    }
    const auto hash = text.find('#');
    if (hash == std::string_view::npos) return false;
    const auto day = value_of(field, text.substr(0, hash));
    const auto nth = number_of(text.substr(hash + 1));
    return day && nth && *nth >= 1 && *nth <= 5 && add(Schedule::NthOf{*day - 1, *nth});
  }

  bool add(Schedule::Special special) {
    cron_.specials.push_back(special);
    return true;
  }

  void complain(const CronField& field, std::string_view text) {
    if (!trouble_) {
      trouble_ =
          fmt::format("'{}' can't be read as {} ({} to {})", text.substr(0, 100), field.name, field.min, field.max);
    }
  }

  Schedule::Cron cron_;
  std::optional<std::string> trouble_;
};

namespace {

// `5 minutes`: one is a minute, more are minutes.
Answer<std::chrono::minutes> parse_rate(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::chrono::minutes length;
  };
  constexpr Unit units[] = {
      {"minute", std::chrono::minutes(1)}, {"hour", std::chrono::hours(1)}, {"day", std::chrono::days(1)}};
  const auto parts = split(text, " \t");
  const auto count = parts.size() == 2 ? number_of(parts[0]) : std::nullopt;
  if (!count || *count == 0 || *count > 1'000'000) return invalid("a rate is a positive number and a unit");
  const auto unit = std::ranges::find_if(
      units, [&](const Unit& one) { return parts[1] == one.name || parts[1] == fmt::format("{}s", one.name); });
  if (unit == std::end(units)) return invalid("the unit of a rate is minute(s), hour(s) or day(s)");
  if ((parts[1] == unit->name) != (*count == 1)) {
    return invalid(fmt::format("the unit of {} must be {}{}", *count, unit->name, *count == 1 ? "" : "s"));
  }
  return unit->length * *count;
}

}  // namespace

Answer<Schedule> Schedule::parse(std::string_view text) {
  Schedule schedule;
  schedule.text_ = text;
  if (text.starts_with("rate(") && text.ends_with(')')) {
    const auto rate = parse_rate(text.substr(5, text.size() - 6));
    if (!rate) return std::unexpected(rate.error());
    schedule.when_ = *rate;
    return schedule;
  }
  if (!text.starts_with("cron(") || !text.ends_with(')')) return invalid("it must be rate(...) or cron(...)");
  auto cron = CronParser().parse(text.substr(5, text.size() - 6));
  if (!cron) return std::unexpected(std::move(cron.error()));
  schedule.when_ = std::move(*cron);
  return schedule;
}

bool Schedule::fits(const Special& special, year_month_day date) {
  const std::chrono::year_month month(date.year(), date.month());
  const auto day = static_cast<unsigned>(date.day());
  const auto weekday = weekday_of(date);
  if (std::holds_alternative<LastDay>(special)) return day == last_day(month);
  if (const auto* nearest = std::get_if<NearestWeekday>(&special)) return nearest_weekday(month, nearest->day) == day;
  if (const auto* last = std::get_if<LastOf>(&special)) return weekday == last->weekday && day + 7 > last_day(month);
  const auto& nth = std::get<NthOf>(special);
  return weekday == nth.weekday && (day - 1) / 7 + 1 == nth.nth;
}

bool Schedule::fits(const Cron& cron, year_month_day date) {
  if (!cron.months.test(static_cast<unsigned>(date.month()))) return false;
  if (!cron.years.test(static_cast<unsigned>(static_cast<int>(date.year())) - years.base)) return false;
  return cron.days.test(static_cast<unsigned>(date.day())) || cron.weekdays.test(weekday_of(date)) ||
         std::ranges::any_of(cron.specials, [&](const Special& special) { return fits(special, date); });
}

std::optional<base::Time> Schedule::next(const Cron& cron, base::Time last) {
  const auto begin = std::chrono::floor<std::chrono::minutes>(last) + std::chrono::minutes(1);
  auto day = std::chrono::floor<std::chrono::days>(begin);
  auto minute = static_cast<unsigned>((begin - day).count());
  constexpr auto end = std::chrono::sys_days(std::chrono::year(2200) / 1 / 1);
  for (; day < end; day += std::chrono::days(1), minute = 0) {
    if (day.time_since_epoch().count() < 0 || !fits(cron, year_month_day(day))) continue;
    for (; minute < 24 * 60; ++minute) {
      if (cron.hours.test(minute / 60) && cron.minutes.test(minute % 60)) return day + std::chrono::minutes(minute);
    }
  }
  return std::nullopt;
}

std::optional<base::Time> Schedule::next(base::Time last) const {
  if (const auto* rate = std::get_if<Rate>(&when_)) return last + *rate;
  return next(std::get<Cron>(when_), last);
}

}  // namespace sandbox
