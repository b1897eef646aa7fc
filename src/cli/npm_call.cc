// SPDX-License-Identifier: Apache-2.0
#include "cli/npm_call.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "cli/javascript.h"
#include "semver/identifiers.h"
#include "semver/reread.h"
#include "semver/semver.h"

namespace cli {
namespace {

using boost::json::array;
using boost::json::value;
using javascript::is_truthy;
using ::semver::Comparator;
using ::semver::Operator;
using ::semver::Options;
using ::semver::OwnedVersion;
using ::semver::Range;
using ::semver::Version;

// The arguments of a call; a null pointer is undefined.
class Call {
 public:
  explicit Call(const array& arguments) : arguments_(arguments) {}

  const value* operator[](std::size_t index) const { return index < arguments_.size() ? &arguments_[index] : nullptr; }

  // npm's parseOptions.
  Options options(std::size_t index) const {
    const value* const given = (*this)[index];
    if (!is_truthy(given)) return {};
    if (given->is_array()) return {};
    if (!given->is_object()) return {.loose = true};
    const auto& object = given->get_object();
    return {.loose = is_truthy(object.if_contains("loose")),
            .include_prerelease = is_truthy(object.if_contains("includePrerelease")),
            .rtl = is_truthy(object.if_contains("rtl"))};
  }

  std::optional<std::string_view> text(std::size_t index) const {
    const value* const given = (*this)[index];
    if (!given || !given->is_string()) return std::nullopt;
    return std::string_view(given->get_string());
  }

  const array& list(std::size_t index) const {
    const value* const given = (*this)[index];
    if (!given || !given->is_array()) throw NpmError("a list is expected as argument " + std::to_string(index + 1));
    return given->get_array();
  }

 private:
  const array& arguments_;
};

value text_or_null(const std::optional<std::string>& text) { return text ? value(*text) : value(nullptr); }
value text_or_null(const std::optional<OwnedVersion>& version) {
  return version ? value(to_string(version->version())) : value(nullptr);
}
value text_of(const std::optional<::semver::Release>& release) {
  return release ? value(name_of(*release)) : value(nullptr);
}

std::string place(const ::semver::ParseError& error) {
  return "at " + std::to_string(error.offset) + " expected " + std::string(error.expected);
}

std::optional<std::string_view> text_of(const value* given) {
  if (!given || !given->is_string()) return std::nullopt;
  return std::string_view(given->get_string());
}

// `new SemVer`.
Version read_version(const value* given, Options options) {
  const auto text = text_of(given);
  if (!text) throw NpmError("Invalid version. Must be a string.");
  const auto version = ::semver::parse_version(*text, options);
  if (!version) throw NpmError("Invalid Version: " + place(version.error()));
  return *version;
}

// `parse`.
std::optional<Version> try_version(const value* given, Options options) {
  const auto text = text_of(given);
  if (!text) return std::nullopt;
  const auto version = ::semver::parse_version(*text, options);
  return version ? std::optional(*version) : std::nullopt;
}

// `new Range`.
Range read_range(const value* given, Options options) {
  const auto text = text_of(given);
  if (!text) throw NpmError("Invalid SemVer Range: not a string");
  auto range = ::semver::parse_range(*text, options);
  if (!range) throw NpmError("Invalid SemVer Range: " + place(range.error()));
  return *std::move(range);
}

std::optional<Range> try_range(const value* given, Options options) {
  const auto text = text_of(given);
  if (!text) return std::nullopt;
  auto range = ::semver::parse_range(*text, options);
  return range ? std::optional(*std::move(range)) : std::nullopt;
}

Comparator read_comparator(const value* given, Options options) {
  const auto text = text_of(given);
  if (!text) throw NpmError("Invalid comparator: not a string");
  const auto comparator = ::semver::parse_comparator(*text, options);
  if (!comparator) throw NpmError("Invalid comparator: " + place(comparator.error()));
  return *comparator;
}

// `Range.test`. Only loose ranges that include prereleases may find a version that npm cannot read again.
bool test(const Range& range, const value* given) {
  if (!is_truthy(given)) return false;
  if (!given->is_string()) throw NpmError("Invalid version. Must be a string.");
  const Options options = range.options();
  const auto version = try_version(given, options);
  if (!version) return false;
  return options.loose && options.include_prerelease ? test_again(range, *version, options) : range.contains(*version);
}

int sign(std::weak_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

int compared(const Call& call, std::size_t options) {
  const Version a = read_version(call[0], call.options(options));
  return sign(compare(a, read_version(call[1], call.options(options))));
}

// A prerelease identifier, a number where npm has one.
value identifier_value(std::string_view identifier) {
  if (!::semver::is_npm_number(identifier)) return value(identifier);
  std::uint64_t number = 0;
  std::from_chars(identifier.data(), identifier.data() + identifier.size(), number);
  return value(number);
}

value prerelease(const Call& call) {
  const auto version = try_version(call[0], call.options(1));
  if (!version || !version->is_prerelease()) return nullptr;
  array identifiers;
  for (const auto identifier : version->prerelease()) identifiers.push_back(identifier_value(identifier));
  return identifiers;
}

// What `===` compares: an object's `version`, of all else the value itself.
const value* strictly(const value* given) {
  if (given && given->is_null()) throw NpmError("Cannot read properties of null (reading 'version')");
  if (given && given->is_object()) return given->get_object().if_contains("version");
  return given && given->is_array() ? nullptr : given;
}

bool strictly_equal(const value* a, const value* b) {
  a = strictly(a);
  b = strictly(b);
  if (!a || !b) return a == b;
  if (a->is_number() && b->is_number()) return a->to_number<double>() == b->to_number<double>();
  return !a->is_structured() && *a == *b;
}

value cmp(const Call& call) {
  const auto op = call.text(1);
  if (op == "===") return strictly_equal(call[0], call[2]);
  if (op == "!==") return !strictly_equal(call[0], call[2]);
  const auto order = [&] {
    const Version a = read_version(call[0], call.options(3));
    return compare(a, read_version(call[2], call.options(3)));
  };
  if (op == "" || op == "=" || op == "==") return order() == 0;
  if (op == "!=") return order() != 0;
  if (op == ">") return order() > 0;
  if (op == ">=") return order() >= 0;
  if (op == "<") return order() < 0;
  if (op == "<=") return order() <= 0;
  throw NpmError("Invalid operator");
}

value inc(const Call& call) {
  // inc(version, release, identifier, base) is fine with npm too.
  const std::size_t shift = call.text(2) ? 1 : 0;
  const Options options = shift == 0 ? call.options(2) : Options{};
  const value* const identifier = call[3 - shift];
  const value* const base = call[4 - shift];
  const auto version = try_version(call[0], options);
  const auto name = call.text(1);
  const auto release = name ? ::semver::parse_release(*name) : std::nullopt;
  if (!version || !release) return nullptr;
  const auto text = is_truthy(identifier) ? text_of(identifier) : std::string_view();
  if (!text && leads_to_prerelease(*release)) return nullptr;
  const bool none = base && base->is_bool() && !base->get_bool();
  const auto result = inc(*version, *release,
                          {.identifier = text.value_or(""),
                           .base = none                                  ? ::semver::IdentifierBase::None
                                   : javascript::is_nonzero_number(base) ? ::semver::IdentifierBase::One
                                                                         : ::semver::IdentifierBase::Zero},
                          options);
  return result ? value(to_string(result->version())) : value(nullptr);
}

value truncate(const Call& call) {
  const auto name = call.text(1);
  const auto to = name ? ::semver::parse_release(*name) : std::nullopt;
  if (!to || !is_release_type(*to)) return nullptr;
  const auto version = try_version(call[0], call.options(2));
  return version ? value(::semver::truncate(*version, *to).text()) : value(nullptr);
}

value clean(const Call& call) {
  const auto text = call.text(0);
  if (!text) throw NpmError("version.trim is not a function");
  return text_or_null(::semver::clean(*text, call.options(1)));
}

value coerce(const Call& call) {
  const value* const given = call[0];
  if (given && given->is_number()) {
    const auto text = javascript::to_string(given->to_number<double>());
    return text_or_null(::semver::coerce(text, call.options(1)));
  }
  const auto text = call.text(0);
  return text ? text_or_null(::semver::coerce(*text, call.options(1))) : value(nullptr);
}

template <class Order>
value sorted(const Call& call, Order order) {
  struct Entry {
    const value* text;
    Version version;
  };
  const array& list = call.list(0);
  if (list.size() < 2) return list;
  std::vector<Entry> entries;
  for (const value& one : list) entries.push_back({&one, read_version(&one, call.options(1))});
  ::semver::sort_as_javascript(std::span(entries),
                               [&](const Entry& a, const Entry& b) { return order(a.version, b.version); });
  array result;
  for (const Entry& entry : entries) result.push_back(*entry.text);
  return result;
}

// `is_better(best, other)`.
template <class IsBetter>
value best_satisfying(const Call& call, IsBetter is_better) {
  const auto range = try_range(call[1], call.options(2));
  if (!range) return nullptr;
  const value* best = nullptr;
  Version best_version;
  for (const value& one : call.list(0)) {
    if (!test(*range, &one)) continue;
    const Version version = read_version(&one, range->options());
    if (!best || is_better(best_version, version)) {
      best = &one;
      best_version = version;
    }
  }
  return best ? *best : value(nullptr);
}

value outside(const Call& call, std::optional<std::string_view> side, std::size_t options) {
  const Version version = read_version(call[0], call.options(options));
  const Range range = read_range(call[1], call.options(options));
  if (side != ">" && side != "<") throw NpmError("Must provide a hilo val of \"<\" or \">\"");
  return outside(version, range, side == ">" ? ::semver::Side::Above : ::semver::Side::Below);
}

value simplify(const Call& call) {
  std::vector<std::string_view> versions;
  for (const value& one : call.list(0)) {
    const auto text = text_of(&one);
    if (!text) throw NpmError("Invalid version. Must be a string.");
    versions.push_back(*text);
  }
  // What is no text is no range either and so holds none; its text is longer than that, but for an empty list's.
  if (!is_truthy(call[1]) && !call.text(1)) throw NpmError("Invalid SemVer Range: not a string");
  const auto simplified = ::semver::simplify_range(versions, call.text(1).value_or("not a text"), call.options(2));
  if (!simplified) throw NpmError("Invalid Version: " + place(simplified.error()));
  return value(*simplified);
}

value subset(const Call& call) {
  const auto sub = call.text(0);
  const auto dom = call.text(1);
  if (!sub || !dom) throw NpmError("Invalid SemVer Range: not a string");
  const auto answer = ::semver::subset(*sub, *dom, call.options(2));
  if (!answer) throw NpmError("Invalid SemVer Range: " + place(answer.error()));
  return *answer;
}

value to_comparators(const Call& call) {
  const Range range = read_range(call[0], call.options(1));
  array sets;
  for (std::size_t i = 0; i < range.size(); ++i) {
    array set;
    for (std::size_t j = 0; j < range[i].size(); ++j) set.push_back(value(to_string(range[i][j])));
    if (set.empty()) set.push_back("");
    sets.push_back(std::move(set));
  }
  return sets;
}

std::string identifier_text(const value* given) {
  if (given && given->is_number()) return javascript::to_string(given->to_number<double>());
  if (given && given->is_object()) return "[object Object]";
  return given && given->is_string() ? std::string(given->get_string()) : std::string("-");
}

// An identifier may be a number, too. If none is of digits only, JavaScript finds nothing but texts to be less than others.
int compared_identifiers(const value* a, const value* b) {
  const auto is_text = [](const value* given) { return given && (given->is_string() || given->is_object()); };
  const auto is_digits = [](const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  };
  if (a && b && a->is_number() && b->is_number()) {
    const double x = a->to_number<double>();
    const double y = b->to_number<double>();
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const auto x = identifier_text(a);
  const auto y = identifier_text(b);
  if (!(is_text(a) && is_text(b)) && !is_digits(x) && !is_digits(y)) return 1;
  return sign(::semver::compare_identifiers(x, y));
}

using Function = value (*)(const Call&);

const std::unordered_map<std::string_view, Function>& functions() {
  static const std::unordered_map<std::string_view, Function> all = {
      {"parse",
       [](const Call& c) -> value {
         const auto version = try_version(c[0], c.options(1));
         return version ? value(to_string(*version)) : value(nullptr);
       }},
      {"valid",
       [](const Call& c) -> value {
         const auto version = try_version(c[0], c.options(1));
         return version ? value(to_string(*version)) : value(nullptr);
       }},
      {"clean", clean},
      {"inc", inc},
      {"truncate", truncate},
      {"diff",
       [](const Call& c) -> value {
         const Version a = read_version(c[0], {});
         return text_of(diff(a, read_version(c[1], {})));
       }},
      {"major", [](const Call& c) -> value { return read_version(c[0], c.options(1)).major(); }},
      {"minor", [](const Call& c) -> value { return read_version(c[0], c.options(1)).minor(); }},
      {"patch", [](const Call& c) -> value { return read_version(c[0], c.options(1)).patch(); }},
      {"prerelease", prerelease},
      {"compare", [](const Call& c) -> value { return compared(c, 2); }},
      {"rcompare", [](const Call& c) -> value { return -compared(c, 2); }},
      {"compareLoose",
       [](const Call& c) -> value {
         const Version a = read_version(c[0], {.loose = true});
         return sign(compare(a, read_version(c[1], {.loose = true})));
       }},
      {"compareBuild",
       [](const Call& c) -> value {
         const Version a = read_version(c[0], c.options(2));
         return sign(compare_build(a, read_version(c[1], c.options(2))));
       }},
      {"sort", [](const Call& c) -> value { return sorted(c, ::semver::compare_build); }},
      {"rsort",
       [](const Call& c) -> value {
         return sorted(c, [](const Version& a, const Version& b) { return compare_build(b, a); });
       }},
      {"gt", [](const Call& c) -> value { return compared(c, 2) > 0; }},
      {"lt", [](const Call& c) -> value { return compared(c, 2) < 0; }},
      {"eq", [](const Call& c) -> value { return compared(c, 2) == 0; }},
      {"neq", [](const Call& c) -> value { return compared(c, 2) != 0; }},
      {"gte", [](const Call& c) -> value { return compared(c, 2) >= 0; }},
      {"lte", [](const Call& c) -> value { return compared(c, 2) <= 0; }},
      {"cmp", cmp},
      {"coerce", coerce},
      {"satisfies",
       [](const Call& c) -> value {
         const auto range = try_range(c[1], c.options(2));
         return range && test(*range, c[0]);
       }},
      {"toComparators", to_comparators},
      {"maxSatisfying",
       [](const Call& c) -> value {
         return best_satisfying(c, [](const Version& best, const Version& other) { return best < other; });
       }},
      {"minSatisfying",
       [](const Call& c) -> value {
         return best_satisfying(c, [](const Version& best, const Version& other) { return best > other; });
       }},
      {"minVersion", [](const Call& c) -> value { return text_or_null(min_version(read_range(c[0], c.options(1)))); }},
      {"validRange",
       [](const Call& c) -> value {
         const auto range = try_range(c[0], c.options(1));
         return range ? value(range->valid_text()) : value(nullptr);
       }},
      {"outside", [](const Call& c) -> value { return outside(c, c.text(2), 3); }},
      {"gtr", [](const Call& c) -> value { return outside(c, ">", 2); }},
      {"ltr", [](const Call& c) -> value { return outside(c, "<", 2); }},
      {"intersects",
       [](const Call& c) -> value {
         const Range a = read_range(c[0], c.options(2));
         return intersects(a, read_range(c[1], c.options(2)));
       }},
      {"simplifyRange", simplify},
      {"subset", subset},
      {"compareIdentifiers", [](const Call& c) -> value { return compared_identifiers(c[0], c[1]); }},
      {"rcompareIdentifiers", [](const Call& c) -> value { return compared_identifiers(c[1], c[0]); }},
      {"SemVer", [](const Call& c) -> value { return value(to_string(read_version(c[0], c.options(1)))); }},
      {"Range", [](const Call& c) -> value { return value(read_range(c[0], c.options(1)).text()); }},
      {"Comparator", [](const Call& c) -> value { return value(to_string(read_comparator(c[0], c.options(1)))); }},
      {"Comparator.intersects",
       [](const Call& c) -> value {
         const Comparator a = read_comparator(c[0], c.options(2));
         return intersects(a, read_comparator(c[1], c.options(2)), c.options(2));
       }},
  };
  return all;
}

}  // namespace

boost::json::value call_npm(std::string_view function, const array& arguments) {
  const auto found = functions().find(function);
  if (found == functions().end()) {
    throw NpmError("npm's semver has no function `" + std::string(function) + "`");
  }
  return found->second(Call(arguments));
}

std::vector<std::string_view> npm_functions() {
  std::vector<std::string_view> names;
  for (const auto& [name, function] : functions()) names.push_back(name);
  std::ranges::sort(names);
  return names;
}

}  // namespace cli
