// SPDX-License-Identifier: Apache-2.0
#include "cli/semver_arguments.h"

#include <boost/json/value.hpp>
#include <deque>
#include <utility>

#include "cli/javascript.h"

namespace cli {
namespace {

class Reader {
 public:
  explicit Reader(std::span<const std::string> arguments) : left_(arguments.begin(), arguments.end()) {}

  SemverArguments read() {
    read_.help = left_.empty();
    while (!read_.help && !left_.empty()) {
      std::string argument = std::move(left_.front());
      left_.pop_front();
      const auto equals = argument.find('=');
      if (equals != std::string::npos) {
        left_.push_front(argument.substr(equals + 1));
        argument.resize(equals);
      }
      if (!read_flag(argument) && !read_valued(argument)) read_.versions.emplace_back(argument);
    }
    return std::move(read_);
  }

 private:
  template <class... Names>
  static bool is(const std::string& argument, Names... names) {
    return (... || (argument == names));
  }

  std::optional<std::string> next() {
    if (left_.empty()) return std::nullopt;
    std::string value = std::move(left_.front());
    left_.pop_front();
    return value;
  }

  bool read_flag(const std::string& argument) {
    if (is(argument, "-rv", "-rev", "--rev", "--reverse")) return read_.reverse = true;
    if (is(argument, "-l", "--loose")) return read_.options.loose = true;
    if (is(argument, "-p", "--include-prerelease")) return read_.options.include_prerelease = true;
    if (is(argument, "-c", "--coerce")) return read_.coerce = true;
    if (is(argument, "-h", "--help", "-?")) return read_.help = true;
    if (is(argument, "--explain")) return read_.explain = true;
    if (is(argument, "--batch")) return read_.batch = true;
    if (is(argument, "--rtl", "--ltr")) {
      read_.options.rtl = argument == "--rtl";
      return true;
    }
    return false;
  }

  bool read_valued(const std::string& argument) {
    if (is(argument, "-v", "--version")) {
      read_.versions.push_back(next());
    } else if (is(argument, "-r", "--range")) {
      read_.ranges.push_back(next());
    } else if (is(argument, "--preid")) {
      read_.identifier = next().value_or("");
    } else if (is(argument, "-n")) {
      read_.base = base_of(next());
    } else if (is(argument, "-i", "--inc", "--increment")) {
      read_increment(argument);
    } else {
      return false;
    }
    return true;
  }

  static ::semver::IdentifierBase base_of(const std::optional<std::string>& text) {
    if (text == "false") return ::semver::IdentifierBase::None;
    const boost::json::value value(text.value_or(""));
    return javascript::is_nonzero_number(&value) ? ::semver::IdentifierBase::One : ::semver::IdentifierBase::Zero;
  }

  void read_increment(const std::string& option) {
    SemverArguments::Increment increment{.option = option};
    if (!left_.empty()) {
      const auto release = ::semver::parse_release(left_.front());
      if (release && *release != ::semver::Release::Pre) {
        increment.release = *release;
        left_.pop_front();
      } else {
        increment.errant = left_.front();
      }
    }
    read_.increment = std::move(increment);
  }

  std::deque<std::string> left_;
  SemverArguments read_;
};

}  // namespace

SemverArguments read_semver_arguments(std::span<const std::string> arguments) { return Reader(arguments).read(); }

std::string not_a_range(const std::optional<std::string>& text, const ::semver::ParseError& error) {
  if (!text) return "caretaker semver: the option for a range is last and has none after it\n";
  return "caretaker semver: not a range: expected " + std::string(error.expected) + "\n  " + *text + "\n  " +
         std::string(error.offset, ' ') + "^\n";
}

}  // namespace cli
