// SPDX-License-Identifier: Apache-2.0
#include "decide/orders.h"

#include <algorithm>

#include "decide/held.h"
#include "semver/semver.h"

namespace decide {
namespace {

bool is_same(std::string_view a, std::string_view b) {
  const auto one = semver::parse_version(a);
  const auto other = semver::parse_version(b);
  return one && other ? *one == *other : a == b;
}

void end_holds_of(Record& record, std::string_view version) {
  const auto dropped = semver::parse_version(version);
  if (!dropped) return;
  for (auto& hold : record.holds) drop_held(hold.versions, *dropped);
  std::erase_if(record.holds, [](const Record::Hold& hold) { return hold.versions.empty(); });
}

void drop_skipped(Record& record, std::string_view version) {
  std::erase_if(record.skips, [&](const Record::Skip& skip) { return is_same(skip.version, version); });
}

}  // namespace

bool pin(Record& record, std::string_view version, std::string_view by, base::Time now) {
  const auto before = record;
  end_holds_of(record, version);
  drop_skipped(record, version);
  // Anew also where it is pinned already: it goes before what people did to the service in between.
  record.pin = Record::Pin{.version = std::string(version), .by = std::string(by), .at = now};
  return record != before;
}

bool skip(Record& record, std::string_view version, std::string_view by, base::Time now) {
  if (std::ranges::any_of(record.skips, [&](const Record::Skip& one) { return is_same(one.version, version); })) {
    return false;
  }
  record.skips.push_back({.version = std::string(version), .by = std::string(by), .at = now});
  return true;
}

bool hold(Record& record, const std::vector<std::string>& versions, std::string_view by, base::Time now) {
  const auto is_ordered = [&](std::string_view version) {
    return std::ranges::any_of(record.holds, [&](const Record::Hold& hold) {
      return hold.is_ordered() &&
             std::ranges::any_of(hold.versions, [&](const std::string& one) { return is_same(one, version); });
    });
  };
  Record::Hold held{.versions = {}, .operation = {}, .by = std::string(by), .at = now};
  for (const auto& version : versions) {
    if (!is_ordered(version)) held.versions.push_back(version);
  }
  if (held.versions.empty()) return false;
  record.holds.push_back(std::move(held));
  return true;
}

bool forgive(Record& record) {
  const auto before = record;
  record.holds.clear();
  record.rejected.clear();
  record.failures = 0;
  record.stop.reset();
  return record != before;
}

void note_range(Record& record, std::string_view range) {
  if (range.empty()) range = "*";
  if (!record.range.empty() && record.range != range) forgive(record);
  record.range = range;
}

bool release(Record& record) {
  const bool pinned = record.pin.has_value();
  record.pin.reset();
  return forgive(record) || pinned;
}

bool release(Record& record, std::string_view version, const rules::Rule& rule) {
  const auto before = record;
  end_holds_of(record, version);
  if (record.pin && is_same(record.pin->version, version)) record.pin.reset();
  drop_skipped(record, version);
  std::erase_if(record.rejected, [&](const Record::Rejected& rejected) {
    const auto borne = rules::version_of(rejected.tag, rule);
    return borne && is_same(to_string(*borne), version);
  });
  return record != before;
}

}  // namespace decide
