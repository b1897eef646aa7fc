// SPDX-License-Identifier: Apache-2.0
#include "cli/findings.h"

#include <fmt/format.h>

#include "cli/failure.h"

namespace cli {

std::string_view to_string(Finding::Weight weight) {
  switch (weight) {
    case Finding::Weight::Error: return "error";
    case Finding::Weight::Warning: return "warning";
    case Finding::Weight::Hint: return "hint";
    case Finding::Weight::Unseen: return "unseen";
  }
  return "?";
}

void Findings::unseen(std::string_view id, const aws::Operation& operation, std::string subject,
                      const base::Error& error) {
  std::string why;
  std::string remedy;
  if (error.kind == base::ErrorKind::Denied) {
    why = fmt::format("could not look: {}", error.code.empty() ? error.message : error.code);
    remedy = fmt::format("whoever runs this needs {}", operation.iam_action);
  } else if (error.code == "UnknownOperationException" || error.code == "NotImplemented") {
    why = fmt::format("could not look: {} is not there", operation.name);
    remedy = "nothing, in caretaker-sandbox; AWS has it";
  } else {
    why = fmt::format("could not look: {}", in_words(error));
    remedy = "try again";
  }
  all_.push_back({Finding::Weight::Unseen, id, std::move(subject), std::move(why), std::move(remedy)});
}

}  // namespace cli
