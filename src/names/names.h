// SPDX-License-Identifier: Apache-2.0
#pragma once

// names/: how AWS and container registries name things. Parse and print, pure: no I/O, no opinion on what exists.
//   service_arn.h      what a rule names and Caretaker deploys to
//   image_reference.h  what a service runs: registry, repository, tag, digest
//   digest.h           what an image is

#include "names/digest.h"
#include "names/image_reference.h"
#include "names/service_arn.h"
