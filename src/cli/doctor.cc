// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "base/json.h"
#include "cli/examination.h"
#include "cli/failure.h"
#include "cli/progress.h"
#include "cli/text.h"

namespace cli {
namespace {

using Weight = Finding::Weight;

struct Part {
  std::string_view about;
  void (*examine)(Examination&);
};
constexpr Part all_parts[] = {
    {"the rules", examine_rules},       {"the queue", examine_queue},       {"the event rules", examine_events},
    {"the function", examine_function}, {"the services", examine_services}, {"the records", examine_records},
};

Colour colour_of(Weight weight) {
  switch (weight) {
    case Weight::Error: return Colour::Red;
    case Weight::Warning: return Colour::Yellow;
    case Weight::Hint: return Colour::Cyan;
    case Weight::Unseen: return Colour::Dim;
  }
  return Colour::Plain;
}

std::size_t count(const Findings& findings, Weight weight) {
  return static_cast<std::size_t>(std::ranges::count(findings.all(), weight, &Finding::weight));
}

// `21 things looked at: 1 error, 2 hints, 1 could not be seen`
std::string summary(const Findings& findings) {
  std::string parts;
  for (const auto weight : {Weight::Error, Weight::Warning, Weight::Hint}) {
    const auto found = count(findings, weight);
    if (found > 0) parts += (parts.empty() ? "" : ", ") + counted(found, to_string(weight));
  }
  if (const auto unseen = count(findings, Weight::Unseen); unseen > 0)
    parts += fmt::format("{}{} could not be seen", parts.empty() ? "" : ", ", unseen);
  return fmt::format("{} looked at: {}", counted(findings.looked(), "thing"), parts.empty() ? "all is well" : parts);
}

void print(const Findings& findings, const Outside& outside) {
  const auto& terminal = outside.terminal;
  for (const auto& finding : findings.all()) {
    outside.out << paragraph(
        terminal, "",
        fmt::format("{}: {}: {} [{}]", paint(terminal, colour_of(finding.weight), to_string(finding.weight)),
                    printable(finding.subject), printable(finding.what), finding.id));
    outside.out << paragraph(terminal, "    ", printable(finding.remedy));
  }
  const bool well = count(findings, Weight::Error) + count(findings, Weight::Warning) == 0;
  outside.out << paint(terminal, well ? Colour::Green : Colour::Red, summary(findings)) << '\n';
}

void print_json(const Findings& findings, const Examination& on, std::ostream& out) {
  boost::json::array list;
  for (const auto& finding : findings.all()) {
    list.push_back(boost::json::object{{"severity", boost::json::string(to_string(finding.weight))},
                                       {"id", boost::json::string(finding.id)},
                                       {"subject", finding.subject},
                                       {"what", finding.what},
                                       {"remedy", finding.remedy}});
  }
  out << boost::json::serialize(boost::json::object{{"schema", "caretaker-doctor/1"},
                                                    {"takenAt", base::to_iso8601(on.clock.now())},
                                                    {"account", on.account_id},
                                                    {"region", on.region()},
                                                    {"looked", findings.looked()},
                                                    {"findings", std::move(list)}})
      << '\n';
}

}  // namespace

int doctor(const DoctorQuestion& question, const Outside& outside) {
  const auto account = Account::open(outside, "");
  if (!account) return refuse(outside.err, "doctor", account.error());
  auto id = (*account)->id();
  if (!id) return refuse(outside.err, "doctor", id.error());
  Examination on{.account = **account, .clock = outside.clock, .account_id = std::move(*id)};
  {
    Progress progress(outside);
    for (const auto& part : all_parts) {
      progress.show(fmt::format("looking at {}", part.about));
      part.examine(on);
    }
  }
  if (question.json) {
    print_json(on.findings, on, outside.out);
  } else {
    print(on.findings, outside);
  }
  return count(on.findings, Weight::Error) + count(on.findings, Weight::Warning) > 0 ? 1 : 0;
}

}  // namespace cli
