// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aws/credentials.h"
#include "aws/machine.h"
#include "aws/shared_config.h"

// Credentials that a program of the owner's prints: a profile's `credential_process`
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html).
namespace aws {

// The program and its arguments, split at white space as a POSIX shell would: quotes and backslashes hold words together. Nothing
// else of a shell: `$`, `~`, `*`, `|` and the rest stand for themselves, as botocore has it (the SDK for JavaScript runs a shell).
// Errors: what is wrong.
std::expected<std::vector<std::string>, std::string> split_command(std::string_view text);

// Runs `setting`'s program, for at most a minute, whenever credentials are needed: those without an expiration once.
// Borrows `clock`.
std::unique_ptr<CredentialSource> make_process_source(const Setting& setting, Machine machine, base::Clock& clock);

}  // namespace aws
