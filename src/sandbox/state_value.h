// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "sandbox/agenda.h"

// How a state's members are written as JSON, and read: times and durations as their count, a text as itself or, where it is
// no UTF-8, as `{"base64":"…"}`. Reading answers false where the value is none of the type's.
namespace sandbox {

boost::json::value show_value(const std::string& text);
bool read_value(const boost::json::value& given, std::string& text);

inline boost::json::value show_value(bool value) { return value; }
bool read_value(const boost::json::value& given, bool& value);

template <std::integral T>
boost::json::value show_value(T value) {
  return value;
}
template <std::integral T>
bool read_value(const boost::json::value& given, T& value) {
  boost::json::error_code error;
  if (!given.is_number()) return false;
  value = given.to_number<T>(error);
  return !error;
}

template <class Rep, class Period>
boost::json::value show_value(std::chrono::duration<Rep, Period> value) {
  return value.count();
}
template <class Rep, class Period>
bool read_value(const boost::json::value& given, std::chrono::duration<Rep, Period>& value) {
  // What a sum of two of them can hold, whatever their units.
  static constexpr std::chrono::hours longest{24 * 365 * 200};
  std::int64_t count = 0;
  if (!read_value(given, count)) return false;
  value = std::chrono::duration<Rep, Period>(count);
  constexpr auto most = std::chrono::duration_cast<std::chrono::duration<Rep, Period>>(longest).count();
  return count >= -most && count <= most;
}

inline boost::json::value show_value(base::Time value) { return value.time_since_epoch().count(); }
inline bool read_value(const boost::json::value& given, base::Time& value) {
  base::Duration since{};
  if (!read_value(given, since)) return false;
  value = base::Time(since);
  return true;
}

boost::json::value show_value(const Agenda::Key& key);
bool read_value(const boost::json::value& given, Agenda::Key& key);

inline boost::json::value show_value(const boost::json::object& value) { return value; }
inline boost::json::value show_value(const boost::json::array& value) { return value; }
bool read_value(const boost::json::value& given, boost::json::object& value);
bool read_value(const boost::json::value& given, boost::json::array& value);

// Pairs of texts, such as header fields, keep their order.
boost::json::value show_value(const std::vector<std::pair<std::string, std::string>>& pairs);
bool read_value(const boost::json::value& given, std::vector<std::pair<std::string, std::string>>& pairs);

template <class Compare>
boost::json::value show_value(const std::map<std::string, std::string, Compare>& map) {
  return show_value(std::vector<std::pair<std::string, std::string>>(map.begin(), map.end()));
}
template <class Compare>
bool read_value(const boost::json::value& given, std::map<std::string, std::string, Compare>& map) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (!read_value(given, pairs)) return false;
  map = {pairs.begin(), pairs.end()};
  return map.size() == pairs.size();
}

boost::json::value show_value(const std::set<std::string>& set);
bool read_value(const boost::json::value& given, std::set<std::string>& set);

}  // namespace sandbox
