// SPDX-License-Identifier: Apache-2.0
#include "cli/failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "cli/text.h"

namespace cli {
namespace {

using base::ErrorKind;

struct Advice {
  std::string_view code;  // AWS's, or one of ours.
  std::string_view text;
};

constexpr std::string_view renew = "renew the credentials, those of a login with `aws sso login`";
constexpr std::string_view permit =
    "the credentials need that permission; docs/commands.md lists all that a command needs";

constexpr std::array by_code = {
    Advice{"NoCredentials",
           "set AWS_PROFILE or AWS_ACCESS_KEY_ID …; docs/commands.md lists all that credentials may come from"},
    Advice{"ExpiredToken", renew},
    Advice{"ExpiredTokenException", renew},
    Advice{"TokenRefreshRequired", renew},
    Advice{"InvalidClientTokenId", renew},
    Advice{"InvalidAccessKeyId", renew},
    Advice{"UnrecognizedClientException", renew},
    Advice{"SignatureDoesNotMatch", renew},
    Advice{"InvalidSignatureException", renew},
    Advice{"AccessDenied", permit},
    Advice{"AccessDeniedException", permit},
    Advice{"UnauthorizedOperation", permit},
    Advice{"NoSuchBucket", "is CONFIG_BUCKET right, and of this account?"},
    Advice{"NoSuchKey", "is CONFIG_FILE right? It is the key of the rules in CONFIG_BUCKET"},
    Advice{"ResourceNotFoundException", "is the rule's `serviceArn` right, or was the service deleted?"},
    Advice{"RepositoryNotFoundException", "is the rule's `repository` right, and of this account and region?"},
};

std::string_view advice(const base::Error& error) {
  const auto* known = std::ranges::find(by_code, std::string_view(error.code), &Advice::code);
  if (!error.code.empty() && known != by_code.end()) return known->text;
  switch (error.kind) {
    case ErrorKind::NotSent:
      return "nothing was sent: is the network up, and the address right? It comes from AWS_REGION, AWS_ENDPOINT_URL "
             "and the proxy variables";
    case ErrorKind::Unknown:
    case ErrorKind::Transient: return "that may pass: try again";
    case ErrorKind::Conflict: return "something changed meanwhile: try again";
    case ErrorKind::NotFound:
    case ErrorKind::Denied:
    case ErrorKind::Invalid: return {};
  }
  return {};
}

}  // namespace

std::string in_words(const base::Error& error) {
  const auto more = advice(error);
  return printable(more.empty() ? error.message : fmt::format("{}; {}", error.message, more));
}

int refuse(std::ostream& err, std::string_view command, const base::Error& error) {
  err << "caretaker" << (command.empty() ? "" : " ") << command << ": " << in_words(error) << '\n';
  return not_asked;
}

}  // namespace cli
