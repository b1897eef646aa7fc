// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <string>

namespace sandbox {

// Writes numbers with a fraction's type (in App Runner's answers: times) by turns as an integer where they are whole, with
// a fraction, and with an exponent. AWS's services write all three, so that clients must read all three; the value stays.
class JsonWriter {
 public:
  std::string write(const boost::json::object& object);
  // Whose turn it is; set again, the same follow.
  unsigned turn() const { return turn_; }
  void set_turn(unsigned turn) { turn_ = turn; }

 private:
  void append(const boost::json::object& object, std::string& out);
  void append(const boost::json::value& value, std::string& out);
  std::string number(double value);

  unsigned turn_ = 0;
};

}  // namespace sandbox
